"""A name for each request, carried into audit rows and back to the caller; a language asked for."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_id(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Sets `request.id`: the caller's X-Request-ID when it is well formed, else a new one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.id = given if _GIVEN.fullmatch(given) else str(uuid.uuid4())
        response = get_response(request)
        response.headers["X-Request-ID"] = request.id
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store, private"  # patient data stays off disks
        return response

    return middleware


def language_asked(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """`?lang=es` on any page: kept in a cookie until the browser closes, then the page without it.

    A link instead of a form, so that no page needs a cookie before somebody chooses.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        code = request.GET.get("lang")
        if request.method != "GET" or code not in dict(settings.LANGUAGES):
            return get_response(request)
        rest = request.GET.copy()
        del rest["lang"]
        query = f"?{rest.urlencode()}" if rest else ""
        # Slashes at the front would name another host.
        response = HttpResponseRedirect(f"/{request.path.lstrip('/')}{query}")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax")
        return response

    return middleware
