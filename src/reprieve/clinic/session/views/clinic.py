"""What the clinic says about its sessions and its rooms."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reprieve import knowledge
from reprieve.clinic.accounts.models import Role
from reprieve.clinic.audit.services import actor_of
from reprieve.clinic.session import forms
from reprieve.clinic.session.home import home_statements
from reprieve.clinic.session.policy import Policy, adopt, policy_of
from reprieve.clinic.session.rooms import as_check, inspect, inspections, rooms_of
from reprieve.clinic.ui.typed import take_typed
from reprieve.core.problems import UnusableInput
from reprieve.core.session.rooms import judge_room


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """Limits, who may titrate, cards, dosing at home: adopted under a name, the old rules kept."""
    now = policy_of(request.clinic)
    form = forms.PolicyForm(
        request.POST if request.method == "POST" else take_typed(request),
        initial=forms.policy_initial(now),
    )
    if request.method == "POST" and form.is_valid():
        problem = _home_problem(request, now, form)
        try:
            if problem is None:
                settings = form.settings(now.home_signed_by or str(request.user))
                adopt(clinic=request.clinic, settings=settings, by=actor_of(request))
        except UnusableInput as unusable:
            for one in unusable.problems:
                field = f"limit-{one.path}"
                form.add_error(field if field in form.fields else None, one.message)
        else:
            if problem is None:
                messages.success(request, _("Adopted. It counts from now on."))
                return redirect("session:policy")
            form.add_error("home", problem)
    context = {
        "stage": "board",
        "form": form,
        "policy": now,
        "statements": home_statements(),
        "prescriber": Role.PRESCRIBER in request.roles,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "session/policy.html", context, status=status)


def _home_problem(request: HttpRequest, now: Policy, form: forms.PolicyForm) -> str | None:
    """Only a prescriber signs for dosing at home."""
    new = form.cleaned_data["home"] and not now.home_signed_by
    if new and Role.PRESCRIBER not in request.roles:
        return str(_("Only a prescriber may sign for dosing at home."))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: HttpRequest) -> HttpResponse:
    """The daily check of the rooms."""
    today = timezone.localdate()
    form = forms.RoomForm(
        request.POST if request.method == "POST" else take_typed(request),
        rooms=rooms_of(request.clinic, today),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        inspect(
            clinic=request.clinic,
            room=said["room"],
            on=today,
            works=form.works(),
            expires_on=form.expires_on(),
            note=said["note"],
            by=actor_of(request),
        )
        messages.success(request, _("Room check kept under your name."))
        return redirect("session:rooms")
    found = [
        {"row": row, "speaks": judge_room(knowledge.rooms(), as_check(row), today)}
        for row in inspections(request.clinic, today)
    ]
    context = {"stage": "board", "form": form, "found": found, "today": today}
    status = 422 if request.method == "POST" else 200
    return render(request, "session/rooms.html", context, status=status)
