"""The planned pause: a delay of random length that can tell a drug effect from natural variation.

The next infusion falls on a day drawn from a window agreed beforehand. Were the infusion without
effect, pain would not care which day was drawn; so the day drawn is compared with every day that might
have been. The answer is exact, needs no model, and is never surer than the window allows.
"""

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

BEFORE_DAYS = 5  # project_default: diary days before an infusion that are compared
AFTER_DAYS = (
    2,
    8,
)  # project_default: with these after it; the day itself and the next speak of the dose
LEAST_DAYS = 3  # project_default: fewer diary days on a side tell nothing
LARGEST_EXACT = 200_000  # more possible combinations are sampled, with a fixed seed
SURE = 0.05  # project_default


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days after the due day on which the infusion may fall; both ends belong to it."""

    earliest: int
    latest: int

    @property
    def days(self) -> range:
        return range(self.earliest, self.latest + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One pause that has been lived through. diary: day after the due day (may be negative) to pain 0-10."""

    window: Window
    drawn: int
    diary: Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """difference: mean pain before the infusions minus after them; more than zero speaks for an effect.

    p: share of the draws that might have been with as large a difference. least_p: the smallest it could be.
    why: why nothing can be told, or None.
    """

    difference: float | None
    p: float | None
    least_p: float
    pauses: int
    why: str | None

    @property
    def tells(self) -> bool:
        """Whether this patient's data tell ketamine from natural variation."""
        return self.p is not None and self.p <= SURE


def draw_delay(window: Window, seed: int) -> int:
    """The day for the infusion: each day of the window equally likely, the same for the same seed."""
    return random.Random(seed).choice(window.days)  # noqa: S311 - a trial's lot, not a secret


def compare(pauses: Sequence[Pause]) -> Compared:
    """Randomisation test over every day that might have been drawn.

    Source: Edgington & Onghena, Randomization Tests (4th ed. 2007), start-point randomisation.
    """
    tables = [_differences(p) for p in pauses]
    usable = [
        (table, table[p.drawn]) for p, table in zip(pauses, tables, strict=True) if p.drawn in table
    ]
    least = 1 / math.prod(len(t) for t, _ in usable) if usable else 1.0
    if not usable:
        return _cannot(len(pauses), least, "too few diary days around the infusion")
    observed = math.fsum(d for _, d in usable)
    p = _share_at_least(observed, [list(t.values()) for t, _ in usable])
    if least > SURE:
        why = "the window has too few days: no result could be sure"
    elif p > SURE:
        why = "as large a difference would not be rare without any effect"
    else:
        why = None
    return Compared(
        difference=observed / len(usable), p=p, least_p=least, pauses=len(usable), why=why
    )


def _cannot(pauses: int, least: float, why: str) -> Compared:
    return Compared(difference=None, p=None, least_p=least, pauses=pauses, why=why)


def _differences(pause: Pause) -> dict[int, float]:
    """For each day the infusion might have fallen on: mean pain before it minus after it."""
    found = {}
    for day in pause.window.days:
        before = _seen(pause.diary, range(day - BEFORE_DAYS, day))
        after = _seen(pause.diary, range(day + AFTER_DAYS[0], day + AFTER_DAYS[1] + 1))
        if min(len(before), len(after)) >= LEAST_DAYS:
            found[day] = fmean(before) - fmean(after)
    return found


def _seen(diary: Mapping[int, float], days: range) -> list[float]:
    return [diary[d] for d in days if d in diary]


def _share_at_least(observed: float, tables: Sequence[Sequence[float]]) -> float:
    """Share of all combinations whose sum reaches what was observed."""
    edge = observed - 1e-9
    if math.prod(len(t) for t in tables) <= LARGEST_EXACT:
        sums = [math.fsum(c) for c in itertools.product(*tables)]
        return sum(s >= edge for s in sums) / len(sums)
    lot = random.Random(0)  # noqa: S311
    sums = [math.fsum(lot.choice(t) for t in tables) for _ in range(LARGEST_EXACT)]
    return (1 + sum(s >= edge for s in sums)) / (1 + len(sums))


def blinded_schedule(pairs: int, seed: int) -> tuple[str, ...]:
    """An N-of-1 order of treatments: in each pair one "ketamine" and one "comparator", by lot.

    The pharmacist keeps it; nobody at the chair sees it before the last period is scored.
    """
    lot = random.Random(seed)  # noqa: S311
    order: list[str] = []
    for _ in range(pairs):
        pair = ["ketamine", "comparator"]
        lot.shuffle(pair)
        order += pair
    return tuple(order)
