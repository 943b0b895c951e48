"""Reasons of the calendar in the words of its pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from reprieve.core.scheduling.booking import Refusal
from reprieve.core.scheduling.course import CourseReason

REASONS: dict[str, Any] = {
    Refusal.PAST: _("This time has passed."),
    Refusal.OFF_STEP: _("Visits begin every 5 minutes from opening."),
    Refusal.OUTSIDE_HOURS: _(
        "The visit does not end before the clinic closes, or begins too early."
    ),
    Refusal.NO_CHAIR: _("No chair is free for so long."),
    Refusal.NO_NURSE: _("No nurse on duty can watch another patient then."),
    Refusal.NO_PRESCRIBER: _("No prescriber is free then."),
    CourseReason.TOO_SOON: _("Sooner after the dose before than the plan allows."),
    CourseReason.BEFORE_ANOTHER: _("Too close before a dose that is booked already."),
    CourseReason.BEYOND_CHECK: _(
        "Somebody first judges the response: book the next dose after that decision."
    ),
    CourseReason.COURSE_COMPLETE: _("All doses of the plan are given or booked."),
    CourseReason.TOO_LATE: _("Later than the plan's interval: the pain may come back before."),
}
CLOSED = _("The clinic is closed on this day.")
URGENT = {
    "emergency": _("Says this may be an emergency"),
    "crisis": _("Thoughts of suicide or self-harm"),
    "pregnancy": _("Pregnant, or may be"),
}
