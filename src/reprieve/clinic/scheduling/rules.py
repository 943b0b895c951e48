"""How the clinic's calendar runs: read, and adopted under a name."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.scheduling.models import CalendarRules, ClinicDay
from reprieve.clinic.session.models import Encounter
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.scheduling.day import STEP_MIN, Kind, Needs, Resource

ON_DUTY = (Role.NURSE, Role.PRESCRIBER)
MOST_PATIENTS, MOST_CHAIRS = 6, 24  # project_default: beyond this it is a slip of the pen


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every figure is project_default until the clinic adopts its own. weekdays: Monday is 0."""

    opens: str = "08:00"
    closes: str = "17:00"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    chairs: tuple[str, ...] = ("1", "2", "3", "4")
    patients_per_nurse: int = 2
    prepare_min: int = 30
    recovery_min: int = 60
    turnover_min: int = 15
    consultation_min: int = 45
    follow_up_min: int = 20
    video_url: str = ""  # with {room}
    before_dose: str = ""  # fasting, medicines, escort: what this clinic asks, in its own words
    people: tuple[str, ...] = field(default=())  # on duty every day; all when empty

    def opening(self, on: date) -> tuple[datetime, datetime]:
        """From and to, in the clinic's own time zone, which must be active."""
        zone = timezone.get_current_timezone()
        start, end = (
            datetime.combine(on, time.fromisoformat(t)) for t in (self.opens, self.closes)
        )
        return timezone.make_aware(start, zone), timezone.make_aware(end, zone)


def rules_of(clinic: Clinic) -> Rules:
    """The newest the clinic adopted; the project's before that."""
    row = CalendarRules.objects.for_clinic(clinic).order_by("-recorded_at").first()
    said = row.settings if row else {}
    lists = {k: tuple(v) for k, v in said.items() if isinstance(v, list)}
    return Rules(**{**said, **lists})


@transaction.atomic
def adopt_rules(*, clinic: Clinic, rules: Rules, by: Actor) -> CalendarRules:
    """Raises UnusableInput with what does not fit together."""
    problems = []
    if time.fromisoformat(rules.opens) >= time.fromisoformat(rules.closes):
        problems.append(Problem("id_closes", _("The clinic closes after it opens.")))
    if not rules.chairs or len(rules.chairs) > MOST_CHAIRS:
        problems.append(Problem("id_chairs", _("Name between 1 and 24 chairs.")))
    if len(set(rules.chairs)) < len(rules.chairs) or any(len(c) > 40 for c in rules.chairs):
        problems.append(Problem("id_chairs", _("Each chair has a short name of its own.")))
    if not 1 <= rules.patients_per_nurse <= MOST_PATIENTS:
        problems.append(Problem("id_patients_per_nurse", _("Between 1 and 6 patients.")))
    lengths = ("prepare_min", "recovery_min", "turnover_min", "consultation_min", "follow_up_min")
    problems += [
        Problem(f"id_{name}", _("In steps of 5 minutes, at most 8 hours."))
        for name in lengths
        if getattr(rules, name) % STEP_MIN or not 0 <= getattr(rules, name) <= 8 * 60
    ]
    if rules.video_url and not (
        rules.video_url.startswith("https://") and rules.video_url.count("{room}") == 1
    ):
        problems.append(Problem("id_video_url", _("An https:// address with {room} in it, once.")))
    if problems:
        raise UnusableInput(problems)
    row = CalendarRules.objects.create(clinic=clinic, recorded_by=by.user, settings=asdict(rules))
    audit(row, action=Action.CREATE, by=by)
    return row


def staff_of(clinic: Clinic) -> list[Membership]:
    """Nurses and prescribers of the clinic, by name."""
    rows = Membership.objects.current().filter(clinic=clinic, role__in=ON_DUTY)
    return sorted(rows.select_related("user"), key=lambda m: (m.role, str(m.user)))


def on_duty(clinic: Clinic, day: ClinicDay | None, rules: Rules) -> list[Membership]:
    """Who works on the day: as the day says, else as the rules say, else everybody."""
    staff = staff_of(clinic)
    wanted = day.people if day and day.people is not None else list(rules.people)
    if not wanted and not (day and day.people is not None):
        return staff
    return [m for m in staff if str(m.user_id) in wanted]


def resources_of(people: list[Membership], rules: Rules) -> tuple[Resource, ...]:
    """Chairs, nurses with their ratio, prescribers one patient at a time."""
    nurses = [str(m.user_id) for m in people if m.role == Role.NURSE]
    prescribers = [str(m.user_id) for m in people if m.role == Role.PRESCRIBER]
    return (
        *(Resource(kind=Kind.CHAIR, id=chair) for chair in rules.chairs),
        *(Resource(kind=Kind.NURSE, id=n, places=rules.patients_per_nurse) for n in nurses),
        *(Resource(kind=Kind.PRESCRIBER, id=p) for p in prescribers),
    )


def needs_of(kind: str, rules: Rules, *, dose_min: float | None = None) -> Needs:
    """What a visit of this kind takes here. dose_min: of the signed order; 0 for a single dose."""
    if kind == Encounter.Kind.CONSULTATION:
        return _talk(rules.consultation_min)
    if kind in (Encounter.Kind.FOLLOW_UP, Encounter.Kind.OTHER):
        return _talk(rules.follow_up_min)
    dose = -(-int(dose_min or 0) // STEP_MIN) * STEP_MIN
    return Needs(
        treatment_min=rules.prepare_min + dose,
        recovery_min=rules.recovery_min,
        turnover_min=rules.turnover_min,
    )


def _talk(minutes: int) -> Needs:
    return Needs(treatment_min=minutes, prescriber_min=minutes, chair=False, nurse=False)


@transaction.atomic
def set_day(*, clinic: Clinic, on: date, closed: bool, people: list[User], by: Actor) -> ClinicDay:
    """Who works on one day. What is booked already stays; the page shows what no longer fits."""
    row, _made = ClinicDay.objects.get_or_create(clinic=clinic, on=on)
    row.closed, row.people = closed, [str(u.pk) for u in people]
    row._history_user = by.user
    row.save()
    audit(row, action=Action.UPDATE, by=by, detail={"closed": closed, "people": len(people)})
    return row
