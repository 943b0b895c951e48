"""Who works where."""

from collections.abc import Iterable, Sequence
from typing import Any

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User


def list_memberships(user: User) -> list[Membership]:
    """Current memberships of a user, by clinic name, then role."""
    found = Membership.objects.current().filter(user=user).select_related("clinic")
    return list(found.order_by("clinic__name", "role"))


def roles_in(clinic: Clinic, memberships: Iterable[Membership]) -> frozenset[str]:
    return frozenset(m.role for m in memberships if m.clinic_id == clinic.pk)


def list_people_with(clinic: Clinic, roles: Sequence[str]) -> list[dict[str, Any]]:
    """Name and role of everybody in the clinic who has one of the roles."""
    found = Membership.objects.current().filter(clinic=clinic, role__in=roles)
    rows = found.select_related("user").order_by("user__full_name")
    return [{"name": m.user.full_name, "role": Role(m.role).label} for m in rows]


def is_patient_only(user: User) -> bool:
    """Somebody who signs in as a patient and as nothing else."""
    roles = set(Membership.objects.current().filter(user=user).values_list("role", flat=True))
    return roles == {Role.PATIENT}


def list_team(clinic: Clinic) -> list[Membership]:
    """Everybody who works here now, by name."""
    found = Membership.objects.current().filter(clinic=clinic).exclude(role=Role.PATIENT)
    return list(found.select_related("user").order_by("user__full_name", "role"))
