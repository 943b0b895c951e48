"""Nothing typed is lost: a form that could not be accepted waits for the person who filled it.

It is kept in the server's session store, for an hour, for the person last signed in on this
browser, and handed to the next showing of the same page.
"""

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

LAST_USER = "last_user"  # a signed cookie: whose browser this was when the session ended
_KEPT = "typed"
_HOURS_KEPT = 1
_LONGEST = 200_000  # characters: a long note, not a file


def remember_user(request: HttpRequest, response: HttpResponse) -> None:
    """Mark the browser with the person signed in, so that kept forms go to nobody else."""
    if request.user.is_authenticated and _last_user(request) != str(request.user.pk):
        response.set_signed_cookie(
            LAST_USER,
            str(request.user.pk),
            max_age=30 * 24 * 3600,
            httponly=True,
            secure=request.is_secure(),
            samesite="Lax",
        )


def keep_typed(request: HttpRequest) -> bool:
    """Keep a posted form from this browser. False when there is nothing to keep or nobody to keep it for."""
    owner = str(request.user.pk) if request.user.is_authenticated else _last_user(request)
    body = request.POST.urlencode() if request.method == "POST" else ""
    if not (owner and body) or len(body) > _LONGEST or not _same_site(request):
        return False
    request.session[_KEPT] = {
        "owner": owner,
        "path": request.path,
        "body": body,
        "at": timezone.now().timestamp(),
    }
    return True


def take_typed(request: HttpRequest) -> QueryDict | None:
    """What this person had typed on this page, once. Without the token of the old form."""
    kept = request.session.get(_KEPT)
    if not kept or kept["path"] != request.path or kept["owner"] != str(request.user.pk):
        return None
    del request.session[_KEPT]
    if timezone.now().timestamp() - kept["at"] > _HOURS_KEPT * 3600:
        return None
    typed = QueryDict(kept["body"], mutable=True)
    typed.pop("csrfmiddlewaretoken", None)
    return typed


def _last_user(request: HttpRequest) -> str:
    try:
        return request.get_signed_cookie(LAST_USER, default="")
    except signing.BadSignature:
        return ""


def _same_site(request: HttpRequest) -> bool:
    """Another site must not be able to fill our forms."""
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return origin.startswith(f"{request.scheme}://{request.get_host()}")
