"""Forest and funnel as drawings: interval before point, no effect marked, every row a study in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reprieve.clinic.ui.chart import nice_step
from reprieve.core.outcomes.benefit import Z95

ROW, TOP, LABEL, FIGURES, WIDTH = 30, 12, 330, 150, 900
LEFT, RIGHT = LABEL, WIDTH - FIGURES
FUNNEL_W, FUNNEL_H, FUNNEL_LEFT, FUNNEL_BASE = 520, 300, 56, 250
RATIO_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a forest: on the scale it is drawn on (log for ratios). weight: percent, or None."""

    label: str
    estimate: float
    low: float
    high: float
    weight: float | None = None
    summary: bool = False
    mark: Any = ""
    href: str = ""


def forest(rows: Sequence[Row], *, log: bool, labels: tuple[str, str]) -> dict[str, Any]:
    """Shapes and texts for the template. labels: what lies left and right of no effect."""
    low, high = _reach(rows, log)

    def x(value: float) -> float:
        inside = min(max(value, low), high)
        return round(LEFT + (RIGHT - LEFT) * (inside - low) / (high - low), 1)

    drawn = [_drawn(i, row, x, low, high, log) for i, row in enumerate(rows)]
    base = TOP + ROW * len(rows)
    return {
        "width": WIDTH,
        "height": base + 52,
        "base": base,
        "none": x(0.0),
        "rows": drawn,
        "ticks": [(x(t), label) for t, label in _ticks(low, high, log)],
        "left": LEFT,
        "right": RIGHT,
        "labels": labels,
    }


def _drawn(i: int, row: Row, x: Any, low: float, high: float, log: bool) -> dict[str, Any]:
    y = TOP + ROW * i + ROW / 2
    side = 5 + (math.sqrt(row.weight) if row.weight else 0)
    figures = " to ".join(_figure(v, log) for v in (row.low, row.high))
    return {
        "row": row,
        "y": y,
        "x": x(row.estimate),
        "low": x(row.low),
        "high": x(row.high),
        "cut_low": row.low < low,
        "cut_high": row.high > high,
        "side": round(side, 1),
        "corner": round(x(row.estimate) - side / 2, 1),
        "corner_y": round(y - side / 2, 1),
        "diamond": f"{x(row.low)},{y} {x(row.estimate)},{y - 8} {x(row.high)},{y} {x(row.estimate)},{y + 8}",
        "figures": f"{_figure(row.estimate, log)} ({figures})",
    }


def _figure(value: float, log: bool) -> str:
    return f"{math.exp(value):.2f}" if log else f"{value:.2f}"


def _reach(rows: Sequence[Row], log: bool) -> tuple[float, float]:
    """The axis: every estimate, and intervals as far as they do not squeeze the rest."""
    points = [r.estimate for r in rows]
    widest = math.log(100) if log else max(abs(p) for p in points) * 3 + 1e-9
    low = min([0.0, *(max(r.low, -widest) for r in rows)])
    high = max([0.0, *(min(r.high, widest) for r in rows)])
    pad = 0.04 * (high - low or 1.0)
    return low - pad, high + pad


def _ticks(low: float, high: float, log: bool) -> list[tuple[float, str]]:
    if log:
        return [(math.log(t), f"{t:g}") for t in RATIO_TICKS if low <= math.log(t) <= high]
    step = nice_step(high - low, steps=6)
    first = math.ceil(low / step) * step
    return [(float(t), f"{t:.10g}") for t in np.arange(first, high, step)]


def funnel(yi: Any, vi: Any, centre: float, labels: Sequence[str], *, log: bool) -> dict[str, Any]:
    """Effect against its standard error, with the region of 95 % under no other difference."""
    errors = np.sqrt(np.asarray(vi, float))
    worst = float(errors.max()) * 1.1
    half = max(Z95 * worst, float(np.abs(np.asarray(yi) - centre).max())) * 1.05

    def x(value: float) -> float:
        share = (value - centre + half) / (2 * half)
        return round(FUNNEL_LEFT + (FUNNEL_W - FUNNEL_LEFT - 16) * share, 1)

    def y(error: float) -> float:
        return round(14 + (FUNNEL_BASE - 14) * error / worst, 1)

    ticks = _ticks(centre - half, centre + half, log)
    step = nice_step(worst, steps=3)
    return {
        "width": FUNNEL_W,
        "height": FUNNEL_H,
        "base": FUNNEL_BASE,
        "left": FUNNEL_LEFT,
        "right": FUNNEL_W - 16,
        "centre": x(centre),
        "region": f"{x(centre)},{y(0)} {x(centre - Z95 * worst)},{y(worst)} "
        f"{x(centre + Z95 * worst)},{y(worst)}",
        "dots": [(x(a), y(b), name) for a, b, name in zip(yi, errors, labels, strict=True)],
        "x_ticks": [(x(t), label) for t, label in ticks],
        "y_ticks": [(y(e), f"{e:g}") for e in np.arange(0, worst, step)],
    }
