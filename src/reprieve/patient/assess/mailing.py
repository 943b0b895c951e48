"""The result by e-mail, once asked for. The address is used for the one message and forgotten."""

from django import forms
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from reprieve.patient import guard

EACH_HOUR, ALL_HOUR = 3, 60  # project_default


class MailForm(guard.GuardedForm):
    email = forms.EmailField(label=_("Email"), max_length=254)


def possible() -> bool:
    """Whether this clinic has a mail server; without one no form is shown."""
    return bool(settings.CONTACT_SENDERS.get("email"))


def may_send(request: HttpRequest) -> bool:
    return guard.may_send(request, "mail", each_hour=EACH_HOUR, all_hour=ALL_HOUR)


def send(address: str, subject: str, body: str) -> None:
    """Raises OSError when the mail server cannot be reached (smtplib's errors are among them)."""
    EmailMessage(
        subject=subject, body=body, from_email=settings.DEFAULT_FROM_EMAIL, to=[address]
    ).send()
