"""What a live page carries: the word of its opening, and where it stands."""

from typing import Any

from django import template

from reprieve.clinic.live.opening import BOARD, opening_of

register = template.Library()


@register.simple_tag(takes_context=True)
def opening(context: Any, session: Any = None) -> str:
    return opening_of(context["request"], str(session.pk) if session else BOARD)


@register.inclusion_tag("live/follow.html", takes_context=True)
def follow(context: Any, session: Any = None) -> dict[str, Any]:
    """Follow this session, or the chairs of the clinic."""
    request = context["request"]
    version = getattr(request, "live_version", "")  # unknown: the first event refreshes all
    return {"session": session, "version": version, "request": request}
