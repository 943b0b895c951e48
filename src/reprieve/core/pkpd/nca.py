"""Non-compartmental analysis of measured levels: exposure without a model, or the reason why not."""

from dataclasses import dataclass

import numpy as np

from reprieve.core.pkpd.transfer import Floats

FEWEST_POINTS = 3  # on the terminal line, the peak not among them
LONGEST_EXTRAPOLATION = 0.20  # share of auc_inf beyond the last level (usual acceptance limit)
LOWEST_R2 = 0.80


@dataclass(frozen=True, slots=True)
class Given:
    """A value, or None with the reason."""

    value: float | None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nca:
    """Units: ng/mL, h, ng·h/mL, 1/h. cavg: mean level from the first to the last time."""

    cmax: Given
    tmax: Given
    auc_last: Given
    auc_inf: Given
    lambda_z: Given
    half_life: Given
    cavg: Given


def analyse(times_h: Floats, levels_ng_per_ml: Floats) -> Nca:
    """Analyse one curve after one dose.

    Args:
        times_h, levels_ng_per_ml: shape (n,); times ascending. Levels of 0 are below quantification:
            they count as 0 before the peak, and the curve ends at the last level above 0.
    Raises:
        ValueError: shapes differ, times not ascending, a level negative or not finite.
    Source:
        Linear-up log-down trapezoids; terminal line by the best adjusted R2 over the last three or
        more levels after the peak (the conventions of CDISC and of PK software).
    """
    t, c = np.asarray(times_h, np.float64), np.asarray(levels_ng_per_ml, np.float64)
    if t.shape != c.shape or t.ndim != 1 or np.any(np.diff(t) <= 0):
        raise ValueError("one level for each of strictly ascending times is needed")
    if not np.all(np.isfinite(c)) or np.any(c < 0):
        raise ValueError("levels must be finite and not negative")
    if not np.any(c > 0):
        none = Given(None, "no level above zero")
        return Nca(**dict.fromkeys(Nca.__dataclass_fields__, none))
    last = int(np.flatnonzero(c)[-1])
    t, c = t[: last + 1], c[: last + 1]
    peak = int(np.argmax(c))
    area = _area(t, c)
    terminal = _terminal(t[peak + 1 :], c[peak + 1 :])
    return Nca(
        cmax=Given(float(c[peak])),
        tmax=Given(float(t[peak])),
        auc_last=Given(area),
        auc_inf=_extrapolated(area, float(c[-1]), terminal),
        lambda_z=terminal,
        half_life=Given(
            float(np.log(2.0)) / terminal.value if terminal.value else None, terminal.why
        ),
        cavg=Given(area / float(t[-1] - t[0])) if t.size > 1 else Given(None, "only one level"),
    )


def _area(t: Floats, c: Floats) -> float:
    """Linear while rising, logarithmic while falling."""
    total = 0.0
    for dt, a, b in zip(np.diff(t), c[:-1], c[1:], strict=True):
        falling = 0.0 < b < a
        total += dt * (a - b) / np.log(a / b) if falling else dt * (a + b) / 2.0
    return float(total)


def _terminal(t: Floats, c: Floats) -> Given:
    """Slope of the log line through the last levels, 1/h."""
    if t.size < FEWEST_POINTS:
        return Given(None, f"fewer than {FEWEST_POINTS} levels after the peak")
    if np.any(c <= 0):
        return Given(None, "a level of zero between levels after the peak")
    best, chosen = -np.inf, 0.0
    for n in range(FEWEST_POINTS, t.size + 1):
        x, y = t[-n:] - t[-n:].mean(), np.log(c[-n:]) - np.log(c[-n:]).mean()
        slope = float(x @ y / (x @ x))
        total = float(y @ y)
        r2 = 1.0 - float(np.sum((y - slope * x) ** 2)) / total if total > 0 else 0.0
        adjusted = 1.0 - (1.0 - r2) * (n - 1) / (n - 2)
        if adjusted > best + 1e-4 or (adjusted > best - 1e-4 and slope < 0):
            best, chosen = max(best, adjusted), slope
    if chosen >= 0:
        return Given(None, "levels do not fall at the end")
    if best < LOWEST_R2:
        return Given(None, f"the end is not a line: adjusted R2 {best:.2f} below {LOWEST_R2:g}")
    return Given(-chosen)


def _extrapolated(area: float, last: float, terminal: Given) -> Given:
    if terminal.value is None:
        return Given(None, terminal.why)
    beyond = last / terminal.value
    if beyond > LONGEST_EXTRAPOLATION * (area + beyond):
        share = beyond / (area + beyond)
        return Given(
            area + beyond, f"{100 * share:.0f} % of it lies beyond the last level: uncertain"
        )
    return Given(area + beyond)
