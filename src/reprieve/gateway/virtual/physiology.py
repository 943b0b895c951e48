"""What the virtual patient's monitor shows at a moment. Invented, but for the concentration.

No number here describes a person or a drug effect: they are chosen so that every limit of a session
can be crossed in an exercise (project_default throughout).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import numpy as np

from reprieve.core.pkpd import MODELS, Covariates, Dose, Drug, Route, Sex, simulate
from reprieve.core.pkpd.routes import DEFAULT_MODEL

INVENTED = "virtual patient, invented: no real person"
SCENARIOS: Mapping[str, str] = {
    "steady": "nothing happens",
    "desaturation": "from minute 20 the saturation falls to 88 % and recovers by minute 26",
    "hypertensive": "from minute 15 the pressure rises to 190/110 and recovers by minute 30",
    "sensor-off": "from minute 10 to 12 the oximeter is off the finger",
    "apnoea": "from minute 18 breathing nearly stops for two minutes, the saturation follows",
}
CUFF_MIN = 5.0  # the cuff measures this often
GRID_MIN, LAST_MIN = 0.5, 360.0
OWN = {"systolic": 126.0, "diastolic": 76.0, "heart_rate": 72.0, "spo2": 98.0, "breaths": 14.0}
FULL_EFFECT_NG_PER_ML = 150.0
MOST = {"systolic": 20.0, "diastolic": 12.0, "heart_rate": 14.0, "breaths": -1.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the monitor shows. None: not measured. cuff_min: when the cuff last measured."""

    minute: float
    systolic_mmhg: int
    diastolic_mmhg: int
    mean_mmhg: int
    heart_rate_per_min: int
    spo2_percent: int | None
    respiratory_rate_per_min: int
    plasma_ng_per_ml: float
    cuff_min: float

    def in_words(self) -> str:
        """A line for whoever plays it. Says that it is invented."""
        saturation = "–" if self.spo2_percent is None else self.spo2_percent
        return (
            f"{INVENTED}: minute {self.minute:.1f}, {self.systolic_mmhg}/{self.diastolic_mmhg} mmHg, "
            f"HR {self.heart_rate_per_min}, SpO2 {saturation}, RR {self.respiratory_rate_per_min}, "
            f"predicted ketamine {self.plasma_ng_per_ml:.0f} ng/mL"
        )


class VirtualPatient:
    """A person of this weight on one infusion, and a scenario that happens to them."""

    def __init__(
        self,
        *,
        scenario: str = "steady",
        weight_kg: float = 70.0,
        amount_mg: float = 35.0,
        duration_min: float = 40.0,
        seed: int = 1,
    ) -> None:
        if scenario not in SCENARIOS:
            raise ValueError(f"{scenario!r} is not one of {', '.join(SCENARIOS)}")
        self.scenario, self._seed = scenario, seed
        self._minutes = np.arange(0.0, LAST_MIN + GRID_MIN, GRID_MIN)
        person = Covariates(weight_kg=weight_kg, age_years=45.0, sex=Sex.FEMALE, height_cm=168.0)
        dose = Dose(
            drug=Drug.KETAMINE,
            route=Route.IV,
            amount_mg=amount_mg,
            start_min=0.0,
            duration_min=duration_min,
        )
        profile = simulate(MODELS[DEFAULT_MODEL[Route.IV]], person, [dose], self._minutes)
        ketamine = profile.analytes["ketamine"]
        assert ketamine is not None  # every intravenous model gives it
        self._plasma = ketamine.typical_ng_per_ml

    def plasma_ng_per_ml(self, minute: float) -> float:
        """The model's typical concentration; zero before the start."""
        if minute <= 0:
            return 0.0
        return float(np.interp(minute, self._minutes, self._plasma))

    def shows(self, minute: float) -> Shown:
        """The monitor's face, so many minutes after the start of the infusion."""
        cuff = math.floor(max(minute, 0.0) / CUFF_MIN) * CUFF_MIN
        at_cuff, now = self._body(cuff), self._body(minute)
        off = self.scenario == "sensor-off" and 10 <= minute < 12
        return Shown(
            minute=minute,
            systolic_mmhg=round(at_cuff["systolic"]),
            diastolic_mmhg=round(at_cuff["diastolic"]),
            mean_mmhg=round((at_cuff["systolic"] + 2 * at_cuff["diastolic"]) / 3),
            heart_rate_per_min=round(now["heart_rate"]),
            spo2_percent=None if off else round(min(now["spo2"], 100.0)),
            respiratory_rate_per_min=round(now["breaths"]),
            plasma_ng_per_ml=self.plasma_ng_per_ml(minute),
            cuff_min=cuff,
        )

    def _body(self, minute: float) -> dict[str, float]:
        share = min(self.plasma_ng_per_ml(minute) / FULL_EFFECT_NG_PER_ML, 1.5)
        body = {name: own + MOST.get(name, 0.0) * share for name, own in OWN.items()}
        chance = Random(f"{self._seed} {minute:.3f}")  # noqa: S311  the same minute shows the same
        for name, spread in (
            ("systolic", 3),
            ("diastolic", 2),
            ("heart_rate", 2),
            ("breaths", 0.7),
        ):
            body[name] += chance.uniform(-spread, spread)
        self._happens(body, minute)
        return body

    def _happens(self, body: dict[str, float], minute: float) -> None:
        if self.scenario == "desaturation":
            body["spo2"] -= 10 * _hill(minute, 20, 22, 24, 26)
        elif self.scenario == "hypertensive":
            rise = _hill(minute, 15, 19, 25, 30)
            body["systolic"] += (190 - body["systolic"]) * rise
            body["diastolic"] += (110 - body["diastolic"]) * rise
        elif self.scenario == "apnoea":
            body["breaths"] += (3 - body["breaths"]) * _hill(minute, 18, 18.2, 20, 20.5)
            body["spo2"] -= 14 * _hill(minute, 18.7, 20, 20.5, 22)


def _hill(minute: float, begins: float, top: float, leaves: float, ends: float) -> float:
    """0 before and after, 1 from `top` to `leaves`, straight between."""
    if minute <= begins or minute >= ends:
        return 0.0
    return min((minute - begins) / (top - begins), 1.0, (ends - minute) / (ends - leaves))
