"""Reminders of visits. A job wakes up and reads the visit as it is then: nothing is written ahead.

Cancelled, over, moved or already reminded of: nothing goes out. The message names the clinic and the time;
what to prepare stands behind its link, which also takes the answer.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.links import Purpose, make_link
from reprieve.clinic.contact.policy import policy_of
from reprieve.clinic.contact.senders import channels, deliver
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.scheduling.models import Appointment
from reprieve.clinic.scheduling.rules import rules_of
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.session.selectors import SESSIONS

BEFORE = timedelta(hours=48)  # project_default


def wake_for(row: Appointment) -> None:
    """Have the job look at the visit two days before it; a visit that is nearer has just been told."""
    at, key = row.starts_at - BEFORE, str(row.pk)
    if at > timezone.now():
        transaction.on_commit(lambda: remind.using(run_after=at).enqueue(key))


@task()
def remind(appointment_id: str) -> None:
    """Send the reminder the visit asks for now; none when it asks for none."""
    with transaction.atomic():
        rows = Appointment.objects.select_for_update(of=("self",))
        row = rows.select_related("clinic", "patient", "patient__clinic", "encounter").get(
            pk=appointment_id
        )
        if not due(row):
            return
        by = Actor(user=None, clinic=row.clinic)
        sent = _send(row, by)
        if sent:
            row.reminded_for = row.starts_at
            row.save(update_fields=["reminded_for"])
        audit(row, action=Action.UPDATE, by=by, detail={"reminded": sent})


def due(row: Appointment) -> bool:
    """Whether a reminder of the visit belongs out now."""
    now = timezone.now()
    return (
        row.status == Appointment.Status.BOOKED
        and row.encounter.status == Encounter.Status.PLANNED
        and row.starts_at - BEFORE <= now < row.starts_at
        and row.reminded_for != row.starts_at
    )


def preparation_of(visit: Encounter) -> str:
    """What the clinic asks of a patient before a dose, in its own words; empty for a talk."""
    return rules_of(visit.clinic).before_dose if visit.kind in SESSIONS else ""


def _send(row: Appointment, by: Actor) -> bool:
    channel, address = _way_to(row.patient)
    if not address:
        return False
    rules = policy_of(row.clinic)
    with override(row.patient.language), timezone.override(row.clinic.time_zone):
        when = date_format(timezone.localtime(row.expected_at), "DATETIME_FORMAT")
        lines = [
            _("You have an appointment at {clinic}: {when}.").format(clinic=row.clinic, when=when)
        ]
        if settings.PUBLIC_ADDRESS:
            _link, path = make_link(
                patient=row.patient,
                purpose=Purpose.CONFIRMATION,
                visit=row.encounter,
                channel=channel,
                by=by,
            )
            lines.append(_("What to prepare, and your answer, by this link. It is for you alone:"))
            lines.append(settings.PUBLIC_ADDRESS + path)
        if rules and rules.phone:
            lines.append(_("To change it, call {phone}.").format(phone=rules.phone))
        subject = _("Your appointment")
    return deliver(channel, address, subject, "\n\n".join(lines))


def _way_to(patient: Patient) -> tuple[str, str]:
    """The first channel of this installation by which the patient can be reached."""
    addresses = {"email": patient.email, "sms": patient.phone}
    return next(((c, addresses[c]) for c in channels() if addresses[c]), ("", ""))
