"""`reprieve serve`: the clinic for real use. Refuses unsafe settings with the whole list."""

import argparse
import sys
from typing import TYPE_CHECKING

from reprieve.clinic.commands import start

if TYPE_CHECKING:
    from django.conf import LazySettings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")


def run(args: argparse.Namespace) -> int:
    """Exit 2 while something is unsafe; otherwise serves until it is stopped."""
    start.use("serve")
    from django.conf import settings

    from reprieve.clinic.config.unsafe import unsafe

    if problems := unsafe(settings):
        sys.stderr.write("Not started. Put these right first:\n")
        sys.stderr.writelines(f"  - {problem}\n" for problem in problems)
        return 2
    start.prepare()
    from reprieve.clinic.commands.supervisor import children, keep_running

    options = _https(settings, args.port)
    return keep_running(children(host=args.host, port=args.port, web_options=options))


def _https(settings: "LazySettings", port: int) -> list[str]:
    """With the certificate given, behind a proxy, or with one of the clinic's own authority."""
    if settings.TLS_CERTIFICATE:
        return ["--ssl-certfile", settings.TLS_CERTIFICATE, "--ssl-keyfile", settings.TLS_KEY]
    if settings.BEHIND_PROXY:
        return ["--proxy-headers", "--forwarded-allow-ips", "127.0.0.1"]
    from django.utils import timezone

    from reprieve.clinic.config.authority import own_tls

    found = own_tls(settings.HOME / "tls", settings.ALLOWED_HOSTS, timezone.now())
    if found.made_new:
        sys.stdout.write("A new authority was made: every tablet has to trust it once.\n")
    address = f"https://{settings.ALLOWED_HOSTS[0]}:{port}"
    sys.stdout.write(
        f"HTTPS by the clinic's own authority: {address}\n"
        f"For a tablet: {address}/authority.crt, or the file {found.authority}\n"
        f"Its SHA-256 fingerprint, to compare on the tablet:\n  {found.fingerprint}\n"
        "How to trust it: docs/howto/put-a-tablet-at-a-chair.md\n"
    )
    sys.stdout.flush()
    return ["--ssl-certfile", str(found.certificate)]
