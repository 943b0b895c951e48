"""What levels do: for teaching, never inside a live session, and never as receptor occupancy
(no human tracer of NMDA receptor occupancy is validated: EJNMMI Res 2018;8:69).

Acute effects follow plasma through an effect site with a published half-time. Slow relief follows
Dahan 2011 as far as its abstract goes; the rest is our assumption and is returned with the answer.
"""

import math
from dataclasses import dataclass

from reprieve.core.evidence import Evidence, Verification
from reprieve.core.pkpd.curve import Curve, Part
from reprieve.core.pkpd.response import UnitResponse
from reprieve.core.pkpd.transfer import Floats, lag

ABSTRACT = Verification.EXCERPT_OR_ABSTRACT
DAY_MIN = 24 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AcuteEffect:
    """Half of the largest effect at c50; half_time_min: of the effect site (ln 2 / ke0)."""

    id: str
    label: str
    c50_ng_per_ml: float
    half_time_min: float | None
    evidence: Evidence


ACUTE: dict[str, AcuteEffect] = {
    e.id: e
    for e in (
        AcuteEffect(
            id="acute-analgesia",
            label="pressure-pain tolerance and outer perception, S-ketamine",
            c50_ng_per_ml=121.0,  # 0.51 nmol/mL x 237.73
            half_time_min=8.3,  # 95 % CI 5.1 to 13.0
            evidence=Evidence(
                source="olofsen-2022",
                locator="abstract; 17 healthy men; C50 0.51 (0.38 to 0.66) nmol/mL; doi 10.1097/ALN.0000000000004176",
                verification=ABSTRACT,
            ),
        ),
        AcuteEffect(
            id="drug-high",
            label="feeling high after oral film, S-ketamine",
            c50_ng_per_ml=71.0,  # 0.3 nmol/mL x 237.73
            half_time_min=None,  # cut from the text read
            evidence=Evidence(
                source="simons-2022b",
                locator="abstract; C50 0.3 nmol/mL, metabolites add nothing; doi 10.3389/fpain.2022.946487",
                verification=ABSTRACT,
            ),
        ),
    )
}

OLOFSEN_2012_HALF_TIME_MIN = 11.8  # of pain; others 0 to 11.8
OLOFSEN_2012_KETAMINE_CM = -3.8 / 100.0  # cm of the pain scale for each ng/mL of ketamine
OLOFSEN_2012_NORKETAMINE_CM = 1.5 / 50.0  # for each ng/mL of norketamine

DAHAN_2011 = Evidence(
    source="DAHAN11",
    locator="abstract; CRPS-1, 100 h S-ketamine, 60 patients; doi 10.1016/j.ejpain.2010.06.016",
    verification=ABSTRACT,
)
DAHAN_C50 = 10.5  # ng/mL at the slow effect site (95 % CI 4.37 to 21.2): never a plasma target
DAHAN_HALF_LIFE_DAYS = 10.9  # onset and offset (5.3 to 20.5)
DAHAN_ASSUMPTION = (
    "Dahan's equation was not seen. Assumed: one slow first-order effect site (half-life 10.9 days) "
    "and an effect of Ce / (Ce + 10.5 ng/mL). The 10.5 is a level at that site, not in plasma."
)
DAHAN_IMPLICATION = (
    "Read this way the model explains relief after infusions of days and predicts little lasting "
    "relief from one short infusion."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowRelief:
    """Slow effect site after Dahan 2011.

    share_of_largest: shape (times,), 0 to 1. peak_ng_per_ml, peak_share: at the effect site.
    """

    effect_site_ng_per_ml: Floats
    share_of_largest: Floats
    peak_ng_per_ml: float
    peak_share: float
    assumption: str
    implication: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedRise:
    """What a clinic series saw: a mean of each infusion's largest rise. No prediction."""

    regimen: str
    infusions: int
    systolic_mmhg: float
    diastolic_mmhg: float
    peak_min: tuple[float, float]
    evidence: Evidence


BLOOD_PRESSURE = (
    ObservedRise(
        regimen="0.5 mg/kg over 40 min",
        infusions=684,
        systolic_mmhg=3.28,
        diastolic_mmhg=3.17,
        peak_min=(30.0, 30.0),
        evidence=Evidence(
            source="RIVAPOSSE18", locator="abstract, 66 patients", verification=ABSTRACT
        ),
    ),
    ObservedRise(
        regimen="0.5 mg/kg over 40 min",
        infusions=741,
        systolic_mmhg=7.4,
        diastolic_mmhg=6.0,
        peak_min=(30.0, 40.0),
        evidence=Evidence(
            source="BP741",
            locator="abstract, 135 patients",
            verification=ABSTRACT,
        ),
    ),
)


def effect_site(plasma: Curve, half_time_min: float) -> Curve:
    """Level at a site that follows plasma with a first-order half-time, exact like plasma itself."""
    ke0 = math.log(2.0) / half_time_min
    return Curve(
        tuple(
            Part(
                part.amount_mg,
                part.start_min,
                UnitResponse(part.response.transfer.then(lag(ke0)), part.response.duration_min),
            )
            for part in plasma.parts
        )
    )


def slow_relief(plasma: Curve, times_min: Floats) -> SlowRelief:
    """Relief over days and weeks, with the assumption it rests on."""
    site = effect_site(plasma, DAHAN_HALF_LIFE_DAYS * DAY_MIN)
    level, peak = site.at(times_min), site.cmax_tmax[0]
    return SlowRelief(
        effect_site_ng_per_ml=level,
        share_of_largest=level / (level + DAHAN_C50),
        peak_ng_per_ml=peak,
        peak_share=peak / (peak + DAHAN_C50),
        assumption=DAHAN_ASSUMPTION,
        implication=DAHAN_IMPLICATION,
        evidence=DAHAN_2011,
    )


def acute_pain_change_cm(
    ketamine: Curve, norketamine: Curve, times_min: Floats, *, norketamine_opposes: bool = False
) -> Floats:
    """Change of a 10 cm pain scale, shape (times,), after Olofsen 2012 (12 healthy men; abstract).

    Whether norketamine opposes relief is unsettled (2012 yes, 2022 a little, film study no): the
    switch is off by default.
    """
    change = OLOFSEN_2012_KETAMINE_CM * effect_site(ketamine, OLOFSEN_2012_HALF_TIME_MIN).at(
        times_min
    )
    if norketamine_opposes:
        site = effect_site(norketamine, OLOFSEN_2012_HALF_TIME_MIN)
        change = change + OLOFSEN_2012_NORKETAMINE_CM * site.at(times_min)
    return change
