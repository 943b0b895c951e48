"""The result by e-mail, once asked for. The address is used for the one message and forgotten.

Against abuse, without a third party: a hidden field only machines fill, a form nobody could have
read that fast, and a few messages an hour for one sender and for the whole site. The counters live
in this process's memory, under a keyed hash of the sender's address.
"""

import time

from django import forms
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

_SALT = "mail-form"
FASTEST_S, SLOWEST_S = 3, 3600  # project_default
EACH_HOUR, ALL_HOUR = 3, 60  # project_default


class MailForm(forms.Form):
    """website: a trap, hidden from people. shown_at: when the form was drawn, signed."""

    email = forms.EmailField(label=_("Email"), max_length=254)
    website = forms.CharField(required=False)
    shown_at = forms.CharField()

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if self.cleaned_data.get("website") or not _read_by_a_person(data.get("shown_at", "")):
            raise forms.ValidationError(_("That did not work. Wait a moment and send it again."))
        return data


def possible() -> bool:
    """Whether this clinic has a mail server; without one no form is shown."""
    return bool(settings.CONTACT_SENDERS.get("email"))


def stamp() -> str:
    return signing.dumps(time.time(), salt=_SALT)


def _read_by_a_person(shown_at: object) -> bool:
    try:
        then = float(signing.loads(str(shown_at), salt=_SALT))
    except signing.BadSignature:
        return False
    return FASTEST_S <= time.time() - then <= SLOWEST_S


def may_send(request: HttpRequest) -> bool:
    """Counts this message. False once the sender, or everybody together, has sent enough this hour."""
    hour = int(time.time() // 3600)
    sender = salted_hmac(_SALT, request.META.get("REMOTE_ADDR", "")).hexdigest()
    return all(
        _count(f"mail:{hour}:{who}") <= most
        for who, most in ((sender, EACH_HOUR), ("all", ALL_HOUR))
    )


def send(address: str, subject: str, body: str) -> None:
    """Raises OSError when the mail server cannot be reached (smtplib's errors are among them)."""
    EmailMessage(
        subject=subject, body=body, from_email=settings.DEFAULT_FROM_EMAIL, to=[address]
    ).send()


def _count(key: str) -> int:
    cache.add(key, 0, timeout=3600)
    return cache.incr(key)
