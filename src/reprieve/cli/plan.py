"""`reprieve plan`: a patient and a protocol in; dose, pump, preparation, course and limits out."""

import argparse
from typing import Any

from reprieve import knowledge
from reprieve.cli.main import add_input, read_json
from reprieve.cli.screen import as_day, load_rules, read_patient, today
from reprieve.core.dosing.plan import Adjust, propose_plan
from reprieve.core.dosing.protocol import Protocol
from reprieve.core.dosing.pump import Vial
from reprieve.core.dosing.readiness import plan_findings
from reprieve.core.dosing.weight import Basis
from reprieve.core.eligibility.screen import screen
from reprieve.core.findings import worst_first
from reprieve.core.problems import UnusableInput
from reprieve.core.reading import Reader
from reprieve.core.wire import finding_json, plan_json


def arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    parser.add_argument("--as-of", type=as_day, default=None, metavar="DATE", help="default: today")


def run(args: argparse.Namespace) -> dict[str, Any]:
    as_of = args.as_of or today()
    doc = Reader(read_json(args.file))
    rules = load_rules()
    snapshot = doc.raw("snapshot")
    patient, problems = read_patient(snapshot, as_of=as_of, rules=rules, path="snapshot")
    doc.problems += problems if snapshot is not None else []
    protocol = _protocol(doc)
    start_on = doc.day("start_on")
    adjust = _adjust(doc)
    doc.close()
    try:
        if not doc.problems and protocol and start_on:
            plan = propose_plan(
                patient, protocol, knowledge.limits(), start_on=start_on, adjust=adjust
            )
    except UnusableInput as unusable:
        doc.problems += unusable.problems
    doc.raise_if_any()
    screening = screen(patient, rules, as_of=as_of, route=plan.protocol.route)
    findings = worst_first((*screening.findings, *plan_findings(plan)))
    return {
        "knowledge": knowledge.VERSION,
        "readiness": findings[0].action.word if findings else "clear",
        **plan_json(plan),
        "findings": [finding_json(f) for f in findings],
    }


def _protocol(doc: Reader) -> Protocol | None:
    wanted = doc.text("protocol")
    known = {p.id: p for p in knowledge.protocols()}
    if wanted is not None and wanted not in known:
        doc.problem("protocol", f"{wanted!r} is not one of: {', '.join(known)}")
    return known.get(wanted or "")


def _adjust(doc: Reader) -> Adjust:
    table = doc.table("adjust", required=False)
    if table is None:
        return Adjust()
    weight = table.table("weight", required=False)
    basis = weight.text("basis", choices=[*Basis]) if weight else None
    adjust = Adjust(
        amount_mg=table.number("amount_mg", required=False, above=0),
        amount_mg_per_kg=table.number("amount_mg_per_kg", required=False, above=0),
        rate_mg_per_h=table.number("rate_mg_per_h", required=False, above=0),
        rate_mg_per_kg_per_h=table.number("rate_mg_per_kg_per_h", required=False, above=0),
        duration_min=table.number("duration_min", required=False, above=0),
        sessions=table.integer("sessions", required=False, minimum=1, maximum=366),
        interval_days=table.integer("interval_days", required=False, minimum=1, maximum=366),
        basis=Basis(basis) if basis else None,
        vial=_vial(table),
        bag_ml=table.number("bag_ml", required=False, above=0),
    )
    if adjust.bag_ml is not None and adjust.vial is None:
        table.problem("vial", "is required to fill a bag")
    if weight:
        weight.close()
    table.close()
    return adjust


def _vial(table: Reader) -> Vial | None:
    vial = table.table("vial", required=False)
    if vial is None:
        return None
    mg_per_ml, ml = vial.number("mg_per_ml", above=0), vial.number("ml", above=0)
    vial.close()
    return Vial(mg_per_ml=mg_per_ml, ml=ml) if mg_per_ml and ml else None
