"""The components. Each draws one thing one way; see the page `looks` for all of them."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.config.permissions import may_open
from reprieve.clinic.ui import rail as rails
from reprieve.clinic.ui.contacts import Contact
from reprieve.clinic.ui.contacts import contacts as contacts_of

register = template.Library()

WORDS = {
    "block": _("Block"),
    "hold": _("Hold"),
    "warn": _("Warn"),
    "ask": _("Ask"),
    "note": _("Note"),
    "clear": _("Clear"),
}
VERIFICATION = {
    "full_text": (_("read in full"), "read"),
    "label": (_("drug label"), "read"),
    "excerpt_or_abstract": (_("abstract only"), "partly"),
    "second_hand": (_("second hand"), "partly"),
    "derived": (_("derived"), "partly"),
    "recalled": (_("recalled, not verified"), "not-read"),
    "project_default": (_("our default, no source"), "not-read"),
}
# One 16-unit square each, drawn so that they differ without colour.
_SHAPES = {
    "block": '<rect x="2" y="2" width="12" height="12"/>',
    "hold": '<path d="M8 .8 15.2 8 8 15.2.8 8z"/>',
    "warn": '<path d="M8 1.5 15.4 14.5H.6z"/>',
    "ask": '<circle cx="8" cy="8" r="7.2"/><path class="cut" d="M5.7 6.2a2.3 2.3 0 1 1 3.3 2.1c-.7.3-1 .7-1 1.5M8 11.6v.9"/>',
    "note": '<rect x="2" y="6.8" width="12" height="2.4"/>',
    "clear": '<path class="line" d="M2 8.6 6.2 13 14 3.6"/>',
}


@register.simple_tag
def shape(action: str) -> SafeString:
    """The shape of a finding; decoration, because its word always stands beside it."""
    drawing = SafeString(_SHAPES[action])
    return format_html(
        '<svg class="shape shape-{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        action,
        drawing,
    )


@register.filter
def action_word(action: Any) -> str:
    """`block` or Action.BLOCK -> "Block"."""
    return str(WORDS[as_action(action)])


@register.filter
def as_action(action: Any) -> str:
    return action if isinstance(action, str) else action.word


@register.inclusion_tag("ui/verification.html")
def verification(status: str) -> dict[str, Any]:
    """Whether anybody read the source: a badge in words."""
    words, degree = VERIFICATION[str(status)]
    return {"words": words, "degree": degree}


@register.simple_tag
def contacts(service: str) -> tuple[Contact, ...]:
    """The numbers to call, by service; see knowledge, contacts."""
    return contacts_of(service)


@register.simple_tag(takes_context=True)
def language_links(context: Any) -> list[tuple[str, str, str]]:
    """The other languages of this page: code, own name, address. See config.middleware.language_asked."""
    request = context["request"]
    others = [code for code, _name in settings.LANGUAGES if code != get_language()]
    return [(code, _own_name(code), _asking(request, code)) for code in others]


def _own_name(code: str) -> str:
    return str(get_language_info(code)["name_local"]).capitalize()


def _asking(request: HttpRequest, code: str) -> str:
    asked = request.GET.copy()
    asked["lang"] = code
    return f"{request.path}?{asked.urlencode()}"


@register.inclusion_tag("ui/badge.html")
def badge(words: str, tone: str = "plain") -> dict[str, str]:
    """Tones: plain, teal, and the six finding words."""
    return {"words": words, "tone": tone}


@register.inclusion_tag("ui/empty.html")
def empty(words: str, action: str = "", href: str = "") -> dict[str, str]:
    """What will be here, and the one action that fills it."""
    return {"words": words, "action": action, "href": href}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """Every problem of the form, each a link to its field; takes the focus when the page opens."""
    fields = [(form[name], errors) for name, errors in form.errors.items() if name in form.fields]
    return {"fields": fields, "others": form.non_field_errors()}


@register.inclusion_tag("ui/steps.html")
def steps(current: int, *labels: str) -> dict[str, Any]:
    """Where we are in a sequence: "2 of 4" and the names."""
    return {"current": current, "labels": list(enumerate(labels, 1)), "of": len(labels)}


@register.inclusion_tag("ui/progress.html")
def progress(words: str, done: int, of: int) -> dict[str, Any]:
    return {"words": words, "done": done, "of": of}


@register.inclusion_tag("ui/pages.html", takes_context=True)
def pages(context: Any, page: Any, question: str = "") -> dict[str, Any]:
    return {"page": page, "question": question, "request": context["request"]}


@register.simple_tag(takes_context=True)
def rail(context: Any, which: str) -> list[dict[str, Any]]:
    """`clinic`, or `patient` for the stages of the patient in the banner."""
    if which == "clinic":
        return rails.rail(context["request"], rails.CLINIC)
    return rails.rail(context["request"], rails.STAGES, context["banner"].patient.pk)


@register.simple_tag(takes_context=True)
def may(context: Any, route: str) -> bool:
    """Whether this person may open the route: what cannot be done is not offered."""
    return may_open(route, context["request"].roles)


@register.filter
def role_name(role: str) -> Any:
    from reprieve.clinic.accounts.models import Role

    return Role(role).label


@register.filter
def plain_number(value: Any) -> str:
    """78.00000 -> 78; 78.50000 -> 78.5. None stays empty, zero stays zero."""
    return "" if value is None else f"{value.normalize():f}"


@register.simple_tag
def typed_override(typed: Mapping[str, Any], code: str) -> str:
    """The reason typed so far for one finding: nothing typed is lost when the page comes back."""
    return str(typed.get(f"override-{code}", ""))


@register.filter
def at(table: Mapping[str, Any], key: str) -> Any:
    """The value a table holds under a key that is only known here."""
    return table.get(key, "")
