"""The `reprieve` command: finds the command, reads its input, writes one JSON document.

Exit 0: answered. Exit 2: the input cannot be used; standard error lists every problem.
Exit 1: our fault.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reprieve import __version__
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.strict_json import LARGEST_BYTES, parse_json, too_large, utf8_text

# name: (module with `arguments(parser)` and `run(args) -> dict`, one line for --help).
# A module is imported only when its command is called: that keeps a cold call light.
COMMANDS: dict[str, tuple[str, str]] = {
    "screen": ("reprieve.cli.screen", "candidacy and interactions of one patient"),
    "plan": ("reprieve.cli.plan", "a dose and course plan inside a protocol, with its limits"),
    "mme": ("reprieve.cli.mme", "opioid dose in morphine equivalents a day"),
    "pool": ("reprieve.cli.pool", "meta-analysis of a table of studies"),
    "facts": ("reprieve.cli.facts", "the clinical records of one kind, with their sources"),
    "simulate": ("reprieve.cli.simulate", "predicted concentrations for a dosing history"),
    "design": ("reprieve.cli.design", "the rate or steps that keep most people below a level"),
}
ENTRY_POINTS = "reprieve.commands"  # commands that need the clinic's database


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line. Returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(words)
    try:
        args = parser.parse_args(words)
        answer = args.run(args)
    except UnusableInput as unusable:
        return _report(unusable)
    if isinstance(answer, int) or answer is None:  # a clinic command that spoke for itself
        return answer or 0
    return _write({"reprieve": __version__, **answer}, pretty=args.pretty)


def read_json(file: str, *, max_bytes: int = LARGEST_BYTES) -> Any:
    """The JSON document in FILE, or on standard input for `-`. NaN, duplicates of keys and oversize are refused."""
    return parse_json(_read_bytes(file, max_bytes), max_bytes=max_bytes)


def read_text(file: str, *, max_bytes: int = LARGEST_BYTES) -> str:
    """The UTF-8 text in FILE, or on standard input for `-`."""
    return utf8_text(_read_bytes(file, max_bytes), max_bytes=max_bytes)


def add_input(parser: argparse.ArgumentParser) -> None:
    """The FILE argument every JSON command takes."""
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="JSON file, or - for standard input"
    )


def _write(document: dict[str, Any], *, pretty: bool) -> int:
    """The answer on standard output. A reader that has seen enough (`| head`) is no error."""
    text = json.dumps(document, indent=2 if pretty else None, ensure_ascii=False, allow_nan=False)
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="reprieve",
        description="Decision support for low-dose ketamine in chronic pain. It proposes; a named clinician decides.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    wanted = next((w for w in words if not w.startswith("-")), None)
    for name, (module, summary) in _known(wanted).items():
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--pretty", action="store_true", help="indent the answer for people")
        if name == wanted:
            loaded = importlib.import_module(module)
            loaded.arguments(command)
            command.set_defaults(run=loaded.run)
    return parser


def _known(wanted: str | None) -> dict[str, tuple[str, str]]:
    """Our commands; those of the clinic are looked up only when they could be meant."""
    if wanted in COMMANDS:
        return COMMANDS
    from importlib.metadata import entry_points

    clinic = {e.name: (e.value, "clinic command") for e in entry_points(group=ENTRY_POINTS)}
    return {**COMMANDS, **clinic}


def _report(unusable: UnusableInput) -> int:
    problems = [{"path": p.path, "message": p.message} for p in unusable.problems]
    json.dump({"problems": problems}, sys.stderr, ensure_ascii=False)
    sys.stderr.write("\n")
    return 2


def _read_bytes(file: str, max_bytes: int) -> bytes:
    try:
        if file == "-":
            return sys.stdin.buffer.read(max_bytes + 1)
        path = Path(file)
        if path.stat().st_size > max_bytes:
            raise too_large(max_bytes)
        return path.read_bytes()
    except OSError as error:
        raise UnusableInput([Problem("$", f"cannot read {file}: {error.strerror}")]) from None


class _Parser(argparse.ArgumentParser):
    """Wrong command lines are unusable input too: the same exit code and the same shape."""

    def error(self, message: str) -> Any:
        raise UnusableInput([Problem("command line", message)])


if __name__ == "__main__":
    sys.exit(main())
