"""Signing in and out is audited too."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    audit("session", action=Action.SIGN_IN, by=_outside(request, user))


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    audit("session", action=Action.SIGN_OUT, by=_outside(request, user))


@receiver(user_login_failed)
def sign_in_failed(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    audit("session", action=Action.SIGN_IN_FAILED, by=_outside(request, None))


def _outside(request: HttpRequest | None, user: Any) -> Actor:
    address = (request.META.get("REMOTE_ADDR") or "") if request else ""
    return Actor(user=user, clinic=None, address=address, request_id=getattr(request, "id", ""))
