"""A published trial with its data, put through the same figures as the clinic's own courses.

It shows two things: that the figures come out as they were printed, and how far pain falls on placebo.
"""

import csv
import functools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reprieve.clinic.outcomes.report import Change, Course, change_of
from reprieve.core.outcomes.figures import Share, responder_curve, share_of
from reprieve.core.outcomes.response import drop_percent

DATA = Path(__file__).parent / "data"
TREATMENTS = ("amitriptyline", "placebo")
LAST_WEEK = 6
# Mean fall and its SD as the abstract prints them (read), by taking antiretrovirals and treatment.
PRINTED = {
    ("no", "amitriptyline"): ("2.8", "3.3"),
    ("no", "placebo"): ("2.8", "3.4"),
    ("yes", "amitriptyline"): ("2.7", "3.3"),
    ("yes", "placebo"): ("2.1", "2.8"),
}
SIDE_EFFECTS = ("dry_mouth", "drowsy", "chest_pain")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the printed table beside ours. antiretrovirals: "yes" or "no"."""

    antiretrovirals: str
    treatment: str
    change: Change
    printed: tuple[str, str]

    @property
    def agrees(self) -> bool:
        """Both within one unit of the last printed digit: 2.049 is printed as 2.1, 3.487 as 3.4."""
        mean, sd = (float(text) for text in self.printed)
        assert self.change.sd is not None
        return abs(self.change.mean - mean) < 0.1 and abs(self.change.sd - sd) < 0.1


@functools.cache
def courses() -> tuple[Course, ...]:
    """One row a person and treatment, with the keys of `gather.courses_of` that the figures need."""
    visits: dict[tuple[str, ...], dict[int, float]] = defaultdict(dict)
    for line in _lines("dinat_2015_pain.csv"):
        key = (line["person"], line["antiretrovirals"], line["treatment"], line["period"])
        visits[key][int(line["week"])] = float(line["pain"])
    return tuple(_course(key, weeks) for key, weeks in visits.items())


def printed_table() -> tuple[Row, ...]:
    rows = []
    for (taking, treatment), printed in PRINTED.items():
        mine = [c for c in courses() if (c["condition"], c["protocol"]) == (taking, treatment)]
        change = change_of(mine)
        assert change is not None
        rows.append(
            Row(antiretrovirals=taking, treatment=treatment, change=change, printed=printed)
        )
    return tuple(rows)


def of_treatment(treatment: str, *, period: int | None = None) -> list[Course]:
    """The courses on one treatment, in both periods or in one."""
    return [
        c for c in courses() if c["protocol"] == treatment and period in (None, int(c["month"]))
    ]


def first_period_responders(treatment: str) -> tuple[Share, ...]:
    """Before the crossover: the second period's falls are smaller whatever is taken."""
    return responder_curve([c["drop_percent"] for c in of_treatment(treatment, period=1)])


def side_effects() -> list[tuple[str, list[Share]]]:
    """(effect, share on each of TREATMENTS) of those who were asked."""
    lines = _lines("dinat_2015_side_effects.csv")
    found = []
    for effect in SIDE_EFFECTS:
        shares = []
        for treatment in TREATMENTS:
            said = [x[effect] for x in lines if x["treatment"] == treatment and x[effect]]
            share = share_of(said.count("yes"), len(said))
            assert share is not None
            shares.append(share)
        found.append((effect, shares))
    return found


def _course(key: tuple[str, ...], weeks: dict[int, float]) -> Course:
    person, antiretrovirals, treatment, period = key
    drop = drop_percent(weeks[0], weeks[LAST_WEEK])
    return {
        "person": person,
        "condition": antiretrovirals,
        "protocol": treatment,
        "month": period,
        "baseline": weeks[0],
        "last": weeks[LAST_WEEK],
        "drop_percent": drop,
        "scores": [[7 * week, pain] for week, pain in sorted(weeks.items()) if week],
    }


def _lines(name: str) -> list[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
