"""`reprieve new-clinic`: the first clinic of an installation, with its manager."""

import argparse
import getpass
import sys

from reprieve.clinic.commands import start
from reprieve.core.problems import Problem, UnusableInput


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="name of the clinic")
    parser.add_argument("--time-zone", required=True, help="for example America/Chicago")
    parser.add_argument("--language", default="en", choices=["en", "es"])
    parser.add_argument("--manager-email", required=True)
    parser.add_argument("--manager-name", required=True)


def run(args: argparse.Namespace) -> dict[str, str]:
    """Asks for the manager's password (first line of standard input when it is no terminal)."""
    start.use("serve")
    start.prepare()
    from django.core.exceptions import ValidationError

    from reprieve.clinic.accounts.services import open_clinic

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    try:
        clinic = open_clinic(
            name=args.name,
            time_zone=args.time_zone,
            language=args.language,
            manager_email=args.manager_email,
            manager_name=args.manager_name,
            password=password,
        )
    except ValidationError as error:
        raise UnusableInput(
            [
                Problem(path, message)
                for path, said in error.message_dict.items()
                for message in said
            ]
        ) from None
    return {"clinic": str(clinic.pk)}
