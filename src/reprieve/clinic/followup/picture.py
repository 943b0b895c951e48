"""A course as one picture: pain with infusions, own baseline and the −30 % and −50 % lines; below it, on the
same days, small panels of function, mood and opioid dose, and what went wrong. Never a second scale on one panel.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve.clinic.followup.selectors import Trajectory
from reprieve.core.outcomes.trajectory import counts

WIDTH, LEFT, RIGHT, TOP, BASE = 900, 48, 64, 16, 240
EVENTS_Y, PANELS_TOP, PANEL, GAP = 276, 300, 46, 24
DROPS = (30, 50)


def picture(course: Trajectory, as_of: date) -> dict[str, Any] | None:
    """Marks and paths for the template; None without any score or dose."""
    scored = (*course.pain, *course.function, *course.mood, *course.opioid)
    times = [s.at for s in scored] + [*course.doses, *course.harms]
    if not times:
        return None
    first = min(times) - timedelta(days=3)
    last = max(*times, timezone.now()) + timedelta(days=3)
    span = (last - first).total_seconds()

    def x(at: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (at - first).total_seconds() / span, 1)

    own = course.baseline.mean
    dots = [(x(s.at), _y(s.value), counts(s, course.doses)) for s in course.pain]
    kept = [f"{a} {b}" for a, b, counted in dots if counted]
    values = [s.value for s in course.baseline.scores]
    panels = _panels(course, x)
    return {
        "width": WIDTH,
        "height": PANELS_TOP + len(panels) * (PANEL + GAP) + 8,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "base": BASE,
        "ticks": _ticks(first, last, x),
        "lines": [(_y(n), n) for n in range(0, 11, 2)],
        "infusions": [x(at) for at in course.doses],
        "dots": dots,
        "pain": f"M{'L'.join(kept)}" if len(kept) > 1 else "",
        "own": None
        if own is None
        else {
            "y": _y(own),
            "top": _y(max(values)),
            "height": round(_y(min(values)) - _y(max(values)), 1),
        },
        "drops": [] if own is None else [(_y(own * (1 - d / 100)), d) for d in DROPS],
        "events_y": EVENTS_Y,
        "events": [x(at) for at in course.harms],
        "panels": panels,
    }


def _panels(course: Trajectory, x: Any) -> list[dict[str, Any]]:
    """Small panels, in order; one without a value is left out. `top` is the end of its scale."""
    most_opioid = max((s.value for s in course.opioid), default=0.0)
    wanted = (
        (_("PEG, 0-10"), course.function, 10.0),
        (_("PHQ-9, 0-27"), course.mood, 27.0),
        (_("MME a day"), course.opioid, most_opioid or 1.0),
    )
    found = []
    for label, scores, most in wanted:
        if not scores:
            continue
        base = PANELS_TOP + len(found) * (PANEL + GAP) + PANEL
        points = [(x(s.at), round(base - PANEL * s.value / most, 1)) for s in scores]
        line = "L".join(f"{a} {b}" for a, b in points)
        found.append(
            {
                "label": label,
                "top": base - PANEL,
                "most": f"{most:g}",
                "base": base,
                "points": points,
                "line": f"M{line}",
            }
        )
    return found


def table(course: Trajectory) -> list[dict[str, Any]]:
    """The numbers behind the picture, newest first."""
    rows: dict[date, dict[str, Any]] = {}

    def put(at: datetime, key: str, value: Any) -> None:
        day = timezone.localdate(at)
        rows.setdefault(day, {"on": day})[key] = value

    for at in course.doses:
        put(at, "infusion", True)
    for score in course.pain:
        put(score.at, "pain", score.value)
        put(score.at, "near", not counts(score, course.doses))
    series = {"function": course.function, "impression": course.impression, "mood": course.mood}
    for key, scores in series.items():
        for score in scores:
            put(score.at, key, score.value)
    for row in course.answers:
        put(row.answered_at, "said", row.answers)
    return [rows[day] for day in sorted(rows, reverse=True)]


def _y(points: float) -> float:
    return round(BASE - (BASE - TOP) * points / 10, 1)


def _ticks(first: datetime, last: datetime, x: Any) -> list[tuple[float, str]]:
    days = (last - first).days
    step = 7 if days <= 60 else 14 if days <= 120 else 28
    found, at = [], timezone.localtime(first).replace(hour=0, minute=0, second=0, microsecond=0)
    while at <= last:
        if at >= first:
            found.append((x(at), date_format(at, "MONTH_DAY_FORMAT")))
        at += timedelta(days=step)
    return found
