"""Pages for anybody: nothing about a visitor is kept, and what is the same for all may be cached."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.gzip import gzip_page

View = Callable[..., HttpResponse]
CACHE_S = 3600  # project_default: content changes with a release, not within an hour


def same_for_all(view: View) -> View:
    """A page without a word about its reader: may be kept by browsers and proxies, by language.

    With something typed in its address it is one person's, and kept by nobody.
    """

    @gzip_page  # nothing secret stands in it
    @wraps(view)
    def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not request.GET:
            patch_cache_control(response, public=True, max_age=CACHE_S)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return cached


def from_this_site(request: HttpRequest) -> bool:
    """Whether a form was sent from one of our own pages, as every current browser says.

    Stands in for the token of signed-in forms, which would need a cookie of its own. A sender that
    says nothing about where it comes from is no browser: it can do no more than its owner could.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"
