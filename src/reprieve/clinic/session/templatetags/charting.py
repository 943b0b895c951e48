"""Words and ages of the session screen."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.translation import gettext as _

from reprieve.clinic.session import words
from reprieve.core.session.advisories import Advisory
from reprieve.core.session.events import EventKind

register = template.Library()


@register.filter
def kind_word(kind: str) -> Any:
    return words.KINDS[EventKind(kind)]


@register.filter
def state_word(state: Any) -> Any:
    return words.STATES[state]


@register.filter
def parameter_word(name: str) -> Any:
    return words.PARAMETERS[name][0]


@register.filter
def parameter_unit(name: str) -> str:
    return words.PARAMETERS[name][1]


@register.filter
def handover_word(why: str) -> Any:
    return words.WHY.get(why, why)


@register.filter
def gait_word(gait: str) -> Any:
    return words.GAIT.get(gait, gait)


@register.filter
def says(advisory: Advisory) -> str:
    return words.advisory_in_words(advisory)


@register.filter
def tone(advisory: Advisory) -> str:
    return words.TONES[advisory.priority]


@register.filter
def stars(advisory: Advisory) -> str:
    return words.STARS[advisory.priority]


@register.filter
def owner_word(advisory: Advisory) -> Any:
    return words.OWNERS[advisory.owner]


@register.filter
def in_words(payload: dict[str, Any]) -> str:
    return words.event_in_words(payload)


@register.filter
def clock(span: timedelta | None) -> str:
    """0:27 for twenty-seven minutes; empty for nothing."""
    if span is None:
        return ""
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


@register.simple_tag
def age(now: datetime, then: datetime | None) -> str:
    """How long ago, or how soon, in minutes."""
    if then is None:
        return ""
    minutes = round((now - then).total_seconds() / 60)
    if abs(minutes) >= 240:
        return ""
    return (
        _("{n} min ago").format(n=minutes)
        if minutes > 0
        else _("in {n} min").format(n=-minutes)
        if minutes < 0
        else _("now")
    )


@register.simple_tag
def fresh_id() -> str:
    """An id for one form: sending the form twice is one event."""
    return str(uuid.uuid4())


@register.filter
def unlocal(value: Any) -> str:
    """A coordinate, with a point whatever the language."""
    return str(value)


@register.filter
def add_to(value: float, more: float) -> float:
    return value + more


@register.filter
def percent(share: float) -> str:
    """A belief from 0 to 1 as whole percent; never "0" or "100", which no model can say."""
    return "< 1" if share < 0.01 else "> 99" if share > 0.99 else f"{100 * share:.0f}"


@register.filter
def seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f}"


@register.filter
def of(values: dict[str, str], key: str) -> str:
    return values.get(key, "")


@register.filter
def whole(share: float) -> str:
    """A counted share as whole percent: 0 of 20 is 0."""
    return f"{100 * share:.0f}"
