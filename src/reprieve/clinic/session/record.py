"""The session on paper: times, values, rates and total, drugs, events, discharge, who."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.session.selectors import Live
from reprieve.clinic.session.words import KINDS, STATES, event_in_words
from reprieve.clinic.ui.pdf import summary_pdf
from reprieve.core.session.events import Event, EventKind, in_force

COLUMNS = (
    ("systolic_mmhg", "SBP"),
    ("diastolic_mmhg", "DBP"),
    ("heart_rate_per_min", "HR"),
    ("spo2_percent", "SpO2"),
    ("respiratory_rate_per_min", "RR"),
    ("moaa_s_points", "MOAA/S"),
    ("pain_points", "NRS"),
    ("dissociation_points", "Diss."),
    ("distress_points", "Distr."),
)


def record_pdf(banner: Banner, live: Live) -> bytes:
    sections: list[dict[str, Any]] = [
        {"heading": _("Session"), "facts": _facts(live)},
        {"heading": _("Ketamine given"), "table": _rates(live)},
        {"heading": _("Values"), "table": _values(live)},
        {"heading": _("Events"), "table": _events(live)},
    ]
    if corrected := _corrections(live):
        sections.append(
            {"heading": _("Corrected entries, as they first stood"), "table": corrected}
        )
    if gates := _gates(live):
        sections.append({"heading": _("Discharge gates"), "table": gates})
    return summary_pdf(
        banner,
        title=_("Session record"),
        lead=_("As charted. Not a record of the bedside monitor."),
        sections=sections,
        signed=_("Printed {when}; every entry carries the name of who charted it.").format(
            when=date_format(timezone.localtime(live.now), "DATETIME_FORMAT")
        ),
    )


def _clock(at: Any) -> str:
    return f"{timezone.localtime(at):%H:%M}" if at else "–"


def _facts(live: Live) -> list[list[str]]:
    start = live.observations.started_at
    gate = next((e for e in in_force(live.events) if e.kind is EventKind.GATE_PASSED), None)
    order = live.session.order
    facts = [
        [_("State"), str(STATES[live.state])],
        [_("Day"), date_format(timezone.localtime(start or live.now), "DATE_FORMAT")],
        [_("Start and stop"), f"{_clock(start)}, {_clock(live.stopped_at)}"],
        [_("Total given"), f"{live.total_mg:.1f} mg " + _("of base")],
    ]
    if order:
        signed = date_format(order.signed_at, "DATE_FORMAT")
        facts.append([_("Order"), f"{order.recorded_by}, {signed}; {order.weight_kg:g} kg"])
    if gate:
        facts.append(
            [
                _("Gate"),
                f"{_clock(gate.measured_at)} {gate.by}, {event_in_words(dict(gate.payload))}",
            ]
        )
        facts += [
            [_("Overridden"), f"{o['code']}: {o['reason']} ({gate.payload.get('decided_by')})"]
            for o in gate.payload.get("overrides", ())
        ]
    return facts


def _rates(live: Live) -> dict[str, Any]:
    rows = [
        [_clock(s.start), _clock(s.until), f"{s.rate_mg_per_h:.3g} mg/h"]
        for s in live.given.segments
    ]
    rows += [[_clock(b.at), "", f"{b.amount_mg:g} mg"] for b in live.given.boluses]
    return {"columns": [_("From"), _("Until"), _("Rate or dose")], "rows": rows or [["–", "", ""]]}


def _values(live: Live) -> dict[str, Any]:
    by_time: dict[Any, dict[str, float]] = {}
    for r in live.observations.readings:
        by_time.setdefault(r.at, {})[r.parameter] = r.value
    rows = [
        [_clock(at), *(f"{v[p]:g}" if p in v else "–" for p, _label in COLUMNS)]
        for at, v in sorted(by_time.items())
    ]
    empty = [["–"] * (len(COLUMNS) + 1)]
    return {"columns": [_("Time"), *(label for _p, label in COLUMNS)], "rows": rows or empty}


def _events(live: Live) -> dict[str, Any]:
    shown = [
        e
        for e in in_force(live.events)
        if e.kind not in (EventKind.VITALS, EventKind.ADVISORY_ACKNOWLEDGED)
    ]
    rows = [_row(e) for e in shown]
    return {"columns": [_("Time"), _("What"), "", _("Who")], "rows": rows or [["–", "", "", ""]]}


def _row(event: Event) -> list[str]:
    said = event_in_words(dict(event.payload))
    return [_clock(event.measured_at), str(KINDS[event.kind]), said, event.by]


def _corrections(live: Live) -> dict[str, Any] | None:
    why = {e.corrects: e for e in live.events if e.corrects}
    rows = [[*_row(e), why[e.id].reason or ""] for e in live.events if e.id in why]
    columns = [_("Time"), _("What"), "", _("Who"), _("Corrected because")]
    return {"columns": columns, "rows": rows} if rows else None


def _gates(live: Live) -> dict[str, Any] | None:
    looked = [e for e in in_force(live.events) if "gates" in e.payload]
    if not looked:
        return None
    words = {True: _("open"), False: _("closed"), None: _("not looked at")}
    rows = [[g["asks"], words[g["passed"]], g["why"]] for g in looked[-1].payload["gates"]]
    return {"columns": [_("Gate"), "", ""], "rows": rows}
