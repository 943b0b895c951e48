"""`reprieve demo`: a clinic with invented patients on this computer."""

import argparse
import sys

from reprieve.clinic.commands import start


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)


def run(args: argparse.Namespace) -> int:
    """Fills the demo database when it is empty, prints the logins, serves until it is stopped."""
    start.use("demo")
    from django.conf import settings

    from reprieve.clinic.config.unsafe import unsafe_feeds

    if problems := unsafe_feeds(settings):
        sys.stderr.writelines(f"{problem}\n" for problem in problems)
        return 2
    start.prepare()
    from reprieve.clinic.commands.demo_data import PASSWORD, fill, logins
    from reprieve.clinic.commands.supervisor import children, keep_running

    fill()
    lines = [f"  {role:<14} {email}" for role, email in logins()]
    sys.stdout.write(
        f"\nreprieve demo: http://127.0.0.1:{args.port}/\nEverybody's password: {PASSWORD}\n"
        + "\n".join(lines)
        + "\nEvery person and number is invented. Ctrl+C stops it.\n\n"
    )
    sys.stdout.flush()
    return keep_running(children(host="127.0.0.1", port=args.port))
