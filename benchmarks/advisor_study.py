"""How the interval advisor does when the truth is known, and of another kind than it believes.

    python benchmarks/advisor_study.py [people per truth] [--write]

Invented people only. Every truth gives true mean pain at any time for any infusions; the advisor sees
rounded scores. Coverage should be 80 % where the truth is of the model's kind; elsewhere it is reported.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reprieve.core.outcomes.advisor import INTERVAL_DAYS, Advice, Situation, Timing, advise
from reprieve.core.outcomes.relief_model import Floats, believe
from reprieve.knowledge.relief import advisor_rule, relief_prior

PRIOR, RULE = relief_prior(), advisor_rule()
TABLE = Path(__file__).parents[1] / "docs/reference/advisor-simulation.md"
INFUSIONS = np.array([0.0, 14.0, 28.0])
BASELINE = np.arange(-7.0, 0.0)
AFTER = np.array([3.0, 7, 12, 17, 21, 26, 31, 35, 42])
NOW = 56.0  # the day of the decision: four weeks after the third infusion
CURRENT_DAYS = 28.0
AHEAD_DAYS = np.array([14.0, 28, 42, 56])  # after the last infusion
Generator = np.random.Generator
Pain = Callable[[Floats, Floats], Floats]  # (days, infusions) -> true mean pain


@dataclass(frozen=True)
class Truth:
    """pain: a person drawn. seen: which of the scores arrive, given (days, true pain, baseline)."""

    name: str
    pain: Callable[[Generator], Pain]
    seen: Callable[[Generator, Floats, Floats, float], Floats]
    scatter: Callable[[Generator, int], Floats]


def since_last(days: Floats, infusions: Floats) -> tuple[Floats, Floats]:
    """Days since the last infusion (inf before any) and its number, from 0."""
    index = np.searchsorted(infusions, days, side="right") - 1
    padded = np.append(infusions, -np.inf)
    return np.where(index >= 0, days - padded[index], np.inf), np.maximum(index, 0)


def decaying(r: Generator, *, change: float | None = None, relief: float | None = None) -> Pain:
    """The model's own kind."""
    base = r.normal(PRIOR.pain_points, PRIOR.pain_sd_points)
    size = r.normal(0, PRIOR.relief_sd_points) if relief is None else relief
    half = PRIOR.half_life_days * np.exp(r.normal(0, PRIOR.half_life_log_sd))
    delta = r.normal(0, PRIOR.change_per_infusion_sd) if change is None else change

    def pain(days: Floats, infusions: Floats) -> Floats:
        t, j = since_last(days, infusions)
        return np.clip(base - size * np.exp(delta * j) * np.exp2(-t / half), 0, 10)

    return pain


def abrupt(r: Generator) -> Pain:
    """Full relief that ends within a day."""
    base, size = r.normal(6.5, 1.5), abs(r.normal(3, 1))
    lasts = 28 * np.exp(r.normal(0, 0.5))

    def pain(days: Floats, infusions: Floats) -> Floats:
        t, _ = since_last(days, infusions)
        return np.clip(base - size * (t < lasts), 0, 10)

    return pain


def came_when_worst(r: Generator) -> Pain:
    """No effect at all; pain was at its worst when the first score was given, and falls by itself."""
    base, worse = r.normal(5, 1.2), abs(r.normal(2, 0.7))

    def pain(days: Floats, infusions: Floats) -> Floats:
        return np.clip(base + worse * np.exp2(-(days + 7) / 14), 0, 10)

    return pain


def expectancy(r: Generator) -> Pain:
    """Being treated helps for months, whatever is infused."""
    base, size = r.normal(6.5, 1.5), abs(r.normal(2, 0.7))

    def pain(days: Floats, infusions: Floats) -> Floats:
        return np.clip(base - size * (days >= 0) * np.exp2(-np.maximum(days, 0) / 120), 0, 10)

    return pain


def responder(r: Generator) -> Pain:
    return decaying(r, relief=abs(r.normal(3, 1)))


def all_seen(r: Generator, days: Floats, pain: Floats, base: float) -> Floats:
    return np.ones(len(days), bool)


def lost_when(worse: bool) -> Callable[[Generator, Floats, Floats, float], Floats]:
    """After the first infusion, from the first bad (or good) day on most scores stop coming."""

    def seen(r: Generator, days: Floats, pain: Floats, base: float) -> Floats:
        turn = (pain > base - 1) if worse else (pain < base - 2)
        lost = np.maximum.accumulate(turn & (days > 0))
        return ~(lost & (r.random(len(days)) < 0.7))

    return seen


def when_in_pain(r: Generator, days: Floats, pain: Floats, base: float) -> Floats:
    """Scores come from visits, and people visit when it hurts."""
    return (days < 0) | (pain > base - 1) | (r.random(len(days)) < 0.3)


def independent(r: Generator, n: int) -> Floats:
    return r.normal(0, PRIOR.noise_points * np.exp(r.normal(0, PRIOR.noise_log_sd)), n)


def flares(r: Generator, n: int) -> Floats:
    """Good and bad days come in rows, and one score in eight is a flare."""
    steps, level = r.normal(0, 1, n), np.zeros(n)
    for i in range(1, n):
        level[i] = 0.6 * level[i - 1] + 0.8 * steps[i]
    return level + 2.5 * (r.random(n) < 0.125)


TRUTHS = (
    Truth("of the model's kind", decaying, all_seen, independent),
    Truth("relief ends abruptly", abrupt, all_seen, independent),
    Truth("tolerance", lambda r: decaying(r, change=-0.4, relief=3.5), all_seen, independent),
    Truth("flares", responder, all_seen, flares),
    Truth("came when worst, no effect", came_when_worst, all_seen, independent),
    Truth("expectancy only", expectancy, all_seen, independent),
    Truth("no effect", lambda r: decaying(r, relief=0.0), all_seen, independent),
    Truth("drop-out when worse", responder, lost_when(True), independent),
    Truth("drop-out when better", responder, lost_when(False), independent),
    Truth("visits triggered by pain", responder, when_in_pain, independent),
)


@dataclass
class Result:
    """coverage: share of people whose true pain lay in the 80 % interval at 2, 4, 6, 8 weeks."""

    truth: str
    coverage: Floats
    proposed: float
    too_few: float
    relief_weeks: dict[str, float]
    infusions: dict[str, float]


def study(truth: Truth, people: int, seed: int = 7) -> Result:
    covered, advice = np.zeros(4), dict.fromkeys(Advice, 0)
    weeks: dict[str, list[float]] = {"advisor": [], "4 weeks": [], "6 weeks": []}
    given: dict[str, list[float]] = {name: [] for name in weeks}
    for n in range(people):
        r = np.random.default_rng([seed, n])
        pain = truth.pain(r)
        days, scores = observed(truth, pain, r)
        belief = believe(days, scores, INFUSIONS, PRIOR)
        at = pain(INFUSIONS[-1] + AHEAD_DAYS, INFUSIONS)
        bands = [belief.band(t) for t in AHEAD_DAYS]
        covered += [low <= x <= high for x, (low, _, high) in zip(at, bands, strict=True)]
        said = advise(belief, situation(days, scores), RULE)
        advice[said.advice] += 1
        baseline = float(scores[days < 0].mean())
        timings = {"advisor": said.proposed or Timing.NONE}
        timings |= {"4 weeks": Timing.WEEKS_4, "6 weeks": Timing.WEEKS_6}
        for name, timing in timings.items():
            w, k = year(pain, timing, baseline)
            weeks[name].append(w)
            given[name].append(k)
    return Result(
        truth=truth.name,
        coverage=covered / people,
        proposed=advice[Advice.PROPOSE] / people,
        too_few=advice[Advice.TOO_FEW] / people,
        relief_weeks={k: float(np.mean(v)) for k, v in weeks.items()},
        infusions={k: float(np.mean(v)) for k, v in given.items()},
    )


def observed(truth: Truth, pain: Pain, r: Generator) -> tuple[Floats, Floats]:
    """What the clinic sees: whole numbers from 0 to 10, those that arrive."""
    days = np.concatenate((BASELINE, AFTER))
    mean = pain(days, INFUSIONS)
    scores = np.clip(np.round(mean + truth.scatter(r, len(days))), 0, 10)
    kept = truth.seen(r, days, mean, float(mean[days < 0].mean())) | (days < 0)
    return days[kept], scores[kept]


def situation(days: Floats, scores: Floats) -> Situation:
    after = days[days > 0]
    return Situation(
        baseline_points=float(scores[days < 0].mean()),
        days_since_last=NOW - INFUSIONS[-1],
        current_interval_days=CURRENT_DAYS,
        scores_after_dose=len(after),
        scores_span_days=float(np.ptp(after)) if len(after) else 0.0,
        infusion_mg=40.0,
    )


def year(pain: Pain, timing: Timing, baseline: float) -> tuple[float, float]:
    """Weeks of true relief in the year from NOW, and infusions, under one way of timing."""
    days = NOW + np.arange(365.0)
    infusions = list(INFUSIONS)
    if timing in INTERVAL_DAYS:
        first = max(INFUSIONS[-1] + INTERVAL_DAYS[timing], NOW)
        infusions += list(np.arange(first, NOW + 365, INTERVAL_DAYS[timing]))
    if timing is Timing.ON_RELAPSE:
        follow_relapse(pain, baseline, infusions)
    relief = pain(days, np.array(infusions)) <= baseline * (1 - RULE.relief_percent / 100)
    return float(relief.sum() / 7), float(len(infusions) - len(INFUSIONS))


def follow_relapse(pain: Pain, baseline: float, infusions: list[float]) -> None:
    """Add an infusion `detection_days` after relief is lost, never sooner than the current interval."""
    while True:
        ahead = infusions[-1] + np.arange(1.0, 400.0)
        lost = pain(ahead, np.array(infusions)) > baseline * (1 - RULE.relief_percent / 100)
        end = ahead[np.argmax(lost)] if lost.any() else np.inf
        following = max(end + RULE.detection_days, infusions[-1] + CURRENT_DAYS, NOW)
        if following >= NOW + 365:
            return
        infusions.append(following)


def report(results: list[Result], people: int) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = [
        "# Interval advisor: simulation study",
        "",
        f"Taken {time.strftime('%Y-%m-%d')} on {machine}; {people} invented people per truth.",
        "`python benchmarks/advisor_study.py 2000 --write` writes it anew.",
        "",
        "Each person has seven baseline scores, three infusions two weeks apart and nine scores after",
        "them; the decision falls four weeks after the third, at a current interval of four weeks.",
        "Coverage: share whose true mean pain at that time after the last infusion lay inside the 80 %",
        "interval. Proposes: share for whom another infusion was proposed at all.",
        "",
        "| truth | 2 wk | 4 wk | 6 wk | 8 wk | proposes | too few scores |",
        "|---|---|---|---|---|---|---|",
    ]
    for x in results:
        cover = " | ".join(f"{100 * c:.0f} %" for c in x.coverage)
        lines.append(
            f"| {x.truth} | {cover} | {100 * x.proposed:.0f} % | {100 * x.too_few:.0f} % |"
        )
    lines += [
        "",
        "Over the year that follows, mean weeks of true relief (30 % under baseline) and infusions given:",
        "",
        "| truth | advisor | every 4 weeks | every 6 weeks |",
        "|---|---|---|---|",
    ]
    for x in results:
        cells = " | ".join(
            f"{x.relief_weeks[k]:.1f} wk, {x.infusions[k]:.1f} inf." for k in x.infusions
        )
        lines.append(f"| {x.truth} | {cells} |")
    return "\n".join(lines)


READING = """
What to read from it: where relief wears off as the model believes, the interval holds what it says.
Where pain would have fallen anyway, or being treated is what helps, the model takes it for relief that
lasts; no series of scores without a pause can tell these apart, which is what the planned pause is for.
"""


def main_study() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", type=int, nargs="?", default=2000)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    results = []
    for truth in TRUTHS:
        results.append(study(truth, args.people))
        print(results[-1], flush=True)
    text = report(results, args.people)
    print(text)
    if args.write:
        TABLE.write_text(text + "\n" + READING)


if __name__ == "__main__":
    main_study()
