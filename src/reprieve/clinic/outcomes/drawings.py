"""The pictures of the outcomes page: shapes told apart without colour, n under every axis."""

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from reprieve.clinic.outcomes.report import Course, Lasting, Report
from reprieve.core.outcomes.figures import THRESHOLDS_PERCENT, Share, Xmr, funnel_limits

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BASE = 460, 262, 40, 14, 16, 210
SWIMMERS, LANE = 24, 16
LABEL = 30  # narrowest room of a number under the axis
STRANDS = 40  # people drawn, by lot; more would be a grey field


def responder_picture(curve: Sequence[Share]) -> dict[str, Any]:
    """Share of everybody who fell by at least so much, with its interval as whiskers."""

    def x(percent: float) -> float:
        return _across(percent / 100)

    return {
        **_frame(),
        "line": "M"
        + "L".join(
            f"{x(t)} {_up(s.share)}" for t, s in zip(THRESHOLDS_PERCENT, curve, strict=True)
        ),
        "bars": [
            (x(t), _up(s.low), _up(s.high), _up(s.share))
            for t, s in zip(THRESHOLDS_PERCENT, curve, strict=True)
        ],
        "x_ticks": [(x(t), f"{t}") for t in (0, 10, 30, 50, 70, 100)],
        "marks": [(x(30), "30 %"), (x(50), "50 %")],
    }


def course_picture(courses: Sequence[Course], weeks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Pain from 0 to 10 by week since the first dose: some people as thin lines, the modelled mean over them.

    weeks: as `fits.mean_course_of` gives them; n stands under each.
    """
    until = max([w["week"] for w in weeks], default=12) or 12

    def x(week: float) -> float:
        return _across(week / until)

    def y(points: float) -> float:
        return _up(points / 10)

    scored = [c for c in courses if c["scores"]]
    shown = random.Random(STRANDS).sample(scored, min(STRANDS, len(scored)))  # noqa: S311
    strands = []
    for c in shown:
        start = [(0.0, c["baseline"])] if c["baseline"] is not None else []
        points = [*start, *((d / 7, v) for d, v in c["scores"] if d / 7 <= until)]
        if len(points) > 1:
            strands.append("M" + "L".join(f"{x(w)} {y(v)}" for w, v in points))
    mean = [f"{x(w['week'])} {y(w['modelled'])}" for w in weeks]
    apart: list[dict[str, Any]] = []  # labels that do not touch; the table has every week
    for week in weeks:
        if not apart or x(week["week"]) - x(apart[-1]["week"]) >= LABEL:
            apart.append(week)
    return {
        **_frame(percent=False),
        "height": HEIGHT + 16,
        "across_y": BASE + 54,
        "y_ticks": [(y(v), f"{v}") for v in range(0, 11, 2)],
        "x_ticks": [(x(w["week"]), f"{w['week']}") for w in apart],
        "n": [(x(w["week"]), w["n"]) for w in apart],
        "strands": strands,
        "mean": "M" + "L".join(mean) if mean else "",
        "bars": [(x(w["week"]), y(w["low"]), y(w["high"]), y(w["modelled"])) for w in weeks],
        "raw": [(x(w["week"]), y(w["mean"])) for w in weeks],
    }


def lasting_picture(lasting: Lasting) -> dict[str, Any]:
    """Share still in relief by week: the lowest and the highest the visits allow, shaded between."""
    until = max(4, math.ceil(lasting.watched_days / 7))  # nothing is drawn where nobody was watched
    weeks = np.linspace(0, until, 209)
    bounds = [lasting.still_in_relief(float(w)) for w in weeks]
    low = [f"{_across(w / until)} {_up(b[0])}" for w, b in zip(weeks, bounds, strict=True)]
    high = [f"{_across(w / until)} {_up(b[1])}" for w, b in zip(weeks, bounds, strict=True)]
    return {
        **_frame(),
        "low": "M" + "L".join(low),
        "high": "M" + "L".join(high),
        "area": "M" + "L".join(low + high[::-1]) + "Z",
        "x_ticks": [(_across(w / until), f"{w}") for w in _week_ticks(until)],
    }


def swimmer_picture(courses: Sequence[Course]) -> dict[str, Any] | None:
    """The newest courses: a lane each, a mark an infusion, a bar as long as relief is known to have held."""
    newest = [c for c in courses if c["days"]][-SWIMMERS:]
    if not newest:
        return None
    longest = max(c["days"][-1] + _held(c) for c in newest) or 1.0

    def x(day: float) -> float:
        return _across(day / longest)

    lanes = []
    for i, c in enumerate(newest):
        last, held = c["days"][-1], _held(c)
        lanes.append(
            {
                "y": TOP + LANE * i + LANE / 2,
                "infusions": [x(d) for d in c["days"]],
                "from": x(last),
                "to": x(last + held),
                "held": held,
                "lost": bool(c["relief"] and c["relief"]["by_days"] is not None),
                "none": c["relief"] is None,
            }
        )
    base = TOP + LANE * len(lanes)
    step = max(7, int(longest / 6 / 7) * 7)
    ticks = [(x(d), f"{d // 7}") for d in range(0, int(longest) + 1, step)]
    return {
        **_frame(percent=False),
        "height": base + 46,
        "base": base,
        "across_y": base + 38,
        "lanes": lanes,
        "x_ticks": ticks,
    }


def funnel_picture(report: Report, key: str) -> dict[str, Any] | None:
    """Responders by group against its size, with the limits chance alone would keep; no ranking."""
    groups = report.groups[key]
    if len(groups) < 2:
        return None
    most = max(g.share.n for g in groups) * 1.1
    sizes = [int(n) for n in np.unique(np.linspace(4, max(most, 5), 60).astype(int))]
    centre = report.responders.share

    def line(tail: float, end: int) -> str:
        points = ((n, funnel_limits(centre, n, tail)[end]) for n in sizes)
        return "M" + "L".join(f"{_across(n / most)} {_up(p)}" for n, p in points)

    return {
        **_frame(),
        "centre": _up(centre),
        "near": [line(0.025, 0), line(0.025, 1)],
        "far": [line(0.001, 0), line(0.001, 1)],
        "dots": [(_across(g.share.n / most), _up(g.share.share), g) for g in groups],
        "x_ticks": [(_across(n / most), f"{n}") for n in _round_steps(most)],
    }


def control_picture(chart: Xmr, months: Sequence[tuple[str, float, int]]) -> dict[str, Any]:
    """Mean fall in pain by month between its natural limits; signals ringed."""
    low, high = min(chart.low, *chart.values), max(chart.high, *chart.values)
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return round(BASE - (BASE - TOP) * (value - low) / span, 1)

    n = len(chart.values)
    xs = [_across((i + 0.5) / n) for i in range(n)]
    marked = {s.at for s in chart.signals}
    return {
        **_frame(percent=False),
        "line": "M" + "L".join(f"{x} {y(v)}" for x, v in zip(xs, chart.values, strict=True)),
        "dots": [
            (x, y(v), i in marked) for i, (x, v) in enumerate(zip(xs, chart.values, strict=True))
        ],
        "mean": y(chart.mean),
        "limits": (y(chart.low), y(chart.high)),
        "y_ticks": [(y(v), f"{v:.0f}") for v in (chart.low, chart.mean, chart.high)],
        "x_ticks": [
            (x, m)
            for i, (x, (m, _v, _n)) in enumerate(zip(xs, months, strict=True))
            if i % max(1, n // 6) == 0
        ],
    }


def _held(course: Course) -> float:
    relief = course["relief"]
    return float(relief["by_days"] or relief["after_days"]) if relief else 0.0


def _frame(*, percent: bool = True) -> dict[str, Any]:
    ticks = [(_up(s), f"{100 * s:.0f}") for s in (0, 0.25, 0.5, 0.75, 1)] if percent else []
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "base": BASE,
        "across_y": BASE + 38,
        "y_ticks": ticks,
    }


def _across(share: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * float(share), 1)


def _up(share: float) -> float:
    return round(BASE - (BASE - TOP) * float(share), 1)


def _round_steps(most: float) -> list[int]:
    step = max(1, round(most / 5))
    return list(range(0, int(most) + 1, step))


def _week_ticks(until: int) -> list[int]:
    step = next(s for s in (1, 2, 4, 8, 13, 26, 52) if until / s <= 7 or s == 52)
    return list(range(0, until + 1, step))
