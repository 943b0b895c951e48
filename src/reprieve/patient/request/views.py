"""A request for a first visit. Nothing is stored before "Send" is pressed; the page says what is, and how long."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.contact.policy import policy_of
from reprieve.clinic.scheduling.requests import KEPT_DAYS, receive_request
from reprieve.patient import guard
from reprieve.patient.assess import answers as kept
from reprieve.patient.assess.result import assessment_payload
from reprieve.patient.public import from_this_site
from reprieve.patient.request.forms import RequestForm

EACH_HOUR, ALL_HOUR = 5, 60  # a household shares an address; project_default


@csrf_exempt  # from_this_site instead: see public.py
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; with answers of the self-assessment when it was opened from there."""
    if request.method == "POST" and not from_this_site(request):
        return render(request, "400.html", status=400)
    if "send" not in request.POST:
        sealed = request.POST.get("assessment", "")
        initial = {"assessment": sealed if kept.opened(sealed) else ""}
        if key := request.GET.get("clinic"):
            initial["clinic"] = key
        return _show(request, RequestForm(initial=initial))
    form = RequestForm(request.POST)
    if not form.is_valid():
        return _show(request, form, 422)
    sealed = form.cleaned_data["assessment"]
    answers = kept.opened(sealed)
    if sealed and not answers:
        form.data = form.data.copy()
        form.data["assessment"] = ""
        form.add_error(
            None,
            _("The attached answers are older than an hour. Send without them, or answer again."),
        )
        return _show(request, form, 422)
    if not guard.may_send(request, "request", each_hour=EACH_HOUR, all_hour=ALL_HOUR):
        form.add_error(None, _("Enough was sent from here this hour. Please call the clinic."))
        return _show(request, form, 429)
    said = form.cleaned_data
    by = Actor(
        user=None,
        clinic=said["clinic"],
        roles=frozenset({"visitor"}),
        address=request.META.get("REMOTE_ADDR") or "",
        request_id=request.id,
    )
    row = receive_request(
        clinic=said["clinic"],
        request_id=said["form_id"],
        fields={
            name: said[name]
            for name in ("given_names", "family_name", "phone", "email", "times", "text")
        },
        urgent=said["now"],
        assessment=assessment_payload(answers, timezone.localdate()) if answers else {},
        language=get_language() or "en",
        by=by,
    )
    context = {"row": row, "phone": _phone(said["clinic"]), "days": KEPT_DAYS}
    return _private(render(request, "request/sent.html", context))


def _show(request: HttpRequest, form: RequestForm, status: int = 200) -> HttpResponse:
    attached = form.data.get("assessment") if form.is_bound else form.initial.get("assessment")
    clinics = list(Clinic.objects.order_by("name")[:2])
    context: dict[str, Any] = {
        "form": form,
        "stamp": guard.stamp(),
        "days": KEPT_DAYS,
        "attached": bool(attached),
        "only": clinics[0] if len(clinics) == 1 else None,
        "phone": _phone(clinics[0]) if len(clinics) == 1 else "",
        "open": bool(clinics),
    }
    return _private(render(request, "request/new.html", context, status=status))


def _phone(clinic: Clinic) -> str:
    rules = policy_of(clinic)
    return rules.phone if rules else ""


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store, private"
    return response
