"""What the monitor says, beside the session."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reprieve.clinic.devices.selectors import monitor as monitor_of
from reprieve.clinic.session.words import PARAMETERS

register = template.Library()
MEAN = (gettext_lazy("Mean"), "mmHg")
TROUBLES = {
    "malformed": gettext_lazy("not a message that can be read"),
    "too_large": gettext_lazy("too large"),
    "not_an_observation": gettext_lazy("no observation"),
    "version": gettext_lazy("unknown HL7 version"),
    "training_data": gettext_lazy("training data"),
    "virtual_device": gettext_lazy("a virtual patient"),
    "no_time": gettext_lazy("a time is missing"),
    "future_time": gettext_lazy("a time in the future"),
    "unknown_device": gettext_lazy("unknown device"),
    "two_devices": gettext_lazy("two devices in one message"),
    "unit": gettext_lazy("the unit does not fit"),
    "not_a_number": gettext_lazy("no number"),
    "code_and_name_differ": gettext_lazy("code and name differ"),
    "control_id_used_again": gettext_lazy("control id used again"),
    "clock": gettext_lazy("the clock is off, in seconds"),
    "implausible": gettext_lazy("a value no body shows"),
    "not_measured": gettext_lazy("marked as not measured"),
    "converted": gettext_lazy("unit converted"),
    "time_without_zone": gettext_lazy("no time zone: the clinic's is taken"),
    "pulse_as_heart_rate": gettext_lazy("pulse rate as heart rate"),
    "no_session": gettext_lazy("no running session in its chair"),
    "duplicate": gettext_lazy("sent again"),
    "not_kept": gettext_lazy("could not be kept"),
}


@register.filter
def trouble_word(trouble: str) -> Any:
    return TROUBLES[trouble]


@register.filter
def device_parameter(name: str) -> Any:
    return (MEAN if name == "mean_mmhg" else PARAMETERS[name])[0]


@register.filter
def device_unit(name: str) -> str:
    return (MEAN if name == "mean_mmhg" else PARAMETERS[name])[1]


@register.simple_tag
def seconds_ago(now: datetime, at: datetime) -> str:
    """How long ago, in the unit that says it best."""
    seconds = max(0, round((now - at).total_seconds()))
    if seconds < 120:
        return _("{n} s ago").format(n=seconds)
    return _("{n} min ago").format(n=seconds // 60)


@register.inclusion_tag("devices/_monitor.html", takes_context=True)
def monitor(context: Any, session: Any) -> dict[str, Any]:
    return {"session": session, "monitor": monitor_of(session), "request": context["request"]}
