"""`reprieve serve`: the clinic for real use. Refuses unsafe settings with the whole list."""

import argparse
import sys

from reprieve.clinic.commands import start


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

    return keep_running(children(host=args.host, port=args.port, web_options=_https(settings)))


def _https(settings: object) -> list[str]:
    certificate, key = settings.TLS_CERTIFICATE, settings.TLS_KEY  # type: ignore[attr-defined]
    if certificate:
        return ["--ssl-certfile", certificate, "--ssl-keyfile", key]
    return ["--proxy-headers", "--forwarded-allow-ips", "127.0.0.1"]
