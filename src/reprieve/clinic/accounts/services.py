"""Opening a clinic and giving people their roles."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit

STAFF_ROLES = tuple(role.value for role in Role if role != Role.PATIENT)


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


@transaction.atomic
def invite(
    *, email: str, full_name: str, role: str, clinic: Clinic, by: Actor
) -> tuple[User, bool]:
    """Somebody may work here. A person this installation already knows keeps their sign-in.

    Returns the user, and whether they still need a first password.

    Raises:
        ValidationError: with `message_dict`, every problem by field.
    """
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        user = User(email=email.strip().lower(), full_name=full_name.strip())
        user.set_unusable_password()
        problems = _problems_of(user)
        if role not in STAFF_ROLES:
            problems["role"] = [_("Choose what this person does here.")]
        if problems:
            raise ValidationError(problems)
        user.save()
    give_role(user=user, clinic=clinic, role=Role(role), by=by)
    return user, not user.has_usable_password()


def end_membership(membership: Membership, *, by: Actor) -> None:
    """End a role here; a clinic keeps at least one manager.

    Raises:
        ValidationError: this is the last manager.
    """
    managers = Membership.objects.current().filter(clinic=membership.clinic, role=Role.MANAGER)
    if membership.role == Role.MANAGER and managers.count() == 1:
        raise ValidationError(_("A clinic keeps at least one manager."))
    end_role(membership, by=by)


def _problems_of(user: User) -> dict[str, list[str]]:
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        return error.message_dict
    return {}
