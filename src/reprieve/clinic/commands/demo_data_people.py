"""Invented people and their charts. Codes are real, so that the rules read them as they read anybody's."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import ListConfirmation, Observation, Patient
from reprieve.clinic.patients.services import confirm_list, record_chart_row, register_patient

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
FAMILY = [
    "Abara",
    "Bergström",
    "Carver",
    "Delacroix",
    "Eastman",
    "Fontaine",
    "Garrido",
    "Hollis",
    "Ibarra",
    "Jansen",
    "Keller",
    "Lund",
    "Moreau",
    "Nakata",
    "Okoye",
    "Pereira",
    "Quigley",
    "Rosen",
    "Salazar",
    "Tanaka",
    "Underhill",
    "Varga",
    "Whitlow",
    "Yates",
    "Zielinski",
]
GIVEN = {
    "female": [
        "Ada",
        "Beatriz",
        "Carmen",
        "Dolores",
        "Elena",
        "Freya",
        "Grace",
        "Hannah",
        "Inés",
        "Joy",
        "Lena",
        "Maya",
    ],
    "male": [
        "Amos",
        "Bruno",
        "Carlos",
        "Daniel",
        "Emil",
        "Felix",
        "Gabriel",
        "Hugo",
        "Ivan",
        "Jonah",
        "Leo",
        "Mateo",
    ],
}
PAINS = (  # name, where, ICD-10-CM
    ("Complex regional pain syndrome type I", "right hand", "G90.511"),
    ("Complex regional pain syndrome type I", "left foot", "G90.522"),
    ("Post-herpetic neuralgia", "chest wall", "B02.29"),
    ("Painful diabetic neuropathy", "feet", "E11.42"),
    ("Persistent spinal pain after surgery", "lower back", "M96.1"),
    ("Phantom limb pain", "left leg", "G54.6"),
    ("Fibromyalgia", "", "M79.7"),
    ("Spinal cord injury pain", "legs", "G89.0"),
)
OTHER_CONDITIONS = (
    ("Hypertension", "I10"),
    ("Major depressive disorder", "F33.1"),
    ("Hypothyroidism", "E03.9"),
    ("Obstructive sleep apnea", "G47.33"),
)
MEDICINES = (  # name, dose a day, unit, route, RxNorm ingredient
    ("gabapentin", 1800, "mg", "oral", "25480"),
    ("duloxetine", 60, "mg", "oral", "72625"),
    ("lisinopril", 10, "mg", "oral", "29046"),
    ("oxycodone", 30, "mg", "oral", "7804"),
    ("sertraline", 100, "mg", "oral", "36437"),
    ("levothyroxine", Decimal("0.1"), "mg", "oral", "10582"),
)
ALLERGIES = (("penicillin", "rash"), ("latex", "hives"), ("sulfonamide antibiotics", "rash"))
TRIED = (
    ("pregabalin", "medicine", "not_tolerated", "300 mg/d"),
    ("amitriptyline", "medicine", "partial", "50 mg/d"),
    ("lidocaine patch", "medicine", "failed", ""),
    ("spinal cord stimulator trial", "device", "failed", ""),
    ("physical therapy", "physical", "partial", ""),
    ("nerve block series", "intervention", "failed", ""),
)


def person(chance: random.Random, by: Actor, number: int) -> Patient:
    """Somebody who has been registered and nothing more."""
    sex = chance.choice(("female", "male"))
    today = timezone.localdate()
    return register_patient(
        fields={
            "family_name": chance.choice(FAMILY),
            "given_names": chance.choice(GIVEN[sex]),
            "birth_date": today - timedelta(days=chance.randint(24 * 365, 78 * 365)),
            "sex": sex,
            "language": chance.choices(("en", "es"), (4, 1))[0],
            "phone": f"555-01{chance.randint(10, 99)}",
        },
        record_number=f"H-{1001 + number}",
        by=by,
        invented=True,
    )


def fill_chart(
    chance: random.Random, patient: Patient, by: Actor, *, on: date, complete: bool = True
) -> None:
    """Pain, conditions, medicines, allergies, what was tried, and the measurements of a day."""

    def add(section: str, **fields: Any) -> None:
        record_chart_row(patient=patient, section=section, fields=fields, by=by)

    pain, site, code = chance.choice(PAINS)
    add("conditions", text=pain, body_site=site, pain=True, codings=_code(ICD10, code, pain))
    for text, icd in chance.sample(OTHER_CONDITIONS, chance.randint(0, 2)):
        add("conditions", text=text, codings=_code(ICD10, icd, text))
    for text, dose, unit, route, rxnorm in chance.sample(MEDICINES, chance.randint(1, 4)):
        add(
            "medicines",
            text=text,
            daily_dose=Decimal(dose),
            daily_dose_unit=unit,
            route=route,
            codings=_code(RXNORM, rxnorm, text),
        )
    for text, reaction in chance.sample(ALLERGIES, chance.choice((0, 0, 1, 1, 2))):
        add("allergies", text=text, reaction=reaction)
    for text, kind, outcome, dose in chance.sample(TRIED, chance.randint(1, 4)):
        add("prior-treatments", text=text, kind=kind, outcome=outcome, highest_dose=dose)
    if complete:
        for kind in (ListConfirmation.Kind.ALLERGIES, ListConfirmation.Kind.MEDICINES):
            confirm_list(patient=patient, kind=kind, complete=True, by=by)
    measure(patient, by, on, chance)


def measure(patient: Patient, by: Actor, on: date, chance: random.Random) -> None:
    """Weight, height, pressure, and for half of them a liver value."""
    kind = Observation.Kind
    tall = 176 if patient.sex == "male" else 163
    height_cm = min(max(chance.gauss(tall, 6), 150), 195)
    weight_kg = chance.uniform(21, 29) * (height_cm / 100) ** 2  # under 30: no weight to choose
    rows: list[tuple[str, float, str, float | None]] = [
        (kind.WEIGHT, weight_kg, "kg", None),
        (kind.HEIGHT, height_cm, "cm", None),
        (
            kind.BLOOD_PRESSURE,
            min(max(chance.gauss(126, 8), 104), 138),
            "mm[Hg]",
            min(max(chance.gauss(77, 6), 60), 88),
        ),
    ]
    if chance.random() < 0.5:
        rows.append((kind.ALT, min(max(chance.gauss(26, 8), 8), 45), "U/L", None))
    for code, value, unit, second in rows:
        fields = {
            "kind": code,
            "text": str(kind(code).label),
            "value": Decimal(f"{value:.1f}"),
            "second_value": Decimal(f"{second:.0f}") if second else None,
            "unit": unit,
            "measured_at": noon(on),
        }
        record_chart_row(patient=patient, section="observations", fields=fields, by=by)


def noon(on: date) -> Any:
    """Noon of a day on the clinic's clock, or just now when noon has not come."""
    from datetime import datetime, time

    then = timezone.make_aware(datetime.combine(on, time(12)))
    return min(then, timezone.now() - timedelta(minutes=90))


def _code(system: str, code: str, display: str) -> list[dict[str, str]]:
    return [{"system": system, "code": code, "display": display}]
