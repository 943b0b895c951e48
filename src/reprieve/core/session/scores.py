"""Recovery and discharge scores, item by item, against the patient's own values.

Aldrete (the variant stated in its record: pressure within 20, 20-50, over 50 % of the value before,
saturation above 92 % on room air) may only move somebody to the recovery chair. PADSS, modified, is
one gate of many on the way home.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reprieve.core.session.readings import Baseline

NEAR_PERCENT, FAR_PERCENT_PADSS, FAR_PERCENT_ALDRETE = 20.0, 40.0, 50.0
ROOM_AIR_SPO2_PERCENT, WITH_OXYGEN_SPO2_PERCENT = 92.0, 90.0
PAIN_WORSE_POINTS = 2.0  # project_default: up to two points above the own pain count one
ALDRETE_ITEMS = ("activity", "respiration", "circulation", "consciousness", "oxygen")
PADSS_ITEMS = ("vital_signs", "ambulation", "nausea", "pain", "bleeding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points by item, 0 to 2. None: not looked at; then there is no total."""

    items: Mapping[str, int | None]

    @property
    def total(self) -> int | None:
        known = [points for points in self.items.values() if points is not None]
        return sum(known) if len(known) == len(self.items) else None


def score_aldrete(
    *,
    activity: int | None,
    respiration: int | None,
    consciousness: int | None,
    on_oxygen: bool | None,
    systolic_mmhg: float | None,
    spo2_percent: float | None,
    baseline: Baseline,
) -> Score:
    """Modified Aldrete: what is seen is given, pressure and saturation are reckoned."""
    return Score(
        items={
            "activity": activity,
            "respiration": respiration,
            "circulation": _change_points(
                systolic_mmhg, baseline.of("systolic_mmhg"), FAR_PERCENT_ALDRETE
            ),
            "consciousness": consciousness,
            "oxygen": _oxygen_points(spo2_percent, on_oxygen),
        }
    )


def score_padss(
    *,
    ambulation: int | None,
    nausea: int | None,
    bleeding: int | None,
    systolic_mmhg: float | None,
    heart_rate_per_min: float | None,
    pain_points: float | None,
    baseline: Baseline,
) -> Score:
    """PADSS, modified. Vital signs: the worse of pressure and heart rate against the own value.

    Pain counts against the own pain before the start: no worse 2, up to two points worse 1
    (project_default; the published item says minimal, moderate, severe, which nobody with
    chronic pain would reach). ambulation is seen against the own gait before the start.
    """
    pressure = _change_points(systolic_mmhg, baseline.of("systolic_mmhg"), FAR_PERCENT_PADSS)
    beat = _change_points(heart_rate_per_min, baseline.of("heart_rate_per_min"), FAR_PERCENT_PADSS)
    return Score(
        items={
            "vital_signs": pressure if beat is None or pressure is None else min(pressure, beat),
            "ambulation": ambulation,
            "nausea": nausea,
            "pain": _pain_points(pain_points, baseline.of("pain_points")),
            "bleeding": bleeding,
        }
    )


def _change_points(now: float | None, own: float | None, far_percent: float) -> int | None:
    if now is None or not own:
        return None
    change = abs(now - own) * 100 / own
    return 2 if change <= NEAR_PERCENT else 1 if change <= far_percent else 0


def _oxygen_points(spo2_percent: float | None, on_oxygen: bool | None) -> int | None:
    if spo2_percent is None or on_oxygen is None:
        return None
    if spo2_percent > ROOM_AIR_SPO2_PERCENT and not on_oxygen:
        return 2
    return 1 if spo2_percent > WITH_OXYGEN_SPO2_PERCENT else 0


def _pain_points(now: float | None, own: float | None) -> int | None:
    if now is None or own is None:
        return None
    return 2 if now <= own else 1 if now <= own + PAIN_WORSE_POINTS else 0
