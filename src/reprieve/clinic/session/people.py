"""Who may check, order, take over; and the second person's own password, with a limit on guessing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.session.models import Encounter
from reprieve.core.problems import Problem, UnusableInput

SECOND_CHECKERS = (Role.NURSE, Role.PRESCRIBER, Role.PHARMACIST)
CARERS = (Role.NURSE, Role.PRESCRIBER)
WRONG_AT_MOST = 5  # project_default: then nobody may try this person's password for a while
LOCKED_FOR = timedelta(minutes=15)  # project_default
People = list[tuple[str, str]]


def prescribers(clinic: Clinic) -> People:
    """(user id, name) of everybody here who may sign an order."""
    return _people(clinic, (Role.PRESCRIBER,))


def checkers(clinic: Clinic, by: Actor) -> People:
    """Everybody here who may check a dose, except the person who asks."""
    return _people(clinic, SECOND_CHECKERS, but=by.user)


def colleagues(clinic: Clinic, by: Actor) -> People:
    """Everybody here who may take a patient over, except the person who asks."""
    return _people(clinic, CARERS, but=by.user)


def second_checker(session: Encounter, said: Mapping[str, Any], by: Actor) -> User:
    """The other person, when their own password is right. The first person's session goes on.

    Raises UnusableInput for a wrong password, and for any password once five were wrong within
    15 minutes. Each wrong one is a row of the audit trail, and that is what is counted.
    """
    chosen = str(said.get("second_user") or "")
    user = next((u for u in _users(session.clinic, by) if str(u.pk) == chosen), None)
    if user is None:
        raise UnusableInput([Problem("id_second_user", _("Choose who checked."))])
    if _wrong_of_late(session.clinic, user) >= WRONG_AT_MOST:
        text = _("Too many wrong passwords of {name}: try again in 15 minutes, or ask another.")
        raise UnusableInput([Problem("id_second_password", text.format(name=user.full_name))])
    if user.check_password(said.get("second_password") or ""):
        checked = Actor(
            user=user, clinic=session.clinic, address=by.address, request_id=by.request_id
        )
        audit(session, action=Did.SIGN, by=checked, detail={"second_check": True})
        return user
    audit(session, action=Did.REFUSED, by=by, detail={"second_check_of": str(user.pk)})
    raise UnusableInput(
        [Problem("id_second_password", _("The second person's password does not fit."))]
    )


def _wrong_of_late(clinic: Clinic, user: User) -> int:
    rows = AuditEvent.objects.filter(
        clinic=clinic, action=Did.REFUSED, at__gte=timezone.now() - LOCKED_FOR
    )
    return rows.filter(detail__second_check_of=str(user.pk)).count()


def _users(clinic: Clinic, by: Actor) -> list[User]:
    rows = Membership.objects.current().filter(clinic=clinic, role__in=SECOND_CHECKERS)
    return [m.user for m in rows.exclude(user=by.user).select_related("user")]


def _people(clinic: Clinic, roles: tuple[Role, ...], but: User | None = None) -> People:
    rows = Membership.objects.current().filter(clinic=clinic, role__in=roles)
    found = rows.select_related("user").order_by("user__full_name")
    names = {m.user_id: m.user.full_name for m in found if but is None or m.user_id != but.pk}
    return [(str(pk), name) for pk, name in names.items()]
