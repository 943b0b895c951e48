"""The session on paper: times, values, rates and total, drugs, events, discharge, who."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.session.selectors import Live, acknowledged
from reprieve.clinic.session.timeline import timeline
from reprieve.clinic.session.words import (
    KINDS,
    OWNERS,
    PARAMETERS,
    STARS,
    STATES,
    advisory_in_words,
    event_in_words,
)
from reprieve.clinic.ui.pdf import summary_pdf
from reprieve.core.session.episodes import episodes
from reprieve.core.session.events import Event, EventKind, in_force
from reprieve.core.session.quality import quality

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
    sections: list[dict[str, Any]] = [{"heading": _("Session"), "facts": _facts(live)}]
    if picture := _picture(live):
        sections.append(picture)
    sections += [
        {"heading": _("Ketamine given"), "table": _rates(live)},
        {"heading": _("Values"), "table": _values(live)},
        {"heading": _("Events"), "table": _events(live)},
    ]
    if advisories := _advisories(live):
        sections.append({"heading": _("Advisories"), "table": advisories})
    if pump := _pump(live):
        sections.append({"heading": _("Pump and chart"), "table": pump})
    if corrected := _corrections(live):
        sections.append(
            {"heading": _("Corrected entries, as they first stood"), "table": corrected}
        )
    if gates := _gates(live):
        sections.append({"heading": _("Discharge gates"), "table": gates})
    sections.append({"heading": _("How it was charted"), "facts": _quality(live)})
    return summary_pdf(
        banner,
        title=_("Session record"),
        lead=_("As charted. Not a record of the bedside monitor."),
        sections=sections,
        signed=_("Printed {when}; every entry carries the name of who charted it.").format(
            when=date_format(timezone.localtime(live.now), "DATETIME_FORMAT")
        ),
    )


def _picture(live: Live) -> dict[str, Any] | None:
    """The timeline as on the screen, black on white; its numbers stand in the tables below."""
    drawn = timeline(live)
    if drawn is None:
        return None
    svg = render_to_string("session/paper.svg", {"timeline": drawn})
    said = _(
        "Blood pressure, heart rate, saturation, scores, ketamine rate, drugs and the estimated "
        "level over time; the numbers follow in tables."
    )
    estimated = ""
    if isinstance(drawn["curve"], dict):
        estimated = _("Violet is estimated by {model}, not measured, and decided nothing.").format(
            model=drawn["curve"]["model"].title
        )
    return {"heading": _("Timeline"), "svg": svg, "alt": said, "text": estimated}


def _advisories(live: Live) -> dict[str, Any] | None:
    """Every advisory with its beginning and end, and who put their name to it."""
    found = episodes(
        live.events,
        live.policy.limits,
        live.baseline,
        live.order,
        acknowledged(live.events),
        live.ended_at or live.now,
    )
    rows = [
        [
            _clock(e.advisory.since),
            _clock(e.until),
            f"{STARS[e.advisory.priority]} {advisory_in_words(e.advisory)}",
            str(OWNERS[e.advisory.owner]),
            f"{e.acknowledged.by}, {_clock(e.acknowledged.at)}" if e.acknowledged else "–",
            _("yes") if e.escalated else "",
        ]
        for e in found
    ]
    columns = [_("From"), _("Until"), _("What"), _("Whose limit"), _("Seen by"), _("Escalated")]
    return {"columns": columns, "rows": rows} if rows else None


def _pump(live: Live) -> dict[str, Any] | None:
    rows = [
        [_clock(c.at), f"{c.pump_mg:.2f}", f"{c.charted_mg:.2f}", f"{c.difference_mg:+.2f}"]
        for c in live.pump
    ]
    columns = [_("Time"), _("Pump, mg"), _("Charted rates, mg"), _("Difference, mg")]
    return {"columns": columns, "rows": rows} if rows else None


def _quality(live: Live) -> list[list[str]]:
    """Counts for looking at one's own work; they compare nobody."""
    found = quality(live.events, live.policy.limits, live.ended_at or live.now)
    flat = ", ".join(str(PARAMETERS[p][0]) for p in found.flat)
    facts = [
        [
            _("Vital sets due"),
            f"{found.sets_due}, " + _("late or missing: {n}").format(n=found.sets_missed),
        ],
        [
            _("Entries"),
            f"{found.entries}, " + _("written over 5 min later: {n}").format(n=found.late),
        ],
        [_("Equal readings in a row"), flat or _("none")],
    ]
    if found.percent is not None:
        score = f"{found.percent:.0f} % (" + _("our own arithmetic, not a grade") + ")"
        facts.append([_("Data quality"), score])
    return facts


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
    if live.nurse:
        facts.append([_("Looked after by"), live.nurse])
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
