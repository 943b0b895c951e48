"""Today's opioid dose in morphine equivalents, from the medicines of the chart."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reprieve import knowledge
from reprieve.clinic.patients.models import MedicationStatement, Patient
from reprieve.core.dosing.mme import Mme, MmeFactor, OpioidDose, mme_per_day
from reprieve.core.words import contains_words

CURRENT = (MedicationStatement.Status.ACTIVE, MedicationStatement.Status.ON_HOLD)
ROUTES = {  # as charts write them, to the table's word
    "oral": ("oral", "orally", "by mouth", "po", "per os"),
    "transdermal": ("transdermal", "patch", "skin"),
    "sublingual": ("sublingual", "under the tongue"),
    "buccal": ("buccal",),
    "intranasal": ("intranasal", "nasal"),
    "rectal": ("rectal",),
    "intrathecal": ("intrathecal",),
    "epidural": ("epidural",),
    "iv": ("iv", "intravenous", "intravenously"),
    "im": ("im", "intramuscular"),
    "sc": ("sc", "subcutaneous"),
}
UNITS = {"mg": "mg", "ug/h": "ug/h", "mcg/h": "ug/h"}  # the table prints mcg/h; UCUM is ug/h


@dataclass(frozen=True, slots=True, kw_only=True)
class OpioidRow:
    """One opioid of the chart: its share, or why there is none."""

    medicine: MedicationStatement
    mme_per_day: float | None
    factor: MmeFactor | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpioidLoad:
    """None as soon as one opioid cannot be counted: a partial sum misleads."""

    mme_per_day: float | None
    rows: tuple[OpioidRow, ...]
    as_needed: bool


def opioid_load(patient: Patient) -> OpioidLoad:
    """Everything the patient takes now that is an opioid by our lists."""
    taken = MedicationStatement.objects.for_clinic(patient.clinic).filter(
        patient=patient, status__in=CURRENT
    )
    rows = tuple(_row(m) for m in taken.order_by("text") if _is_opioid(m))
    known = [r.mme_per_day for r in rows if r.mme_per_day is not None]
    return OpioidLoad(
        mme_per_day=round(sum(known), 1) if rows and len(known) == len(rows) else None,
        rows=rows,
        as_needed=any(r.medicine.as_needed for r in rows),
    )


def _row(medicine: MedicationStatement) -> OpioidRow:
    dose, why = _dose(medicine)
    if dose is None:
        return OpioidRow(medicine=medicine, mme_per_day=None, factor=None, why=why)
    counted: Mme = mme_per_day([dose], knowledge.mme_factors())
    item = counted.items[0]
    return OpioidRow(
        medicine=medicine, mme_per_day=item.mme_per_day, factor=item.factor, why=item.why or ""
    )


def _dose(medicine: MedicationStatement) -> tuple[OpioidDose | None, str]:
    route = next((r for r, said in ROUTES.items() if contains_words(medicine.route, said)), "")
    unit = UNITS.get(medicine.daily_dose_unit, medicine.daily_dose_unit)
    if medicine.daily_dose is None:
        return None, _("the dose a day is not recorded")
    if not route:
        return None, _("the route is not recorded, or not one we know")
    dose = OpioidDose(
        name=_names(medicine), daily_dose=float(medicine.daily_dose), unit=unit, route=route
    )
    return dose, ""


def _names(medicine: Any) -> str:
    displays = (c.get("display", "") for c in medicine.codings)
    return " / ".join(dict.fromkeys(n for n in (medicine.text, *displays) if n))


def _is_opioid(medicine: Any) -> bool:
    """By name or ingredient code, in the opioid class of the interactions or in the table itself."""
    members = next(i.members for i in knowledge.interactions() if i.id == "ix_opioid")
    names = [n for m in members for n in (m.name, *m.synonyms)]
    names += [n for f in knowledge.mme_factors() for n in (f.opioid, *f.synonyms)]
    codes = {m.rxnorm for m in members if m.rxnorm} | {p for m in members for p in m.products}
    coded = {c.get("code") for c in medicine.codings}
    return bool(coded & codes) or contains_words(_names(medicine), names)
