"""HTTPS by the clinic's own authority: a tablet that trusts it is served, any other is not."""

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reprieve.clinic.config.authority import own_tls

NOW = datetime.now(UTC)  # noqa: TID251
HOSTS = ["clinic.example.org", "127.0.0.1"]


def shakes_hands(server_pem: Path, authority: Path, name: str) -> None:
    """One TLS connection on this machine, with certificate and name checked as a browser does."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(server_pem)
    near, far = socket.socketpair()

    def serve() -> None:
        try:
            serving.wrap_socket(far, server_side=True).close()
        except ssl.SSLError:
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        trusting = ssl.create_default_context(cafile=str(authority))
        trusting.wrap_socket(near, server_hostname=name).close()
    finally:
        near.close()
        thread.join(5)


@pytest.mark.parametrize("name", HOSTS)
def test_who_trusts_the_authority_reaches_the_clinic_by_each_of_its_names(
    name: str, tmp_path: Path
) -> None:
    made = own_tls(tmp_path, HOSTS, NOW)

    shakes_hands(made.certificate, made.authority, name)


def test_another_name_and_another_authority_are_refused(tmp_path: Path) -> None:
    made = own_tls(tmp_path / "a", HOSTS, NOW)
    other = own_tls(tmp_path / "b", HOSTS, NOW)

    with pytest.raises(ssl.SSLCertVerificationError):
        shakes_hands(made.certificate, made.authority, "bank.example.org")
    with pytest.raises(ssl.SSLCertVerificationError):
        shakes_hands(made.certificate, other.authority, HOSTS[0])


def test_the_authority_may_sign_for_nobody_else(tmp_path: Path) -> None:
    """Even with its key in the wrong hands: a certificate for another name is not believed."""
    made = own_tls(tmp_path, HOSTS, NOW)
    from reprieve.clinic.config import authority

    forged = tmp_path / "forged.pem"
    authority._make_server(
        forged, made.authority, tmp_path / "authority.key", ["bank.example.org"], NOW
    )

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shakes_hands(forged, made.authority, "bank.example.org")


def test_it_is_made_once_and_the_server_certificate_renewed_in_time(tmp_path: Path) -> None:
    first = own_tls(tmp_path, HOSTS, NOW)
    served = first.certificate.read_bytes()
    again = own_tls(tmp_path, HOSTS, NOW + timedelta(days=397 - 1 - 60 - 1))
    assert (first.made_new, again.made_new) == (True, False)
    assert again.certificate.read_bytes() == served

    later = own_tls(tmp_path, HOSTS, NOW + timedelta(days=397 - 1 - 60 + 1))

    assert later.fingerprint == first.fingerprint  # the tablets need do nothing
    assert later.certificate.read_bytes() != served


def test_a_new_name_needs_a_new_authority_and_says_so(tmp_path: Path) -> None:
    first = own_tls(tmp_path, HOSTS, NOW)

    wider = own_tls(tmp_path, [*HOSTS, "chairs.example.org"], NOW)

    assert wider.made_new
    assert wider.fingerprint != first.fingerprint
    shakes_hands(wider.certificate, wider.authority, "chairs.example.org")


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    made = own_tls(tmp_path / "tls", HOSTS, NOW)

    for file in (made.certificate, tmp_path / "tls" / "authority.key"):
        assert file.stat().st_mode & 0o077 == 0


def test_serve_speaks_https_and_shows_the_fingerprint(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "REPRIEVE_HOME": str(tmp_path), "REPRIEVE_HOSTS": "127.0.0.1"}
    for name in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "reprieve.cli.main", "serve", "--port", str(port)]
    log = (tmp_path / "log").open("w")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        assert alive(port, tmp_path), (tmp_path / "log").read_text()
        assert (
            own_tls(tmp_path / "tls", ["127.0.0.1"], NOW).fingerprint
            in (tmp_path / "log").read_text()
        )
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def alive(port: int, home: Path) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            trusting = ssl.create_default_context(cafile=str(home / "tls" / "authority.crt"))
            address = f"https://127.0.0.1:{port}/authority.crt"
            with urllib.request.urlopen(address, context=trusting, timeout=2) as answer:
                same: bool = answer.read() == (home / "tls" / "authority.crt").read_bytes()
                return same
        except OSError:
            time.sleep(0.3)
    return False
