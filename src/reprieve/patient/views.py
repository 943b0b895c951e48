"""The front door: what a stranger meets at `/`. Staff who are signed in meet the clinic instead."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.gzip import gzip_page


@gzip_page
def start(request: HttpRequest) -> HttpResponse:
    """What this is, and three doors. Not kept by caches: the same address is the clinic for staff."""
    response = render(request, "learn/start.html")
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
