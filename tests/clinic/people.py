"""People to test with. All invented."""

import uuid
from typing import Any

from reprieve.clinic.accounts.models import Clinic, Membership, Role, User
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.services import register_patient

PASSWORD = "a long enough password"


def somebody(clinic: Clinic, role: Role, name: str = "") -> User:
    user = User.objects.create_user(
        f"{uuid.uuid4().hex}@example.org", PASSWORD, full_name=name or f"A {role.label}"
    )
    Membership.objects.create(user=user, clinic=clinic, role=role)
    return user


def acting(user: User, clinic: Clinic, *roles: Role) -> Actor:
    return Actor(user=user, clinic=clinic, roles=frozenset(roles), address="127.0.0.1")


def a_patient(by: Actor, **fields: Any) -> Patient:
    number = fields.pop("record_number", "")
    names = {"family_name": "Abara", "given_names": "Ada", **fields}
    return register_patient(fields=names, record_number=number, by=by)
