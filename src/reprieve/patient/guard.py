"""Against abuse of public forms, without a third party.

A hidden field only machines fill, a form nobody could have read that fast, and a few an hour for one sender
and for the whole site. The counters live in this process's memory, under a keyed hash of the address.
"""

import time

from django import forms
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

SALT = "public-form"
FASTEST_S, SLOWEST_S = 3, 3600  # project_default


class GuardedForm(forms.Form):
    """website: a trap, hidden from people. shown_at: when the form was drawn, signed."""

    website = forms.CharField(required=False)
    shown_at = forms.CharField()

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if self.cleaned_data.get("website") or not _read_by_a_person(data.get("shown_at", "")):
            raise forms.ValidationError(_("That did not work. Wait a moment and send it again."))
        return data


def stamp() -> str:
    """For the field shown_at."""
    return signing.dumps(time.time(), salt=SALT)


def may_send(request: HttpRequest, what: str, *, each_hour: int, all_hour: int) -> bool:
    """Counts this one. False once the sender, or everybody together, has sent enough this hour."""
    hour = int(time.time() // 3600)
    sender = salted_hmac(SALT, request.META.get("REMOTE_ADDR", "")).hexdigest()
    return all(
        _count(f"{what}:{hour}:{who}") <= most
        for who, most in ((sender, each_hour), ("all", all_hour))
    )


def _read_by_a_person(shown_at: object) -> bool:
    try:
        then = float(signing.loads(str(shown_at), salt=SALT))
    except signing.BadSignature:
        return False
    return FASTEST_S <= time.time() - then <= SLOWEST_S


def _count(key: str) -> int:
    cache.add(key, 0, timeout=3600)
    return cache.incr(key)
