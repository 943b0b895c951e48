"""Pages for when something went wrong: what happened, what was kept, what to do."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from reprieve.clinic.ui.typed import keep_typed


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return no_permission(request, ())


def no_permission(request: HttpRequest, roles: Sequence[str]) -> HttpResponse:
    """403 that says which roles may, and who in this clinic has one of them."""
    from reprieve.clinic.accounts.selectors import list_people_with

    people = list_people_with(request.clinic, roles) if request.clinic and roles else []
    return render(request, "403.html", {"roles": roles, "people": people}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent with an old token: keep what was typed, show the page again, filled."""
    if keep_typed(request):
        messages.warning(
            request,
            _("This page had been open for a long time. Nothing is lost: check and save again."),
        )
        return redirect(request.path)
    return render(request, "400.html", status=400)
