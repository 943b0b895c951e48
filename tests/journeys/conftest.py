"""A running clinic and a browser in front of it.

Every page a journey opens is checked with axe (WCAG 2.2 A and AA) and, at the width it is shown,
for sideways scrolling. With REPRIEVE_SHOTS=folder a picture of each page is kept there.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

PASSWORD = "invented-people-only"
WIDTHS = {"phone": (390, 844), "desk": (1280, 800)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def feed_port() -> int:
    """Where the demo clinic listens for monitors."""
    return free_port()


@pytest.fixture(scope="session")
def clinic_address(running_clinic: tuple[str, int]) -> str:
    return running_clinic[0]


@pytest.fixture(scope="session")
def running_clinic(
    tmp_path_factory: pytest.TempPathFactory, feed_port: int
) -> Iterator[tuple[str, int]]:
    """The demo clinic, as `make demo` starts it, on a free port, with a feed for monitors.

    Its address, and the id of the process that keeps the others running.
    """
    port = free_port()
    home = tmp_path_factory.mktemp("home")
    environment = {
        **os.environ,
        "REPRIEVE_HOME": str(home),
        "REPRIEVE_MLLP": f"127.0.0.1:{feed_port}",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    log = (home / "log").open("w")
    command = [sys.executable, "-m", "reprieve.cli.main", "demo", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, server, home / "log")
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"the clinic did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        said = "No Chromium found: install your system's 'chromium' package."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


class Visitor:
    """Somebody at a screen: moves between pages, and looks at each."""

    def __init__(self, page: Page, address: str, width: str) -> None:
        self.page, self.address, self.width = page, address, width
        self.complaints: list[str] = []
        self.examined = False
        page.on("console", self._hear)
        page.on("response", self._watch)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        """Errors of the page: a 4xx is none, nor are the styles axe leaves behind, refused by policy."""
        left_by_axe = self.examined and "inline style" in message.text
        if message.type == "error" and "status of" not in message.text and not left_by_axe:
            self.complaints.append(message.text)

    def _watch(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")

    def opens(self, path: str) -> "Visitor":
        self.examined = False
        self.page.goto(self.address + path)
        return self

    def signs_in(self, role: str) -> "Visitor":
        self.opens("/account/login/")
        self.page.get_by_label("Email").fill(f"{role}@demo.example")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(f"{self.address}/")
        return self

    def looks(self, name: str) -> "Visitor":
        """The page as it stands is accessible, fits its screen, and complained of nothing."""
        assert self.complaints == []
        self.examined = True
        if folder := os.environ.get("REPRIEVE_SHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}-{self.width}.png", full_page=True)
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(wide) <= 0, f"{name} scrolls sideways at {self.width}"
        return self


@pytest.fixture(params=list(WIDTHS))
def visitor(
    request: pytest.FixtureRequest, browser: Browser, clinic_address: str
) -> Iterator[Visitor]:
    """A visitor with an empty browser, once on a telephone and once at a desk."""
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
    yield Visitor(context.new_page(), clinic_address, request.param)
    context.close()
