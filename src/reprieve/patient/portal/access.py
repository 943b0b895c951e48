"""Each page of the portal is about the person signed in, and nobody else can be asked for."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import actor_of, audit, audit_refusal
from reprieve.clinic.contact.selectors import patient_of
from reprieve.patient.links.access import speak


def mine(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sets `request.patient`, who is the account's; without one the page says what to do."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        patient = patient_of(request.user, request.clinic)
        if patient is None:
            audit_refusal(request, route=request.resolver_match.view_name)
            return render(request, "portal/no_account.html", status=403)
        request.patient = patient
        speak(request, patient)
        return view(request, *args, **kwargs)

    return wrapped


def reads_own(what: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """`mine`, and a row in the trail that names the patient."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @mine
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                response = view(request, *args, **kwargs)
            except Http404:  # an id that is not this patient's
                audit_refusal(request, route=request.resolver_match.view_name)
                raise
            if request.method in ("GET", "HEAD") and response.status_code == 200:
                patient_id = request.patient.pk
                audit(what, action=Action.READ, by=actor_of(request), patient_id=patient_id)
            return response

        return wrapped

    return decorate
