"""Answers from home that cannot wait: what they are called, and whom they call."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django_tasks import task

from reprieve.clinic.accounts.models import Clinic, User
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.models import ResponderPage
from reprieve.clinic.contact.policy import policy_of
from reprieve.clinic.contact.senders import deliver
from reprieve.clinic.patients.models import Patient, Source

SUICIDAL, BLOOD, RETENTION = "suicidal_thoughts", "blood_in_urine", "no_urine"
REASONS: dict[str, Any] = {
    SUICIDAL: gettext_lazy("Thoughts of being better off dead or of self-harm"),
    BLOOD: gettext_lazy("Blood in the urine"),
    RETENTION: gettext_lazy("Cannot pass urine"),
}
# Items of questionnaires, by linkId, and what an answer above their limit means here.
OF_ITEM = {"phq9-9": SUICIDAL, "bladder-5": BLOOD}


def reasons_of(link_ids: Iterable[str]) -> tuple[str, ...]:
    """The reasons behind urgent items; an urgent item nobody has named here is an error."""
    return tuple(OF_ITEM[link] for link in link_ids)


@transaction.atomic
def page_responder(
    *, patient: Patient, reasons: Iterable[str], by: Actor, page_id: Any = None
) -> ResponderPage:
    """Call the responder: a row on the list, a message without patient data, and a second call later.

    page_id: the same one sent twice is one page.
    """
    mine = ResponderPage.objects.for_clinic(patient.clinic)
    if page_id and (standing := mine.filter(pk=page_id, patient=patient).first()):
        return standing
    rules = policy_of(patient.clinic)
    now = timezone.now()
    minutes = rules.response_minutes if rules else None
    page = ResponderPage(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        recorded_at=now,
        source=Source.PATIENT,
        reasons=list(reasons),
        to=rules.responder if rules else None,
        due_at=now + timedelta(minutes=minutes) if minutes else None,
    )
    page.pk = page_id or page.pk
    page.save(force_insert=True)
    audit(page, action=Action.CREATE, by=by, detail={"reasons": page.reasons})
    if page.to:
        _call(page.to, patient.clinic)
    if page.due_at:
        due_at, key = page.due_at, str(page.pk)
        transaction.on_commit(lambda: escalate.using(run_after=due_at).enqueue(key))
    return page


@transaction.atomic
def open_page(page: ResponderPage, *, by: Actor) -> ResponderPage:
    """Somebody has seen it: it leaves the list with their name. The first to open it stands."""
    opened = ResponderPage.objects.for_clinic(page.clinic).filter(pk=page.pk, opened_at=None)
    if opened.update(opened_at=timezone.now(), opened_by=by.user):
        audit(page, action=Action.READ, by=by, detail={"opened": True})
    page.refresh_from_db()
    return page


@task()
def escalate(page_id: str) -> None:
    """When the time has passed and nobody opened it, the second person is called, once."""
    with transaction.atomic():
        rows = ResponderPage.objects.select_for_update().select_related("clinic")
        page = rows.get(pk=page_id)
        now = timezone.now()
        if page.opened_at or page.escalated_at or page.due_at is None or now < page.due_at:
            return
        page.escalated_at = now
        page.save(update_fields=["escalated_at"])
        clinic_itself = Actor(user=None, clinic=page.clinic)
        audit(page, action=Action.UPDATE, by=clinic_itself, detail={"escalated": True})
        rules = policy_of(page.clinic)
        if rules and rules.second:
            _call(rules.second, page.clinic)


def _call(user: User, clinic: Clinic) -> None:
    """No name, no reason: only that somebody waits, and where to look."""
    with override(clinic.language):
        subject = _("Urgent: a patient's answer waits for you")
        text = _("Sign in and open “From patients” now. This message holds no patient data.")
    transaction.on_commit(lambda: deliver("email", user.email, subject, text))
