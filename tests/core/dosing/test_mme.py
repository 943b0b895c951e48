"""Morphine equivalents by the CDC 2022 table; a partial sum is never given."""

import pytest

from reprieve.core.dosing.mme import MmeFactor, OpioidDose, mme_per_day
from tests.core.builders import EVIDENCE

FACTORS = (
    MmeFactor(
        id="mme_oxycodone",
        opioid="oxycodone",
        factor=1.5,
        unit="mg",
        routes=("oral",),
        evidence=EVIDENCE,
    ),
    MmeFactor(
        id="mme_morphine",
        opioid="morphine",
        factor=1.0,
        unit="mg",
        routes=("oral",),
        evidence=EVIDENCE,
    ),
    MmeFactor(
        id="mme_fentanyl",
        opioid="fentanyl",
        factor=2.4,
        unit="ug/h",
        routes=("transdermal",),
        evidence=EVIDENCE,
    ),
)


def dose(name: str, daily: float, unit: str = "mg", route: str = "oral") -> OpioidDose:
    return OpioidDose(name=name, daily_dose=daily, unit=unit, route=route)


def test_thirty_milligrams_of_oxycodone_are_forty_five() -> None:
    assert mme_per_day([dose("Oxycodone 10 MG", 30)], FACTORS).mme_per_day == 45


def test_doses_add_up_and_the_patch_counts_by_the_hour() -> None:
    result = mme_per_day(
        [dose("morphine", 15), dose("fentanyl", 25, "ug/h", "transdermal")], FACTORS
    )
    assert result.mme_per_day == 75  # 15 x 1 + 25 x 2.4


@pytest.mark.parametrize(
    ("opioid", "reason"),
    [
        (dose("buprenorphine", 8, route="sublingual"), "buprenorphine has no factor"),
        (dose("morphine", 10, route="iv"), "iv route"),
        (dose("morphine", 1, route="intrathecal"), "intrathecal route"),
        (dose("fentanyl", 0.2, route="buccal"), "buccal route"),
        (dose("opium", 10), "not in the table"),
        (dose("fentanyl", 25, "mg", "transdermal"), "counts ug/h"),
    ],
)
def test_what_the_table_does_not_cover_gives_no_sum_and_says_why(
    opioid: OpioidDose, reason: str
) -> None:
    result = mme_per_day([dose("morphine", 10), opioid], FACTORS)
    assert result.mme_per_day is None
    assert reason in str(result.why)


def test_no_opioid_is_zero() -> None:
    assert mme_per_day([], FACTORS).mme_per_day == 0
