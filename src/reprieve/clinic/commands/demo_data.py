"""Invented people for the demo. The same seed gives the same people on every computer."""

import random
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
from reprieve.clinic.accounts.services import give_role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import ListConfirmation, Observation, Patient, Source
from reprieve.clinic.patients.services import confirm_list, record_chart_row, register_patient
from reprieve.clinic.session.models import Encounter

PASSWORD = "invented-people-only"  # noqa: S105  the demo holds nothing worth stealing
CLINIC = "Harbor Pain Clinic (demo)"
TIME_ZONE = "America/Chicago"
SEED, PATIENTS, VISITS_TODAY = 20261121, 60, 7

STAFF = {
    Role.FRONT_DESK: "Dana Whitfield",
    Role.NURSE: "Ruth Okafor, RN",
    Role.PRESCRIBER: "Miriam Castellanos, MD",
    Role.PHARMACIST: "Theo Lindqvist, PharmD",
    Role.MANAGER: "Priya Raman",
}
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
PAINS = (
    ("Complex regional pain syndrome type I", "right hand"),
    ("Complex regional pain syndrome type I", "left foot"),
    ("Post-herpetic neuralgia", "chest wall"),
    ("Painful diabetic neuropathy", "feet"),
    ("Persistent spinal pain after surgery", "lower back"),
    ("Phantom limb pain", "left leg"),
    ("Fibromyalgia", ""),
    ("Spinal cord injury pain", "legs"),
)
OTHER_CONDITIONS = (
    "Hypertension",
    "Major depressive disorder",
    "Hypothyroidism",
    "Obstructive sleep apnea",
)
MEDICINES = (
    ("gabapentin", 1800, "mg", "oral"),
    ("duloxetine", 60, "mg", "oral"),
    ("lisinopril", 10, "mg", "oral"),
    ("oxycodone", 30, "mg", "oral"),
    ("sertraline", 100, "mg", "oral"),
    ("levothyroxine", Decimal("0.1"), "mg", "oral"),
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


def logins() -> list[tuple[str, str]]:
    return [(str(role.label), _email(role)) for role in STAFF]


@transaction.atomic
def fill() -> None:
    """Add the demo clinic once; a second call changes nothing."""
    if Clinic.objects.filter(name=CLINIC).exists():
        return
    clinic = Clinic.objects.create(name=CLINIC, time_zone=TIME_ZONE)
    by = _staff(clinic)
    chance = random.Random(SEED)  # noqa: S311  people, not secrets
    patients = [_patient(chance, by, number) for number in range(PATIENTS)]
    _visits_today(chance, patients[:VISITS_TODAY], by)


def _email(role: Role) -> str:
    return f"{role.value.replace('_', '-')}@demo.example"


def _staff(clinic: Clinic) -> Actor:
    for role, name in STAFF.items():
        user = User.objects.create_user(_email(role), PASSWORD, full_name=name)
        give_role(user=user, clinic=clinic, role=role, by=Actor(user=user, clinic=clinic))
    nurse = Membership.objects.get(clinic=clinic, role=Role.NURSE).user
    return Actor(user=nurse, clinic=clinic, roles=frozenset({Role.NURSE}))


def _patient(chance: random.Random, by: Actor, number: int) -> Patient:
    sex = chance.choice(("female", "male"))
    today = timezone.localdate()
    patient = register_patient(
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
    _chart(chance, patient, by)
    return patient


def _chart(chance: random.Random, patient: Patient, by: Actor) -> None:
    def add(section: str, **fields: object) -> None:
        source = fields.pop("source", Source.PERSON)
        record_chart_row(patient=patient, section=section, fields=fields, by=by, source=source)

    pain, site = chance.choice(PAINS)
    add("conditions", text=pain, body_site=site, pain=True)
    for text in chance.sample(OTHER_CONDITIONS, chance.randint(0, 2)):
        add("conditions", text=text)
    for text, dose, unit, route in chance.sample(MEDICINES, chance.randint(1, 4)):
        add("medicines", text=text, daily_dose=Decimal(dose), daily_dose_unit=unit, route=route)
    for text, reaction in chance.sample(ALLERGIES, chance.choice((0, 0, 1, 1, 2))):
        add("allergies", text=text, reaction=reaction)
    for text, kind, outcome, dose in chance.sample(TRIED, chance.randint(1, 4)):
        add("prior-treatments", text=text, kind=kind, outcome=outcome, highest_dose=dose)
    if chance.random() < 0.7:
        confirm_list(patient=patient, kind=ListConfirmation.Kind.ALLERGIES, complete=True, by=by)
        confirm_list(patient=patient, kind=ListConfirmation.Kind.MEDICINES, complete=True, by=by)
    _measurements(chance, patient, by)


def _measurements(chance: random.Random, patient: Patient, by: Actor) -> None:
    def add(kind: str, value: float, unit: str, days: int, second: float | None = None) -> None:
        fields = {
            "kind": kind,
            "text": str(Observation.Kind(kind).label),
            "value": Decimal(f"{value:.1f}"),
            "second_value": Decimal(f"{second:.0f}") if second else None,
            "unit": unit,
            "measured_at": timezone.now() - timedelta(days=days, hours=2),
        }
        record_chart_row(patient=patient, section="observations", fields=fields, by=by)

    kind, days = Observation.Kind, chance.randint(0, 50)
    add(kind.WEIGHT, chance.gauss(80, 14), "kg", days)
    add(kind.HEIGHT, chance.gauss(176 if patient.sex == "male" else 163, 6), "cm", days)
    add(kind.BLOOD_PRESSURE, round(chance.gauss(130, 12)), "mm[Hg]", days, chance.gauss(80, 8))
    if chance.random() < 0.5:
        add(kind.ALT, round(chance.gauss(26, 8)), "U/L", days + 20)


def _visits_today(chance: random.Random, patients: list[Patient], by: Actor) -> None:
    import zoneinfo

    zone = zoneinfo.ZoneInfo(TIME_ZONE)
    morning = datetime.combine(timezone.localdate(timezone=zone), time(8, 30), tzinfo=zone)
    for number, patient in enumerate(patients):
        Encounter.objects.create(
            clinic=patient.clinic,
            patient=patient,
            recorded_by=by.user,
            kind=chance.choice((Encounter.Kind.INFUSION, Encounter.Kind.CONSULTATION)),
            planned_at=morning + timedelta(minutes=75 * number),
            chair=str(1 + number % 4),
        )
