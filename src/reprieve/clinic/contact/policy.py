"""How patients reach the clinic: read, and set under a name."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.models import ContactPolicy
from reprieve.core.problems import Problem, UnusableInput

RESPONDERS = (Role.NURSE, Role.PRESCRIBER)
SHORTEST, LONGEST = 5, 24 * 60  # minutes; project_default
LINK_LASTS = {  # project_default
    "diary": timedelta(days=90),
    "questionnaire": timedelta(days=7),
    "confirmation": timedelta(days=14),
    "sign_in": timedelta(hours=24),
}
LINK_OPENS = {"diary": 500, "questionnaire": 1, "confirmation": 1, "sign_in": 1}  # project_default


def policy_of(clinic: Clinic) -> ContactPolicy | None:
    """The newest rules; None before anybody has set them."""
    rows = ContactPolicy.objects.for_clinic(clinic).select_related("responder", "second")
    return rows.order_by("-recorded_at").first()


def responders(clinic: Clinic) -> list[User]:
    """Who may be named: nurses and prescribers of the clinic."""
    rows = Membership.objects.current().filter(clinic=clinic, role__in=RESPONDERS)
    people = {m.user_id: m.user for m in rows.select_related("user")}
    return sorted(people.values(), key=str)


@transaction.atomic
def set_policy(
    *, clinic: Clinic, phone: str, responder: str, second: str, minutes: int | None, by: Actor
) -> ContactPolicy:
    """New rules. responder, second: ids of users, or empty.

    Raises UnusableInput: somebody who is not a nurse or prescriber here, the same person twice, a
    responder without a time or a time without one.
    """
    people = {str(user.pk): user for user in responders(clinic)}
    problems = []
    if not phone.strip():
        problems.append(Problem("id_phone", _("Patients need a number to call.")))
    for name, key in (("id_responder", responder), ("id_second", second)):
        if key and key not in people:
            problems.append(Problem(name, _("Choose a nurse or prescriber of this clinic.")))
    if bool(responder) != bool(minutes):
        problems.append(Problem("id_minutes", _("A responder and a response time go together.")))
    if bool(responder) != bool(second):
        problems.append(Problem("id_second", _("Name who is called when the first does not open.")))
    if responder and responder == second:
        problems.append(Problem("id_second", _("The second person is somebody else.")))
    if minutes and not SHORTEST <= minutes <= LONGEST:
        limits = {"low": SHORTEST, "high": LONGEST}
        problems.append(Problem("id_minutes", _("Between %(low)s and %(high)s minutes.") % limits))
    if problems:
        raise UnusableInput(problems)
    row = ContactPolicy.objects.create(
        clinic=clinic,
        recorded_by=by.user,
        phone=phone.strip()[:40],
        responder_id=UUID(responder) if responder else None,
        second_id=UUID(second) if second else None,
        response_minutes=minutes or None,
    )
    audit(row, action=Action.CREATE, by=by, detail={"responder": bool(responder)})
    return row
