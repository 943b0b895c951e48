"""Pain over the course as one picture: dots, infusions, own baseline, the −30 % and −50 % lines; opioids below."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from reprieve.clinic.followup.selectors import Trajectory
from reprieve.core.outcomes.trajectory import counts

WIDTH, LEFT, RIGHT, TOP, BASE = 900, 48, 64, 16, 240
OPIOID_TOP, OPIOID_BASE, HEIGHT = 276, 330, 356
DROPS = (30, 50)


def picture(course: Trajectory, as_of: date) -> dict[str, Any] | None:
    """Marks and paths for the template; None without any score or dose."""
    times = [s.at for s in (*course.pain, *course.opioid)] + list(course.doses)
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
    return {
        "width": WIDTH,
        "height": HEIGHT,
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
        "opioid": _opioid(course, x),
    }


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
    for key, scores in (("function", course.function), ("impression", course.impression)):
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


def _opioid(course: Trajectory, x: Any) -> dict[str, Any] | None:
    """A second small panel on the same time axis; never a second scale on the first."""
    doses = course.opioid
    if not doses:
        return None
    top = max((s.value for s in doses), default=0.0) or 1.0
    points = [
        (x(s.at), round(OPIOID_BASE - (OPIOID_BASE - OPIOID_TOP) * s.value / top, 1)) for s in doses
    ]
    line = "L".join(f"{a} {b}" for a, b in points)
    return {"points": points, "line": f"M{line}", "top": f"{top:g}", "base": OPIOID_BASE}
