"""The signed order as a page of paper."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.plan.models import MedicationRequest
from reprieve.clinic.ui.pdf import signature, summary_pdf
from reprieve.core.dosing.protocol import Protocol


def order_pdf(banner: Banner, row: MedicationRequest) -> bytes:
    """Dose, pump, preparation, what the nurse may do, limits crossed with reasons, course."""
    proposal, order = row.plan.proposal, row.order
    sections: list[dict[str, Any]] = [
        {"heading": _("Each session"), "facts": dose_facts(row)},
        {"heading": _("Inside this order the nurse may"), "facts": order_facts(order)},
    ]
    if order["rescue"]:
        sections.append({"heading": _("As-needed rescue drugs"), "table": _rescue(order["rescue"])})
    sections.append({"heading": _("Limits"), "table": _limits(row)})
    sections.append({"heading": _("Course"), "text": _course(proposal["course"])})
    return summary_pdf(
        banner,
        title=_("Order for ketamine"),
        lead=f"{protocol_title(row.plan.protocol)} ({row.plan.protocol})",
        sections=sections,
        signed=signature(row.recorded_by, row.signed_at),
    )


def protocol_title(protocol_id: str) -> str:
    from reprieve import knowledge

    found: dict[str, Protocol] = {p.id: p for p in knowledge.protocols()}
    return found[protocol_id].title if protocol_id in found else protocol_id


def dose_facts(row: MedicationRequest) -> list[list[str]]:
    proposal, order = row.plan.proposal, row.order
    weight = proposal["weight_used"]
    facts = [
        [_("Drug and route"), f"{order['drug']}, {order['route']}"],
        [_("Dose"), f"{order['visit_mg']:.3g} mg " + _("of base")],
        [
            _("Reckoned on"),
            f"{float(row.weight_kg):g} kg, {weight['basis']}, {date_format(row.weight_on, 'DATE_FORMAT')}",
        ],
    ]
    if order["duration_min"]:
        facts.append([_("Over"), f"{order['duration_min']:g} min"])
    for step in proposal["pump"]:
        ml = f", {step['rate_ml_per_h']:.1f} mL/h" if step["rate_ml_per_h"] else ""
        rate = f"{step['rate_mg_per_h']:.3g} mg/h, {step['rate_mg_per_kg_per_h']:.2g} mg/kg/h{ml}"
        facts.append([_("Starting rate"), rate])
    if proposal["preparation"]:
        facts.append([_("Preparation"), _preparation(proposal["preparation"])])
    return facts


def order_facts(order: dict[str, Any]) -> list[list[str]]:
    step = order["step_mg_per_h"]
    rows = [
        (
            _("Raise the rate"),
            _("by at most {step:g} mg/h, not sooner than {after:g} min").format(
                step=step, after=order["step_after_min"]
            )
            if step
            else _("no"),
        ),
        (_("Highest rate"), _unit(order["maximum_rate_mg_per_h"], "mg/h")),
        (_("Highest total"), _unit(order["maximum_total_mg"], "mg")),
        (_("Bolus"), _unit(order["bolus_mg"], "mg") if order["bolus_mg"] else _("no")),
        (_("Hold from systolic"), _unit(order["hold_systolic_mmhg"], "mmHg")),
        (_("Call from systolic"), _unit(order["call_systolic_mmhg"], "mmHg")),
        (_("Hold under SpO2"), _unit(order["hold_spo2_percent"], "%")),
    ]
    return [[label, value] for label, value in rows if value]


def _unit(value: float | None, unit: str) -> str:
    return f"{value:.4g} {unit}" if value else ""


def _preparation(p: dict[str, Any]) -> str:
    diluent = f" + {p['diluent_ml']:.1f} mL " + _("diluent") if p["diluent_ml"] is not None else ""
    vials = _("vials")
    return f"{p['drug_ml']:.2f} mL{diluent}: {p['mg_per_ml']:.3g} mg/mL, {p['vials']} {vials}"


def _rescue(drugs: list[dict[str, Any]]) -> dict[str, Any]:
    columns = [_("Drug"), _("Dose"), _("For"), _("Repeat")]
    rows = [
        [
            f"{d['drug']} ({d['route']})",
            f"{d['dose_mg']:g} mg",
            d["for_what"],
            _repeat(d),
        ]
        for d in drugs
    ]
    return {"columns": columns, "rows": rows}


def _repeat(drug: dict[str, Any]) -> str:
    after = f"{drug['repeat_after_min']:g} min, " if drug["repeat_after_min"] else ""
    return f"{after}{drug['at_most_times']} x"


def _limits(row: MedicationRequest) -> dict[str, Any]:
    reasons = {o["code"]: o["reason"] for o in row.overrides}
    rows = [
        [
            limit["message"],
            f"{limit['value']:.3g} {_('a year') if limit['unit'] == '/a' else limit['unit']}",
            (_("crossed") if limit["crossed"] else _("inside"))
            + (f": {reasons[limit['code']]}" if limit["code"] in reasons else ""),
        ]
        for limit in row.plan.proposal["limits"]
    ]
    return {"columns": [_("Limit"), _("This plan"), ""], "rows": rows}


def crossed_limits(row: MedicationRequest) -> list[dict[str, str]]:
    """The limits crossed with a reason, in the words they were shown in when it was signed."""
    words = {limit["code"]: limit["message"] for limit in row.plan.proposal["limits"]}
    return [{**item, "message": words.get(item["code"], item["code"])} for item in row.overrides]


def _course(course: list[dict[str, Any]]) -> str:
    days = [date_format(date.fromisoformat(c["on"]), "SHORT_DATE_FORMAT") for c in course]
    return ", ".join(f"{n}. {day}" for n, day in enumerate(days, 1))
