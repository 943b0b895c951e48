"""Writing the audit trail: an explicit call in each service, a decorator for each page that reads."""

import functools
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, User
from reprieve.clinic.audit.models import Action, AuditEvent, ChainHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, as what, from where: what a service needs to know of a request."""

    user: User | None
    clinic: Clinic | None
    roles: frozenset[str] = frozenset()
    address: str = ""
    request_id: str = ""


def actor_of(request: HttpRequest) -> Actor:
    user = request.user if request.user.is_authenticated else None
    return Actor(
        user=user,
        clinic=request.clinic,
        roles=request.roles,
        address=request.META.get("REMOTE_ADDR") or "",
        request_id=request.id,
    )


def audit(
    record: models.Model | str,
    *,
    action: Action,
    by: Actor,
    patient_id: uuid.UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> AuditEvent:
    """Add one row to the clinic's chain, in the transaction of what it speaks of.

    record: the row concerned, or a word for what has none ("patient list").
    detail: names of fields, codes and counts; never what was typed.
    """
    is_row = isinstance(record, models.Model)
    event = AuditEvent(
        clinic=by.clinic,
        at=timezone.now(),
        by=by.user,
        roles=" ".join(sorted(by.roles)),
        action=action,
        object_type=type(record).__name__ if is_row else record,
        object_id=str(record.pk) if is_row else "",
        patient_id=patient_id or (_patient_of(record) if is_row else None),
        address=by.address,
        request_id=by.request_id,
        detail=detail or {},
    )
    with transaction.atomic():
        _append(event)
    return event


def audit_refusal(request: HttpRequest, *, route: str) -> None:
    audit("route", action=Action.REFUSED, by=actor_of(request), detail={"route": route})


def reads(what: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a view that shows patient data: each answer it gives is a row in the trail."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if request.method in ("GET", "HEAD") and response.status_code == 200:
                audit(
                    what,
                    action=Action.READ,
                    by=actor_of(request),
                    patient_id=kwargs.get("patient_id"),
                )
            return response

        wrapped.reads = what
        return wrapped

    return decorate


def seal(event: AuditEvent) -> str:
    """SHA-256 of the row, its place in the chain and the seal before it."""
    said = {
        "clinic": str(event.clinic_id),
        "sequence": event.sequence,
        "at": event.at.isoformat(),
        "by": str(event.by_id),
        "roles": event.roles,
        "action": str(event.action),
        "object": [event.object_type, event.object_id],
        "patient": str(event.patient_id),
        "from": [event.address, event.request_id],
        "detail": event.detail,
        "previous": event.previous_hash,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _append(event: AuditEvent) -> None:
    chain = str(event.clinic_id or "outside")
    head = _locked_head(chain)
    event.sequence, event.previous_hash = head.sequence + 1, head.hash
    event.hash = seal(event)
    event.save()
    ChainHead.objects.filter(chain=chain).update(sequence=event.sequence, hash=event.hash)


def _locked_head(chain: str) -> ChainHead:
    locked = ChainHead.objects.select_for_update().filter(chain=chain)
    if head := locked.first():
        return head
    ChainHead.objects.get_or_create(chain=chain)  # the first row of a clinic
    return locked.get()


def _patient_of(record: models.Model) -> uuid.UUID | None:
    return (
        record.pk
        if record._meta.label == "patients.Patient"
        else getattr(record, "patient_id", None)
    )
