"""`reprieve screen`: a FHIR Bundle or a PatientSnapshot in, readiness and findings out."""

import argparse
from datetime import UTC, date, datetime
from typing import Any

from reprieve import knowledge
from reprieve.cli.main import add_input, read_json
from reprieve.core.eligibility.screen import Rules, screen
from reprieve.core.patient import PatientSnapshot
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.snapshot import read_snapshot
from reprieve.core.wire import screening_json

ROUTES = ("iv", "im", "sc", "oral", "sublingual", "intranasal", "inhaled", "rectal", "topical")


def arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    parser.add_argument("--as-of", type=as_day, default=None, metavar="DATE", help="default: today")
    parser.add_argument("--route", choices=ROUTES, default="iv", help="planned ketamine route")
    parser.add_argument("--stage", choices=("assessment", "day-of"), default="assessment")


def run(args: argparse.Namespace) -> dict[str, Any]:
    as_of = args.as_of or today()
    rules = load_rules()
    patient, problems = read_patient(read_json(args.file), as_of=as_of, rules=rules)
    if problems:
        raise UnusableInput(problems)
    day_of = args.stage == "day-of"
    result = screen(patient, rules, as_of=as_of, route=args.route, day_of=day_of)
    return {"knowledge": knowledge.VERSION, **screening_json(result)}


def load_rules() -> Rules:
    """The rules as the knowledge base holds them."""
    return Rules(
        contraindications=knowledge.contraindications(),
        interactions=knowledge.interactions(),
        indications=knowledge.indications(),
        workup=knowledge.workup(),
    )


def read_patient(
    data: Any, *, as_of: date, rules: Rules, path: str = ""
) -> tuple[PatientSnapshot, list[Problem]]:
    """A snapshot from either accepted document, with every problem found."""
    if isinstance(data, dict) and "resourceType" in data:
        from reprieve.fhir.bundle import read_bundle

        imported, problems = read_bundle(data, as_of=as_of)
        return imported.snapshot, problems
    rule_ids = {rule.id for rule in rules.contraindications}
    return read_snapshot(data, as_of=as_of, rule_ids=rule_ids, path=path)


def as_day(text: str) -> date:
    """A day written YYYY-MM-DD."""
    return date.fromisoformat(text)


def today() -> date:
    """The edge's clock: the local day."""
    return datetime.now(UTC).astimezone().date()  # noqa: TID251 - the one clock of the command line
