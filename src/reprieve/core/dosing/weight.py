"""Which weight a dose is reckoned on: actual, ideal or adjusted.

Ideal weight: Devine 1974 (Drug Intell Clin Pharm 8:650-655), 50 kg for men and 45.5 kg for women
plus 2.3 kg for each inch over 60; adjusted: ideal plus 0.4 of the excess. Both recalled, as
printed in pharmacy references; neither was derived for ketamine.
"""

from dataclasses import dataclass
from enum import StrEnum

from reprieve.core.patient import PatientSnapshot, Sex

DEVINE_BASE_KG = {Sex.MALE: 50.0, Sex.FEMALE: 45.5}
DEVINE_KG_PER_INCH = 2.3
DEVINE_FROM_CM = 152.4
ADJUSTED_SHARE = 0.4
CM_PER_INCH = 2.54
OBESE_BMI = 30.0  # WHO class; from here the clinician must choose the basis
# Shown wherever an ideal or adjusted weight is: the formula is recalled, not read.
FORMULA_NOTE = (
    "Ideal weight after Devine 1974, adjusted by 0.4 of the excess: recalled, not read in the paper, "
    "and not derived for ketamine."
)


class Basis(StrEnum):
    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightChoices:
    """The three weights in kg; None where it cannot be reckoned, with the reason in `why`."""

    actual_kg: float
    ideal_kg: float | None
    adjusted_kg: float | None
    bmi: float | None
    why: str | None

    @property
    def basis_needed(self) -> bool:
        """Whether the clinician must say which weight counts."""
        return self.bmi is not None and self.bmi >= OBESE_BMI

    def kg(self, basis: Basis) -> float | None:
        return {
            Basis.ACTUAL: self.actual_kg,
            Basis.IDEAL: self.ideal_kg,
            Basis.ADJUSTED: self.adjusted_kg,
        }[basis]


def weight_choices(patient: PatientSnapshot, actual_kg: float) -> WeightChoices:
    """Actual, ideal and adjusted weight of this person, as far as height and sex allow."""
    height_cm, base_kg = patient.height_cm, DEVINE_BASE_KG.get(patient.sex)
    why = _why_not(height_cm, base_kg)
    ideal = None
    if why is None and height_cm is not None and base_kg is not None:
        ideal = base_kg + DEVINE_KG_PER_INCH * (height_cm - DEVINE_FROM_CM) / CM_PER_INCH
    adjusted = None if ideal is None else ideal + ADJUSTED_SHARE * (actual_kg - ideal)
    bmi = None if height_cm is None else actual_kg / (height_cm / 100) ** 2
    return WeightChoices(
        actual_kg=actual_kg, ideal_kg=ideal, adjusted_kg=adjusted, bmi=bmi, why=why
    )


def _why_not(height_cm: float | None, base_kg: float | None) -> str | None:
    if height_cm is None:
        return "the height is not recorded"
    if base_kg is None:
        return "the formula needs female or male sex"
    if height_cm < DEVINE_FROM_CM:
        return f"the formula holds from {DEVINE_FROM_CM:g} cm"
    return None
