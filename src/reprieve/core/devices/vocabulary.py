"""Codes and units of monitors, and the parameters they are charted as.

Codes: IEEE 11073-10101 ("MDC"), number and reference name as the Rosetta terminology prints them.
The standard itself was not at hand: the numbers were compared over several public device drivers
(second hand). A unit's number is 4 * 65536 plus its term code (mmHg: 262144 + 3872 = 266016).
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One thing a monitor measures. rank: the lower is taken when two say the same parameter."""

    code: int
    name: str
    parameter: str
    rank: int = 0


METRICS = (
    Metric(code=150021, name="MDC_PRESS_BLD_NONINV_SYS", parameter="systolic_mmhg"),
    Metric(code=150022, name="MDC_PRESS_BLD_NONINV_DIA", parameter="diastolic_mmhg"),
    Metric(code=150023, name="MDC_PRESS_BLD_NONINV_MEAN", parameter="mean_mmhg"),
    Metric(code=147842, name="MDC_ECG_HEART_RATE", parameter="heart_rate_per_min"),
    Metric(code=149530, name="MDC_PULS_OXIM_PULS_RATE", parameter="heart_rate_per_min", rank=1),
    Metric(code=149546, name="MDC_PULS_RATE_NON_INV", parameter="heart_rate_per_min", rank=2),
    Metric(code=150456, name="MDC_PULS_OXIM_SAT_O2", parameter="spo2_percent"),
    Metric(code=151562, name="MDC_RESP_RATE", parameter="respiratory_rate_per_min"),
    Metric(code=151594, name="MDC_CO2_RESP_RATE", parameter="respiratory_rate_per_min", rank=1),
    Metric(code=151578, name="MDC_TTHOR_RESP_RATE", parameter="respiratory_rate_per_min", rank=2),
)
BY_CODE: Mapping[int, Metric] = {m.code: m for m in METRICS}
BY_NAME: Mapping[str, Metric] = {m.name: m for m in METRICS}

MMHG, PER_MIN, PERCENT = "mm[Hg]", "/min", "%"
KPA_IN_MMHG = 7.500616827  # 1 kPa = 1000 / 133.322387415 mmHg (conventional millimetre of mercury)

# Which unit a parameter is charted in, and which others are turned into it, by what factor.
UNIT_OF: Mapping[str, str] = {
    "systolic_mmhg": MMHG,
    "diastolic_mmhg": MMHG,
    "mean_mmhg": MMHG,
    "heart_rate_per_min": PER_MIN,
    "spo2_percent": PERCENT,
    "respiratory_rate_per_min": PER_MIN,
}
FACTORS: Mapping[tuple[str, str], float] = {("kPa", MMHG): KPA_IN_MMHG}
_BEATS = ("264864", "MDC_DIM_BEAT_PER_MIN", "{beat}/min", "{beats}/min", "bpm")
_BREATHS = ("264928", "MDC_DIM_RESP_PER_MIN", "{breath}/min", "{breaths}/min", "{resp}/min")
# As a monitor writes it (MDC number, MDC name, UCUM, and the plain spelling of CSV exports).
UNITS: Mapping[str, str] = {
    **dict.fromkeys(("266016", "MDC_DIM_MMHG", "mm[Hg]", "mmHg", "mmhg"), MMHG),
    **dict.fromkeys(("265987", "MDC_DIM_KILO_PASCAL", "kPa"), "kPa"),
    **dict.fromkeys(("262688", "MDC_DIM_PERCENT", "%"), PERCENT),
    **dict.fromkeys(("264672", "MDC_DIM_PER_MIN", "/min", "1/min"), PER_MIN),
    **dict.fromkeys(_BEATS, "{beat}/min"),
    **dict.fromkeys(_BREATHS, "{breath}/min"),
}
_COUNTED = {"heart_rate_per_min": "{beat}/min", "respiratory_rate_per_min": "{breath}/min"}

# What a body can show; the same bounds as the form a nurse types into. project_default
RANGES: Mapping[str, tuple[float, float]] = {
    "systolic_mmhg": (40, 300),
    "diastolic_mmhg": (20, 200),
    "mean_mmhg": (20, 250),
    "heart_rate_per_min": (20, 250),
    "spo2_percent": (50, 100),
    "respiratory_rate_per_min": (1, 60),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A value in the unit its parameter is charted in. was: the unit it came in, when another."""

    value: float
    was: str = ""


def in_charted_unit(parameter: str, value: float, unit: str) -> Converted | None:
    """The value in the parameter's unit; None when the unit is not one of it. Never a guess.

    unit: as the monitor wrote it; an empty unit is no unit.
    """
    known, wanted = UNITS.get(unit.strip()), UNIT_OF[parameter]
    if known is None:
        return None
    if known == wanted or known == _COUNTED.get(parameter):
        return Converted(value=value)
    factor = FACTORS.get((known, wanted))
    return Converted(value=round(value * factor, 1), was=known) if factor else None


def plausible(parameter: str, value: float) -> bool:
    low, high = RANGES[parameter]
    return low <= value <= high
