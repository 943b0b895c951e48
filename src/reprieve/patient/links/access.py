"""What an opened link allows: one purpose, for a while, by a cookie that only /l/ receives.

The secret leaves the address when the link is opened. From then on the browser holds a signed id of
the link, which is looked up at every request: taking the link back ends it at once.
"""

import functools
import zoneinfo
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.links import Purpose, Refusal
from reprieve.clinic.contact.models import SentLink
from reprieve.clinic.contact.policy import LINK_LASTS, policy_of
from reprieve.clinic.patients.models import Patient

COOKIE = "link"
HOLDS = {  # project_default; a diary entry may wait on a telephone without a network
    Purpose.DIARY: LINK_LASTS["diary"],
    Purpose.QUESTIONNAIRE: timedelta(minutes=60),
    Purpose.CONFIRMATION: timedelta(minutes=60),
}
MOST_REFUSED, REFUSED_WITHIN_S = 20, 600  # of one address; project_default
_signer = signing.TimestampSigner(salt="opened link")


def actor_by_link(request: HttpRequest, link: SentLink | None) -> Actor:
    """Nobody is signed in: the trail says that a link acted, from where."""
    return Actor(
        user=None,
        clinic=link.clinic if link else None,
        roles=frozenset({"link"}),
        address=request.META.get("REMOTE_ADDR") or "",
        request_id=request.id,
    )


def give_access(request: HttpRequest, response: HttpResponse, link: SentLink) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        _signer.sign(str(link.pk)),
        max_age=int(HOLDS[Purpose(link.purpose)].total_seconds()),
        path="/l/",
        httponly=True,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response


def end_access(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(COOKIE, path="/l/")
    return response


def link_of(request: HttpRequest, purpose: str = "") -> SentLink | None:
    """The opened link of this browser while it stands; None for another purpose."""
    try:
        key = _signer.unsign(request.COOKIES.get(COOKIE, ""))
    except signing.BadSignature:
        return None
    rows = SentLink.objects.select_related("clinic", "patient", "patient__clinic")
    link = rows.filter(pk=key).first()
    if link is None or not link.stands or (purpose and link.purpose != purpose):
        return None
    try:
        _signer.unsign(request.COOKIES[COOKIE], max_age=HOLDS[Purpose(link.purpose)])
    except signing.SignatureExpired:
        return None
    return link


def linked(purpose: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a page behind a link: sets `request.link`, the patient's language and the clinic's clock."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            link = link_of(request, purpose)
            if link is None:
                return refuse(request, Refusal.EXPIRED, None)
            request.link = link
            speak(request, link.patient)
            with timezone.override(zoneinfo.ZoneInfo(link.clinic.time_zone)):
                return view(request, *args, **kwargs)

        return wrapped

    return decorate


def speak(request: HttpRequest, patient: Patient) -> None:
    """The patient's language, unless the browser has chosen one."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(patient.language)
        request.LANGUAGE_CODE = translation.get_language()


def refuse(request: HttpRequest, refusal: Refusal, link: SentLink | None) -> HttpResponse:
    """A page that helps and does not say whose link it was; a row in the trail."""
    detail = {"why": refusal.value}
    audit(link or "link", action=Action.REFUSED, by=actor_by_link(request, link), detail=detail)
    clinic = link.clinic if link else _only_clinic()
    rules = policy_of(clinic) if clinic else None
    context = {"why": refusal.value, "clinic": clinic, "phone": rules.phone if rules else ""}
    return render(request, "links/refused.html", context, status=403)


def too_many(request: HttpRequest) -> bool:
    """Whether this address was refused too often lately. Counted in this process's memory."""
    return int(cache.get(_key(request)) or 0) >= MOST_REFUSED


def count_refusal(request: HttpRequest) -> None:
    if not cache.add(_key(request), 1, REFUSED_WITHIN_S):
        cache.incr(_key(request))


def _key(request: HttpRequest) -> str:
    return f"link-refused-{request.META.get('REMOTE_ADDR') or ''}"


def _only_clinic() -> Clinic | None:
    """Where an installation has one clinic, its number helps whoever mistyped a link."""
    clinics = list(Clinic.objects.all()[:2])
    return clinics[0] if len(clinics) == 1 else None
