"""The result on paper and by e-mail: the same sections, as plain text."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reprieve import __version__, knowledge
from reprieve.clinic.ui.contacts import contacts
from reprieve.clinic.ui.pdf import render_pdf
from reprieve.core.findings import Action
from reprieve.knowledge.plain import Say
from reprieve.patient.assess.result import Point, Result
from reprieve.patient.learn.text import plain, source_name

SERVICES = {"emergency": ("emergency",), "crisis": ("crisis", "emergency"), "pregnancy": ()}
GROUPS = (
    ((Action.BLOCK,), "first"),
    ((Action.HOLD,), "doctor"),
    ((Action.WARN,), "watch"),
    ((Action.ASK, Action.NOTE), "worth"),
)


def heading_of(group: str) -> str:
    """What each group of points asks for, in plain words."""
    return {
        "first": _("Talk about this first. It often means ketamine is not safe, or has to wait."),
        "doctor": _("A doctor should look at this before anything is planned."),
        "watch": _("Tell the clinic. It changes how they watch you."),
        "worth": _("Worth talking about."),
    }[group]


def groups(result: Result) -> list[tuple[str, tuple[Point, ...]]]:
    """Points by what they ask for, worst first; groups without one left out."""
    shown = [(heading_of(name), result.of(*actions)) for actions, name in GROUPS]
    return [(heading, points) for heading, points in shown if points]


def sections(result: Result) -> list[dict[str, Any]]:
    """The result as headings with lists, for paper and mail."""
    found: list[dict[str, Any]] = []
    if lines := urgent_lines(result):
        found.append({"heading": _("Now"), "items": lines})
    for heading, points in groups(result):
        items = [_line(p) for p in points]
        found.append({"heading": heading, "items": items})
    if result.pain:
        known = [said(o.why) for o in result.pain if o.why]
        found.append({"heading": _("What is known about your kind of pain"), "items": known})
    if result.left_open:
        asked = [said(q.ask) for q in result.left_open]
        found.append({"heading": _("You left open"), "items": asked})
    not_asked = [said(n.text) for n in result.not_asked]
    found.append({"heading": _("What we did not ask"), "items": not_asked})
    return found


def urgent_lines(result: Result) -> list[str]:
    """Who to call, for each urgent answer."""
    services = dict.fromkeys(s for kind in result.urgent for s in SERVICES[kind])
    lines = [
        f"{contact.records[0].name}: {contact.number} ({contact.countries})"
        for service in services
        for contact in contacts(service)
    ]
    if "pregnancy" in result.urgent:
        lines.append(_("Call the team that cares for your pregnancy."))
    return lines


def lead() -> str:
    return _(
        "These are points to talk about with a doctor. They do not say that ketamine is right for you, "
        "or that it is not. They hold no dose."
    )


def as_text(result: Result) -> str:
    """For an e-mail."""
    lists = (
        "\n".join([section["heading"], *(f"- {item}" for item in section["items"])])
        for section in sections(result)
    )
    return "\n\n".join([lead(), *lists, footer()])


def as_pdf(result: Result) -> bytes:
    """Tagged, US Letter."""
    data = {
        "title": _("What to talk about with a doctor"),
        "lead": lead(),
        "language": (get_language() or "en")[:2],
        "sections": sections(result),
        "of": _("of"),
        "footer": footer(),
    }
    return render_pdf("public.typ", data)


def footer() -> str:
    return (
        _("Information, not medical advice. A doctor decides with you.")
        + f" reprieve {__version__}, "
        + _("content")
        + f" {knowledge.VERSION}"
    )


def said(value: Say) -> str:
    return plain(value.in_language(get_language() or "en"))


def _line(point: Point) -> str:
    names = ", ".join(dict.fromkeys(source_name(rule) for rule in point.rules))
    source = f" [{names}]" if names else ""
    return f"{said(point.answer)}. {said(point.why)}{source}"
