"""`reprieve mme`: opioids in, morphine milligram equivalents a day out."""

import argparse
from typing import Any

from reprieve import knowledge
from reprieve.cli.main import add_input, read_json
from reprieve.core.dosing.mme import OpioidDose, OpioidMme, mme_per_day
from reprieve.core.reading import Reader
from reprieve.core.wire import evidence_json

ROUTES = [
    "oral",
    "sublingual",
    "buccal",
    "transdermal",
    "intranasal",
    "rectal",
    "iv",
    "im",
    "sc",
    "intrathecal",
    "epidural",
]
UNITS = {"mg": "mg", "ug/h": "ug/h", "mcg/h": "ug/h"}  # the table prints mcg/h; UCUM is ug/h


def arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    doc = Reader(read_json(args.file))
    opioids = [_opioid(item) for item in doc.tables("opioids")]
    doc.close()
    doc.raise_if_any()
    result = mme_per_day([o for o in opioids if o], knowledge.mme_factors())
    return {
        "knowledge": knowledge.VERSION,
        "mme_per_day": result.mme_per_day,
        "items": [_item(item) for item in result.items],
        "why": result.why,
        "table": "CDC 2022",
        "caution": "not for conversion",
    }


def _opioid(item: Reader) -> OpioidDose | None:
    name, dose = item.text("name"), item.number("daily_dose", minimum=0)
    unit, route = item.text("unit", choices=list(UNITS)), item.text("route", choices=ROUTES)
    item.close()
    if name is None or dose is None or unit is None or route is None:
        return None
    return OpioidDose(name=name, daily_dose=dose, unit=UNITS[unit], route=route)


def _item(item: OpioidMme) -> dict[str, Any]:
    factor = item.factor
    return {
        "name": item.dose.name,
        "daily_dose": item.dose.daily_dose,
        "unit": item.dose.unit,
        "route": item.dose.route,
        "factor": factor.factor if factor and item.why is None else None,
        "mme_per_day": item.mme_per_day,
        "why": item.why,
        "caution": factor.caution if factor else None,
        "evidence": evidence_json(factor.evidence) if factor else None,
    }
