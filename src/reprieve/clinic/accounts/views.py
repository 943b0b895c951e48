"""Choosing the clinic, and what needs doing today."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.accounts.middleware import SESSION_KEY
from reprieve.clinic.accounts.models import Role
from reprieve.clinic.audit.services import reads
from reprieve.clinic.patients.selectors import newly_registered, visits_between


@require_http_methods(["GET", "HEAD", "POST"])
def choose_clinic(request: HttpRequest) -> HttpResponse:
    """The clinics of this person. A choice holds until they sign out."""
    clinics = {str(m.clinic_id): m.clinic for m in request.memberships}
    if request.method == "POST" and request.POST.get("clinic") in clinics:
        request.session[SESSION_KEY] = request.POST["clinic"]
        return redirect("home")
    mine = [
        {
            "clinic": clinic,
            "roles": [Role(m.role).label for m in request.memberships if str(m.clinic_id) == key],
        }
        for key, clinic in clinics.items()
    ]
    return render(request, "accounts/choose_clinic.html", {"mine": mine})


@require_safe
@reads("today")
def home(request: HttpRequest) -> HttpResponse:
    """Visits of the day, and people who wait for their first decision."""
    today = timezone.localdate()
    start = timezone.make_aware(datetime.combine(today, time.min))
    context = {
        "stage": "today",
        "today": today,
        "visits": visits_between(request.clinic, start, start + timedelta(days=1)),
        "waiting": newly_registered(request.clinic),
    }
    return render(request, "accounts/home.html", context)
