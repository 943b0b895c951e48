"""What a clinician wants to know beside a plan: each line with its route, isomer and source."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reprieve import knowledge
from reprieve.clinic.plan.curve import Curve
from reprieve.clinic.plan.selectors import Given
from reprieve.core.dosing.plan import Plan
from reprieve.core.eligibility.indications import check_indications
from reprieve.core.evidence import Evidence
from reprieve.core.outcomes.benefit import risk_difference
from reprieve.core.patient import PatientSnapshot

TOPICS = ("response", "duration of relief", "harm", "blood pressure")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing known. `about`: drug, route, regimen and people."""

    statement: str
    about: str
    evidence: Evidence
    record: str
    numbers: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """topics: topic to lines; an empty list is shown as "not known for this condition"."""

    exposure: list[tuple[str, str]]
    topics: dict[str, list[Line]]
    costs: list[Any]


def panel_of(plan: Plan, snapshot: PatientSnapshot, given: Given, curve: Curve | str) -> Panel:
    """Gather it for this plan and this person's pain."""
    conditions = {f.code for f in check_indications(snapshot, knowledge.indications())}
    lines = {
        topic: [
            _line(e)
            for e in knowledge.effects()
            if e.topic == topic and (not e.conditions or conditions & set(e.conditions))
        ]
        for topic in TOPICS
    }
    costs = [c for c in knowledge.costs() if "infusion" in c.item or "session" in c.item]
    return Panel(exposure=_exposure(plan, given, curve), topics=lines, costs=costs)


def _line(effect: Any) -> Line:
    about = f"{effect.drug}, {effect.route}, {effect.regimen}; {effect.population}"
    when = f", {effect.after}" if effect.after else ""
    return Line(
        statement=effect.statement,
        about=about + when,
        evidence=effect.evidence,
        record=effect.id,
        numbers=_needed(effect),
    )


def _needed(effect: Any) -> str:
    """The number needed to treat or harm with its interval, or that the counts show no difference."""
    if not (effect.responders and effect.control_responders):
        return ""
    found = risk_difference(*map(int, effect.responders), *map(int, effect.control_responders))
    interval = found.number_needed_interval
    if interval is None or found.number_needed is None:
        return _("The counts do not show a difference: no number needed to treat is given.")
    words = (
        _("Treated for one more to be harmed: {nnt:.1f} ({low:.1f} to {high:.1f}).")
        if effect.topic == "harm"
        else _("Treated for one more to respond: {nnt:.1f} ({low:.1f} to {high:.1f}).")
    )
    return words.format(nnt=found.number_needed, low=interval[0], high=interval[1])


def _exposure(plan: Plan, given: Given, curve: Curve | str) -> list[tuple[str, str]]:
    drug = f"{plan.protocol.drug}, {plan.protocol.route}"
    rows = [
        (
            _("This visit"),
            f"{plan.amount_mg:.3g} mg ({plan.amount_mg / plan.weight.value_kg:.2g} mg/kg, {plan.weight.basis.value}), {drug}",
        ),
        (_("This course"), f"{plan.course_mg:.4g} mg, {len(plan.course)} x"),
        (_("Given here in the last 12 months"), f"{given.total_mg:.4g} mg, {given.sessions} x"),
    ]
    if plan.pump:
        step = plan.pump[0]
        rows.append(
            (_("Rate"), f"{step.rate_mg_per_h:.3g} mg/h, {step.rate_mg_per_kg_per_h:.2g} mg/kg/h")
        )
    if isinstance(curve, Curve):
        ketamine = curve.profile.analytes["ketamine"]
        if ketamine and ketamine.cavg_infusion_ng_per_ml:
            rows.append(
                (
                    _("Predicted mean level while it runs"),
                    f"{ketamine.cavg_infusion_ng_per_ml:.0f} ng/mL ({curve.profile.model.site})",
                )
            )
    return rows
