"""The drawing of predicted concentrations: band first, lines second, ticks in round numbers.

Templates only place what stands here. Estimated curves are purple and thin-banded; nothing measured
is ever drawn this way.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reprieve.core.pkpd import Profile

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 300, 56, 12, 14, 34
DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "12 4", "1 4")  # models differ by dash, not by colour


def concentration_chart(
    profiles: Sequence[Profile], *, running_min: float | None = None
) -> dict[str, Any]:
    """Paths, ticks and labels of one or several models over the same times.

    running_min: shades the infusion from 0 to this minute.
    """
    first = profiles[0]
    ketamine = first.analytes["ketamine"]
    norketamine = first.analytes["norketamine"]
    band = ketamine.percentiles_ng_per_ml if ketamine else None
    scale = _Scale(float(first.times_min[-1]), _highest(profiles))
    x = scale.x(first.times_min)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "base": HEIGHT - BOTTOM,
        "band": _area(x, scale.y(band[5.0]), scale.y(band[95.0])) if band else "",
        "lines": [
            {"path": _line(x, scale.y(k.typical_ng_per_ml)), "model": p.model, "dash": dash}
            for p, dash in zip(profiles, DASHES, strict=False)
            if (k := p.analytes["ketamine"])
        ],
        "norketamine": _line(x, scale.y(norketamine.typical_ng_per_ml)) if norketamine else "",
        "running_width": round(float(scale.x(running_min)) - LEFT, 1) if running_min else 0,
        "x_ticks": scale.x_ticks,
        "y_ticks": scale.y_ticks,
        "x_label": scale.x_label,
    }


def line_chart(
    times_min: Any, series: Sequence[tuple[str, Any]], *, top: float, y_label: str
) -> dict[str, Any]:
    """Lines that share one axis from 0 to `top`, told apart by dash; for teaching pages.

    series: (label, values of shape (times,)).
    """
    scale = _Scale(float(times_min[-1]), top)
    x = scale.x(times_min)
    lines = zip(series, DASHES, strict=False)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "base": HEIGHT - BOTTOM,
        "lines": [
            {"path": _line(x, scale.y(values)), "label": label, "dash": dash}
            for (label, values), dash in lines
        ],
        "x_ticks": scale.x_ticks,
        "y_ticks": scale.y_ticks,
        "x_label": scale.x_label,
        "y_label": y_label,
    }


class _Scale:
    """Minutes and ng/mL to the picture's units."""

    def __init__(self, end_min: float, highest: float) -> None:
        self.end_min = end_min
        self.step = nice_step(highest)
        self.top = float(self.step * np.ceil(highest / self.step)) or 1.0
        self.unit_min, self.x_label = _time_unit(end_min)

    def x(self, minutes: Any) -> Any:
        return LEFT + (WIDTH - LEFT - RIGHT) * np.asarray(minutes, float) / self.end_min

    def y(self, level: Any) -> Any:
        height = HEIGHT - BOTTOM - TOP
        return HEIGHT - BOTTOM - height * np.asarray(level, float) / self.top

    @property
    def x_ticks(self) -> list[tuple[float, str]]:
        end = self.end_min / self.unit_min
        step = nice_step(end, steps=6)
        return [
            (round(float(self.x(t * self.unit_min)), 1), f"{t:g}")
            for t in np.arange(0, end + 1e-9, step)
        ]

    @property
    def y_ticks(self) -> list[tuple[float, str]]:
        levels = np.arange(0, self.top + 1e-9, self.step)
        return [(round(float(self.y(c)), 1), f"{c:g}") for c in levels]


def nice_step(top: float, steps: int = 4) -> float:
    """1, 2 or 5 times a power of ten, so that about `steps` of them reach `top`."""
    raw = max(top, 1e-9) / steps
    power = 10.0 ** np.floor(np.log10(raw))
    return float(next(s * power for s in (1, 2, 5, 10) if s * power >= raw * (1 - 1e-9)))


def _time_unit(end_min: float) -> tuple[float, str]:
    if end_min <= 300:
        return 1.0, "min"
    return (60.0, "h") if end_min <= 72 * 60 else (1440.0, "d")


def _highest(profiles: Sequence[Profile]) -> float:
    tops = []
    for profile in profiles:
        for analyte in profile.analytes.values():
            if analyte is None:
                continue
            tops.append(float(np.max(analyte.typical_ng_per_ml)))
            if analyte.percentiles_ng_per_ml and analyte is profile.analytes["ketamine"]:
                tops.append(float(np.max(analyte.percentiles_ng_per_ml[95.0])))
    return max(tops)


def _line(xs: Any, ys: Any) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(xs, ys, strict=True))


def _area(xs: Any, low: Any, high: Any) -> str:
    there = [f"{a:.1f} {b:.1f}" for a, b in zip(xs, low, strict=True)]
    back = [f"{a:.1f} {b:.1f}" for a, b in zip(xs[::-1], high[::-1], strict=True)]
    return "M" + "L".join(there + back) + "Z"
