"""Choosing the clinic, and what needs doing today."""

import uuid
from datetime import datetime, time, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve.clinic.accounts.forms import InviteForm
from reprieve.clinic.accounts.middleware import SESSION_KEY
from reprieve.clinic.accounts.models import Membership, Role, User
from reprieve.clinic.accounts.selectors import list_team
from reprieve.clinic.accounts.services import end_membership, invite
from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.config.permissions import may_open
from reprieve.clinic.followup.selectors import due_today
from reprieve.clinic.patients.selectors import newly_registered, visits_between

SHOWN_DUE = 12


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
    if may_open("followup:show", request.roles):
        context["due"] = due_today(request.clinic, today)[:SHOWN_DUE]
    return render(request, "accounts/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest) -> HttpResponse:
    """Who works here; a POST adds somebody and shows, once, the link that sets their password."""
    form = InviteForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        try:
            user, new = invite(clinic=request.clinic, by=actor_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            link = _first_password_link(request, user) if new else ""
            messages.success(request, _("Added."))
            form = InviteForm()
    context = {"stage": "team", "form": form, "link": link, "team": list_team(request.clinic)}
    return render(request, "accounts/team.html", context, status=422 if form.errors else 200)


@require_POST
def leave(request: HttpRequest, membership_id: uuid.UUID) -> HttpResponse:
    """End one role of one person here."""
    row = get_object_or_404(
        Membership.objects.current().filter(clinic=request.clinic), pk=membership_id
    )
    try:
        end_membership(row, by=actor_of(request))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("Ended. What was done under it stays."))
    return redirect("team")


def _first_password_link(request: HttpRequest, user: User) -> str:
    """Works once, and for as long as a password reset does."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _dash, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return request.build_absolute_uri(path)
