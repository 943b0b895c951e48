"""The clinic's own caps on a dose: a prescriber signs each, and every plan from then on is held to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.ui.forms import NumberInput
from reprieve.core.dosing.limits import Cap, with_caps
from reprieve.core.dosing.protocol import Limit, Owner

KEY = "limits"  # in Clinic.settings: {limit id: {"limit", "by", "on", "reason"}}
LARGEST = 2000.0  # project default: beyond it a slip of the pen is likelier


@dataclass(frozen=True, slots=True, kw_only=True)
class CapRow:
    """A limit the clinic owns, as it stands; `default` is what stands where nobody set one."""

    limit: Limit
    default: float
    cap: Cap | None
    reason: str


class CapForm(forms.Form):
    """One cap. Nothing is filled in: a number that is signed was typed."""

    limit = forms.FloatField(label=_("New cap"), min_value=1, max_value=LARGEST, widget=NumberInput)
    reason = forms.CharField(label=_("Reason"), max_length=300)


def limits_of(clinic: Clinic) -> tuple[Limit, ...]:
    """Every limit, with the clinic's own numbers."""
    return with_caps(knowledge.limits(), {i: _cap(said) for i, said in _said(clinic).items()})


def list_caps(clinic: Clinic) -> list[CapRow]:
    said = _said(clinic)
    defaults = {x.id: x.limit for x in knowledge.limits()}
    return [
        CapRow(
            limit=x,
            default=defaults[x.id],
            cap=_cap(said[x.id]) if x.id in said else None,
            reason=said.get(x.id, {}).get("reason", ""),
        )
        for x in limits_of(clinic)
        if x.owner is Owner.CLINIC
    ]


@transaction.atomic
def set_cap(
    *, clinic: Clinic, limit_id: str, limit: float, reason: str, by: Actor, at: datetime
) -> None:
    """From now on plans are held to it. Orders signed before stay as they were signed.

    Raises KeyError for a limit that is not the clinic's to set.
    """
    before = {row.limit.id: row.limit.limit for row in list_caps(clinic)}[limit_id]
    row = Clinic.objects.select_for_update().get(pk=clinic.pk)
    on = timezone.localdate(at).isoformat()
    said = {"limit": limit, "by": str(by.user), "on": on, "reason": reason}
    row.settings = {**row.settings, KEY: {**_said(row), limit_id: said}}
    row.save(update_fields=["settings"])
    clinic.settings = row.settings
    detail = {"limit": limit_id, "from": before, "to": limit}
    audit(row, action=Action.UPDATE, by=by, detail=detail)


def _said(clinic: Clinic) -> dict[str, dict[str, Any]]:
    return clinic.settings.get(KEY, {})


def _cap(said: dict[str, Any]) -> Cap:
    return Cap(limit=said["limit"], by=said["by"], on=date.fromisoformat(said["on"]))
