"""One page for whoever takes a patient over: who, why, what was given, what was done, the last values."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.session.selectors import Live
from reprieve.clinic.session.words import KINDS, PARAMETERS, event_in_words
from reprieve.clinic.ui.pdf import summary_pdf
from reprieve.core.session.events import EventKind, in_force

LAST_EVENTS = 14  # what fits the page under the rest
_TOLD = (
    EventKind.EMERGENCY_STARTED,
    EventKind.EMERGENCY_STEP,
    EventKind.EMERGENCY_ENDED,
    EventKind.ADVERSE_EVENT,
    EventKind.DRUG_GIVEN,
    EventKind.BOLUS_GIVEN,
    EventKind.STOP_REQUESTED,
    EventKind.INFUSION_STOPPED,
    EventKind.TRANSFERRED,
)


def transfer_pdf(banner: Banner, live: Live) -> bytes:
    """The handover for transfer, on one page."""
    return summary_pdf(
        banner,
        title=_("Handover for transfer"),
        lead=_("Sub-anaesthetic ketamine for chronic pain. As charted; not the monitor's record."),
        sections=[
            {"heading": _("Who and what"), "facts": _who(banner, live)},
            {"heading": _("Last values, own values before the start"), "table": _values(live)},
            {"heading": _("What happened and what was done"), "table": _done(live)},
        ],
        signed=_("Printed {when}. Handed over by ____________ to ____________ at ______").format(
            when=date_format(timezone.localtime(live.now), "DATETIME_FORMAT")
        ),
    )


def _who(banner: Banner, live: Live) -> list[list[str]]:
    allergies = banner.allergies
    known = ", ".join(a.text for a in allergies) if allergies else _("none known")
    order = live.session.order
    given = f"{live.total_mg:.1f} mg " + _("of base")
    if live.observations.started_at:
        given += f", {_clock(live.observations.started_at)}–{_clock(live.stopped_at)}"
    gate = [e for e in in_force(live.events) if e.kind is EventKind.GATE_PASSED]
    answers = gate[-1].payload.get("answers", {}) if gate else {}
    facts = [
        [_("Age and weight"), f"{banner.age_years or '–'}, {_weight(banner)}"],
        [_("Allergies"), _("not confirmed") if allergies is None else known],
        [_("Ketamine given"), given],
        [_("Route"), str(order.order["route"]) if order else "–"],
        [_("Contact"), _contact(banner)],
        [_("Looked after by"), live.nurse or "–"],
    ]
    if answers.get("gt_airway") == "yes":
        facts.append([_("Airway"), _("difficult airway or sleep apnoea known")])
    if answers.get("gt_code_status") == "yes":
        facts.append([_("Limits of treatment"), _("on file: ask for the document")])
    if gate and "home" in gate[-1].payload:
        home = gate[-1].payload["home"]
        facts.append([_("Address"), str(home["address"])])
    return facts


def _values(live: Live) -> dict[str, Any]:
    rows = [
        [
            str(PARAMETERS[name][0]),
            f"{reading.value:g} {PARAMETERS[name][1]}",
            _clock(reading.at),
            f"{own:g}" if (own := live.baseline.of(name)) is not None else "–",
        ]
        for name, reading, _stale in live.rows()
        if reading
    ]
    columns = [_("Value"), _("Last"), _("At"), _("Own")]
    return {"columns": columns, "rows": rows or [["–"] * 4]}


def _done(live: Live) -> dict[str, Any]:
    told = [e for e in in_force(live.events) if e.kind in _TOLD][-LAST_EVENTS:]
    rows = [
        [
            _clock(e.measured_at, seconds=True),
            str(KINDS[e.kind]),
            event_in_words(dict(e.payload)),
            e.by,
        ]
        for e in told
    ]
    return {"columns": [_("Time"), _("What"), "", _("Who")], "rows": rows or [["–"] * 4]}


def _contact(banner: Banner) -> str:
    patient = banner.patient
    return f"{patient.emergency_name} {patient.emergency_phone}".strip() or "–"


def _weight(banner: Banner) -> str:
    return f"{float(banner.weight.value):g} kg" if banner.weight and banner.weight.value else "–"


def _clock(at: Any, *, seconds: bool = False) -> str:
    return f"{timezone.localtime(at):{'%H:%M:%S' if seconds else '%H:%M'}}" if at else "–"
