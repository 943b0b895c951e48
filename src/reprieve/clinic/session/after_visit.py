"""What the patient takes home: what was given, how it went, what to do and not to do, whom to call."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.session.selectors import Live
from reprieve.clinic.ui.contacts import contacts
from reprieve.clinic.ui.pdf import summary_pdf
from reprieve.core.session.events import EventKind, in_force


def after_visit_pdf(banner: Banner, live: Live) -> bytes:
    """One or two pages in the patient's own language, in plain words."""
    with override(banner.patient.language):
        return summary_pdf(
            banner,
            title=_("Your visit"),
            lead=_("What was given, what to do now, and when to call."),
            sections=_sections(live),
            size_pt=12.0,
            signed=_("Printed {when}").format(
                when=date_format(timezone.localtime(live.now), "DATETIME_FORMAT")
            ),
        )


def _sections(live: Live) -> list[dict[str, Any]]:
    emergency, crisis = contacts("emergency")[0].number, contacts("crisis")[0].number
    return [
        {"heading": _("Today"), "facts": _today(live)},
        {"heading": _("What we checked"), "text": _checked(live)},
        {
            "heading": _("Until tomorrow, after a night's sleep"),
            "text": _(
                "Do not drive, cycle in traffic or use machines. Do not sign contracts or decide "
                "important things. Do not drink alcohol. Take no sleeping tablets or sedatives "
                "beyond what is prescribed. Have somebody with you tonight."
            ),
        },
        {
            "heading": _("What may be felt today"),
            "text": _(
                "Tired, light-headed, a dry mouth, a little sick. Vivid dreams. These pass. Get up "
                "slowly. Drink and eat lightly first."
            ),
        },
        {
            "heading": _("Call us"),
            "text": _(
                "If you keep vomiting, still feel strange or unsteady tomorrow, the arm becomes "
                "red, hot or swollen, passing water burns or there is blood, or your mood sinks."
            ),
        },
        {
            "heading": _("Call {number} at once").format(number=emergency),
            "text": _(
                "For chest pain, trouble breathing, the worst headache, a seizure, somebody who "
                "cannot be woken. If you think of ending your life, call or text {crisis} now, or {emergency}."
            ).format(crisis=crisis, emergency=emergency),
        },
        {
            "heading": _("Tomorrow and after"),
            "text": _(
                "We call you one to two days after the visit. Write down your pain each day: it "
                "decides with you whether and when to go on."
            ),
        },
    ]


def _today(live: Live) -> list[list[str]]:
    start = live.observations.started_at
    facts = [
        [_("Day"), date_format(timezone.localtime(start or live.now), "DATE_FORMAT")],
        [_("Medicine"), _("ketamine, {mg} mg").format(mg=f"{live.total_mg:.1f}")],
    ]
    if start:
        times = [start, live.stopped_at]
        said = " – ".join(f"{timezone.localtime(t):%H:%M}" for t in times if t)
        facts.append([_("From and to"), said])
    pain = [r for r in live.observations.readings if r.parameter == "pain_points"]
    own = live.baseline.of("pain_points")
    if own is not None and pain:
        facts.append(
            [
                _("Pain, 0 to 10"),
                _("{own} before, {now} at the end").format(
                    own=f"{own:g}", now=f"{pain[-1].value:g}"
                ),
            ]
        )
    drugs = [
        str(e.payload["drug"]) for e in in_force(live.events) if e.kind is EventKind.DRUG_GIVEN
    ]
    if drugs:
        facts.append([_("Other medicines given"), ", ".join(drugs)])
    return facts


def _checked(live: Live) -> str:
    """The checks patients look for, in the words of what was done."""
    done = [
        _(
            "Before the start we checked who you are, your weight, your blood pressure and what had changed."
        ),
        _("A second person checked the dose and the pump."),
    ]
    sets = sum(e.kind is EventKind.VITALS for e in in_force(live.events))
    done.append(_("During the visit your values were written down {n} times.").format(n=sets))
    if any(e.kind is EventKind.DISCHARGED for e in live.events):
        done.append(_("Before you left, every point on the list for going home was met."))
    return " ".join(done)
