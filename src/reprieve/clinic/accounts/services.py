"""Opening a clinic and giving people their roles."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit


@transaction.atomic
def open_clinic(
    *,
    name: str,
    time_zone: str,
    language: str,
    manager_email: str,
    manager_name: str,
    password: str,
) -> Clinic:
    """A clinic with its first manager.

    Raises:
        ValidationError: with `message_dict`, every problem by field.
    """
    clinic = Clinic(name=name, time_zone=time_zone, language=language)
    manager = User(email=manager_email.lower(), full_name=manager_name)
    problems: dict[str, list[str]] = {}
    for row, skip in ((clinic, []), (manager, ["password"])):
        try:
            row.full_clean(exclude=skip)
        except ValidationError as error:
            problems |= error.message_dict
    try:
        validate_password(password, manager)
    except ValidationError as error:
        problems["password"] = error.messages
    if problems:
        raise ValidationError(problems)
    clinic.save()
    manager.set_password(password)
    manager.save()
    give_role(user=manager, clinic=clinic, role=Role.MANAGER, by=Actor(user=manager, clinic=clinic))
    return clinic


@transaction.atomic
def give_role(*, user: User, clinic: Clinic, role: Role, by: Actor) -> Membership:
    """The user has the role in the clinic from now on; giving it twice is one membership."""
    row, new = Membership.objects.get_or_create(user=user, clinic=clinic, role=role, ended_at=None)
    if new:
        audit(row, action=Action.CREATE, by=by, detail={"role": str(role)})
    return row


@transaction.atomic
def end_role(membership: Membership, *, by: Actor) -> None:
    """The membership ends now; what was done under it stays."""
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    audit(membership, action=Action.UPDATE, by=by, detail={"role": membership.role, "ended": True})
