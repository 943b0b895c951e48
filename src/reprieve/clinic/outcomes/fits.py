"""What takes seconds, fitted once by the job that counts: the mean course of each group, and hazard ratios.

Each group is fitted by itself; a page that combines two choices has no fit and says so.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from reprieve.clinic.outcomes import published
from reprieve.clinic.outcomes.report import GROUPS, Course
from reprieve.core.outcomes.cox import hazard_ratios
from reprieve.core.outcomes.durability import Ended
from reprieve.core.outcomes.mean_course import ScoredCourse, mean_course
from reprieve.core.problems import UnusableInput

AT_MOST = 2000  # courses in one fit; of more, a sample drawn by lot
SEED = 1
LOST = (Ended.RELAPSE.value, Ended.NEXT_COURSE.value)
ALL = ""

Fit = dict[str, Any]


def fits_of(courses: Sequence[Course]) -> dict[str, Any]:
    """{"courses": {group: fit}, "relief": fit}; a group is ALL or "condition=…". Each fit holds its
    numbers, or in `problem` why there are none, and how many courses went in of how many. "trial": the
    published trial, by treatment.
    """
    groups = {ALL: list(courses)}
    for key in GROUPS:
        for course in courses:
            if course[key]:
                groups.setdefault(f"{key}={course[key]}", []).append(course)
    return {
        "courses": {name: mean_course_of(rows) for name, rows in groups.items()},
        "relief": _relief(courses),
        "trial": {t: mean_course_of(published.of_treatment(t)) for t in published.TREATMENTS},
    }


def group_of(chosen: dict[str, str]) -> str | None:
    """The group of a choice; None where two are combined."""
    named = [f"{key}={value}" for key, value in chosen.items() if value]
    return ALL if not named else named[0] if len(named) == 1 else None


def mean_course_of(courses: Sequence[Course]) -> Fit:
    """{"weeks": …} as `core.outcomes.mean_course.Week` has them."""
    used = _sample(courses)
    scored = [
        ScoredCourse(person=c["person"], baseline=c["baseline"], scores=c["scores"]) for c in used
    ]
    return _timed(
        lambda: {"weeks": [asdict(week) for week in mean_course(scored)]},
        used=len(used),
        of=len(courses),
    )


def _relief(courses: Sequence[Course]) -> Fit:
    """{"ratios": {column: [ratio, low, high]}, "events": n} of losing relief, relapse at the later visit."""
    rows = _sample([c for c in courses if c["relief"] and c["baseline"] is not None])
    ends = [c["relief"] for c in rows]
    columns = {
        "baseline": [c["baseline"] for c in rows],
        "given": [float(c["given"]) for c in rows],
        "opioid": [float(bool(c["mme"] and c["mme"][0])) for c in rows],
    }
    varying = {name: column for name, column in columns.items() if len(set(column)) > 1}
    times = [max(float(e["by_days"] or e["after_days"]), 0.5) for e in ends]
    events = [e["ended"] in LOST for e in ends]

    def fit() -> Fit:
        found = hazard_ratios(times, events, varying)
        return {
            "ratios": {name: [h.ratio, *h.interval] for name, h in found.items()},
            "events": sum(events),
        }

    return _timed(fit, used=len(rows), of=len(courses))


def _timed(fit: Any, **counted: int) -> Fit:
    started = time.monotonic()
    try:
        found = fit()
    except UnusableInput as unusable:
        found = {"problem": "; ".join(p.message for p in unusable.problems)}
    return found | counted | {"took_ms": round(1000 * (time.monotonic() - started))}


def with_scores_of_some(courses: list[Course]) -> list[Course]:
    """Single scores are kept of a lot of AT_MOST courses, for the thin lines; the fits had them all."""
    kept = {id(course) for course in _sample(courses)}
    return [c if id(c) in kept else {**c, "scores": []} for c in courses]


def _sample(courses: Sequence[Course]) -> list[Course]:
    if len(courses) <= AT_MOST:
        return list(courses)
    return random.Random(SEED).sample(list(courses), AT_MOST)  # noqa: S311  a sample, not a secret
