"""Public texts in the language of the page, pictures, and links that exist only when their page does."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reprieve import knowledge
from reprieve.clinic.config.permissions import ROUTES
from reprieve.knowledge.plain import AidBlock, Picture, Say
from reprieve.patient.learn import text
from reprieve.patient.learn.pictures import figures

register = template.Library()


@register.filter
def said(value: Say | None) -> SafeString | str:
    """A text with its sources and explained words."""
    return text.rich(value.in_language(language())) if value else ""


@register.filter
def bare(value: Say | None) -> str:
    """A text without markup."""
    return text.plain(value.in_language(language())) if value else ""


@register.filter
def source_name(fact_id: str) -> str:
    return text.source_name(fact_id)


@register.filter
def items(block: AidBlock) -> list[SafeString]:
    return [text.rich(item) for item in block.in_language(language())]


@register.filter
def rows(block: AidBlock) -> list[list[SafeString]]:
    """A table: its first row is the head."""
    return [[text.rich(c) for c in row.split(" | ")] for row in block.in_language(language())]


@register.filter
def labelled(cells: list[SafeString], head: list[SafeString]) -> list[tuple[str, SafeString]]:
    return list(zip(head, cells, strict=True))


@register.inclusion_tag("learn/_picture.html")
def picture(picture_id: str) -> dict[str, Any]:
    """A picture with the most contrary results beside it."""
    found = {p.id: p for p in knowledge.pictures()}
    main = found[picture_id]
    others = [found[i] for i in main.contrary]
    return {"pictures": [drawn(p) for p in (main, *others)], "contrary": bool(others)}


def drawn(picture: Picture) -> Mapping[str, Any]:
    """The halves of a picture: (label, count, SVG)."""
    halves = [(picture.treated, _("With ketamine"), picture.treated_per_100)]
    if picture.control_per_100 is not None:
        halves.append((picture.control, _("With placebo"), picture.control_per_100))
    title = text.plain(picture.title.in_language(language()))
    shown = []
    for own, usual, count in halves:
        label = own.in_language(language()) if own else usual
        words = _("{label}: {count} of 100 people. {title}.").format(
            label=label, count=count, title=title
        )
        shown.append((label, count, figures(count, words)))
    return {"picture": picture, "halves": shown}


@register.simple_tag
def page_if_any(route: str) -> str:
    """The address of a route, or of the first page of a namespace ("find:"); empty without one."""
    named = [r for r in ROUTES if r == route or (route.endswith(":") and r.startswith(route))]
    for name in named:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


def language() -> str:
    return get_language() or "en"
