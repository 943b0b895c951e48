"""Calendar addresses: made for a person of the clinic or for a patient, shown once."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, actor_of, audit
from reprieve.clinic.patients.selectors import get_patient
from reprieve.clinic.scheduling.files import calendar_file, feed_rows, find_feed, make_feed

STAGE = {"stage": "calendar"}


@require_POST
def make_own(request: HttpRequest) -> HttpResponse:
    """The clinic's visits for the calendar of whoever asks; initials, no names."""
    by = actor_of(request)
    return _shown(request, make_feed(clinic=request.clinic, by=by, user=by.user))


@require_POST
def make_for_patient(request: HttpRequest, patient_id: uuid.UUID) -> HttpResponse:
    """The patient's own visits; for handing over."""
    patient = get_patient(clinic=request.clinic, patient_id=patient_id)
    secret = make_feed(clinic=request.clinic, by=actor_of(request), patient=patient)
    return _shown(request, secret, patient)


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """For calendar programs, which do not sign in: whoever holds the secret."""
    found = find_feed(secret)
    by = Actor(
        user=found.user if found else None,
        clinic=found.clinic if found else None,
        roles=frozenset({"feed"}),
        address=request.META.get("REMOTE_ADDR") or "",
        request_id=request.id,
    )
    if found is None:
        audit("calendar feed", action=Action.REFUSED, by=by)
        return render(request, "404.html", status=404)
    audit("calendar feed", action=Action.READ, by=by, patient_id=found.patient_id)
    return calendar_file(feed_rows(found), for_patient=bool(found.patient_id))


def _shown(request: HttpRequest, secret: str, patient: object = None) -> HttpResponse:
    path = reverse("scheduling:feed", args=[secret])
    address = f"{request.scheme}://{request.get_host()}{path}"
    context = STAGE | {"address": address, "patient": patient}
    answer = render(request, "scheduling/feed.html", context)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer
