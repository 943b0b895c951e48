"""Which clinic this request is for, and whether this person may open this page."""

import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.accounts.selectors import list_memberships, roles_in
from reprieve.clinic.audit.services import audit_refusal
from reprieve.clinic.config.errors import no_permission
from reprieve.clinic.config.permissions import ROUTES, Open, may_open
from reprieve.clinic.ui.typed import keep_typed, remember_user

Respond = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "clinic"


def current_clinic(get_response: Respond) -> Respond:
    """Sets `request.clinic`, `request.roles` and `request.memberships`; activates zone and language."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.memberships = (
            list_memberships(request.user) if request.user.is_authenticated else []
        )
        request.clinic = _chosen(request)
        request.roles = (
            roles_in(request.clinic, request.memberships) if request.clinic else frozenset()
        )
        if not request.clinic:
            return get_response(request)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(request.clinic.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(zoneinfo.ZoneInfo(request.clinic.time_zone)):
            return get_response(request)

    return middleware


def _chosen(request: HttpRequest) -> Clinic | None:
    """The clinic in the session while the membership holds; the only one when there is one."""
    clinics = {str(m.clinic_id): m.clinic for m in request.memberships}
    if len(clinics) == 1:
        return next(iter(clinics.values()))
    return clinics.get(request.session.get(SESSION_KEY, "")) if clinics else None


class Permission:
    """Default deny: the route must be in the table, and the person must have a role it names."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        remember_user(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        route = request.resolver_match.view_name
        access = ROUTES.get(route)
        if access is Open.PUBLIC:
            return None
        if not request.user.is_authenticated:
            if route == "home" and request.method in ("GET", "HEAD"):
                front_door: Respond = import_string(settings.FRONT_DOOR)
                return front_door(request)
            return _sign_in_first(request)
        if _second_factor_missing(request, route):
            return redirect("mfa_index")
        if access is Open.SIGNED_IN:
            return None
        if not request.clinic:
            return redirect("choose-clinic")
        if route == "home" and request.roles == {Role.PATIENT}:
            return redirect("my:home")
        if may_open(route, request.roles):
            return None
        audit_refusal(request, route=route)
        return no_permission(request, sorted(access or ()))


def _second_factor_missing(request: HttpRequest, route: str) -> bool:
    settling_it = route.startswith(("mfa_", "account_"))
    # Who is a patient and nothing else, anywhere, signs in by passkey or a code by e-mail.
    staff = {m.role for m in request.memberships} != {Role.PATIENT}
    return settings.MFA_REQUIRED and staff and not settling_it and not is_mfa_enabled(request.user)


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back here; what was typed waits for the same person.

    A script that asks for JSON keeps what it sends by itself, and is told in a word it can read.
    """
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"problem": "sign in first"}, status=401)
    keep_typed(request)
    address = f"{resolve_url(settings.LOGIN_URL)}?next={quote(_return_to(request))}"
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _return_to(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in ("GET", "HEAD") else request.path
