"""The calendar of the demo: visits planned for today and the next days, each with chair and nurse."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.scheduling.models import Appointment
from reprieve.clinic.scheduling.rules import Rules, adopt_rules, needs_of, rules_of
from reprieve.clinic.scheduling.selectors import day_of
from reprieve.clinic.scheduling.services import DOSE, take, wait
from reprieve.clinic.session.models import Encounter
from reprieve.core.scheduling.day import STEP_MIN, Kind, free_place

DAYS = 14
RULES = Rules(
    opens="07:00",
    closes="20:00",
    weekdays=(0, 1, 2, 3, 4, 5, 6),
    patients_per_nurse=3,
    video_url="https://meet.example/{room}",
    before_dose="As the clinic told you: when to stop eating and drinking, and which pills to take. "
    "Bring an adult who takes you home.",
)


def calendar(clinic: Clinic, *, nurse: Actor, prescriber: Actor) -> None:
    """Put what is planned in its place; who finds no place stays on the list beside the calendar."""
    adopt_rules(clinic=clinic, rules=RULES, by=prescriber)
    first = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    until = first + timedelta(days=DAYS)
    visits = Encounter.objects.for_clinic(clinic).filter(
        planned_at__gte=first, planned_at__lt=until, order__isnull=False
    )
    for visit in visits.select_related("order", "patient", "clinic").order_by("planned_at", "pk"):
        _place(visit, nurse)
    one = Patient.objects.for_clinic(clinic).order_by("family_name").first()
    if one:
        today = timezone.localdate()
        note = "Mornings; lives ten minutes away."
        wait(patient=one, kind=DOSE, from_on=today, until_on=None, note=note, by=nurse)


def _place(visit: Encounter, by: Actor) -> None:
    """As booked weeks ago: the time and the chair it has, where both are free."""
    assert visit.planned_at is not None
    assert visit.order is not None
    at = timezone.localtime(visit.planned_at).replace(second=0, microsecond=0)
    at -= timedelta(minutes=at.minute % STEP_MIN)
    rules = rules_of(visit.clinic)
    day = day_of(visit.clinic, at.date(), rules)
    if day is None:
        return
    own_chair = (r for r in day.resources if r.kind is not Kind.CHAIR or r.id == visit.chair)
    day = replace(day, resources=tuple(own_chair))
    needs = needs_of(DOSE, rules, dose_min=visit.order.order.get("duration_min"))
    holds = [free_place(day, kind, at, minutes) for kind, minutes in needs.minutes().items()]
    found = tuple(hold for hold in holds if hold)
    if len(found) < len(holds):
        return
    row = Appointment(
        clinic=visit.clinic,
        patient=visit.patient,
        recorded_by=by.user,
        encounter=visit,
        starts_at=at,
        treatment_min=needs.treatment_min,
        recovery_min=needs.recovery_min,
        turnover_min=needs.turnover_min,
    )
    take(row, found, by)
    audit(row, action=Action.CREATE, by=by, detail={"invented": True})
