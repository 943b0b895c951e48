"""The course on one page of paper, and a letter to the clinician who referred the patient."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve import knowledge
from reprieve.clinic.followup.exposure import given_to
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.followup.picture import picture
from reprieve.clinic.followup.selectors import Judged, Trajectory, list_decisions
from reprieve.clinic.patients.models import Condition, MedicationStatement
from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.plan.summary import protocol_title
from reprieve.clinic.session.words import effects
from reprieve.clinic.ui.pdf import summary_pdf
from reprieve.core.outcomes.response import ResponseStatus

NEWEST_HARMS = 6


def course_page(banner: Banner, course: Trajectory, judged: Judged | None) -> bytes:
    """The picture with what stands beside it on the screen."""
    return summary_pdf(
        banner,
        title=_("Pain over the course"),
        lead=_("A change in one person is not proof of an effect."),
        sections=[*_picture(course), {"heading": _("Response"), "facts": _response(judged)}],
        signed=_printed(""),
    )


def referrer_letter(banner: Banner, course: Trajectory, judged: Judged | None, who: str) -> bytes:
    """What was treated, given and found, what was decided, what to watch for. One page and the picture."""
    decision = list_decisions(banner.patient).first()
    sections: list[dict[str, Any]] = [
        {"heading": _("Treatment"), "facts": _treatment(banner, course)},
        {"heading": _("Response"), "facts": _response(judged)},
        {"heading": _("Decision"), "facts": _decision(decision)},
        {"heading": _("Harm"), "text": _harm(course)},
        {"heading": _("Medicines as charted"), "text": _medicines(banner)},
        {"heading": _("What would stop the course"), "facts": _stop_rules()},
        *_picture(course),
    ]
    return summary_pdf(
        banner,
        title=_("Letter to the referring clinician"),
        lead=_("Low-dose ketamine for chronic pain, off label.")
        + " "
        + _("A change in one person is not proof of an effect."),
        sections=sections,
        signed=_printed(who),
    )


def _treatment(banner: Banner, course: Trajectory) -> list[list[str]]:
    patient = banner.patient
    pain = Condition.objects.for_clinic(patient.clinic).filter(patient=patient, pain=True)
    treated = pain.order_by("-recorded_at").values_list("text", flat=True).first()
    given = [
        g
        for g in given_to(patient.clinic, [patient.pk]).get(patient.pk, [])
        if g.on >= course.plan.start_on and g.amount_mg > 0
    ]
    planned = len(course.plan.proposal.get("course", []))
    facts = [
        [_("For"), treated or _("not recorded")],
        [_("Protocol"), protocol_title(course.plan.protocol)],
        [_("Given"), _("{n} of {planned} visits").format(n=len(given), planned=planned)],
    ]
    if given:
        first, last = (date_format(g.on, "DATE_FORMAT") for g in (given[0], given[-1]))
        amounts = ", ".join(f"{g.amount_mg:.0f}" for g in given)
        facts.append([_("From, to"), f"{first}, {last}"])
        facts.append([_("mg of base each"), f"{amounts} ({given[-1].drug}, {given[-1].route})"])
    return facts


def _response(judged: Judged | None) -> list[list[str]]:
    if judged is None:
        return [[_("Response"), _("no dose yet")]]
    baseline, now = judged.baseline, judged.pain
    met = judged.response.status is ResponseStatus.RESPONDED
    said = (
        _("responded by the rule")
        if met
        else _("too early to judge")
        if judged.too_early
        else _("did not respond by the rule")
    )
    return [
        [_("Response"), said],
        [_("Because"), "; ".join(judged.response.reasons)],
        [_("Pain before"), _("missing") if baseline is None else f"{baseline:.1f} / 10"],
        [
            _("Pain now"),
            _("missing")
            if now is None
            else f"{now.value:g} / 10, {date_format(timezone.localtime(now.at), 'DATE_FORMAT')}",
        ],
        [_("Rule"), f"{judged.rule.statement} ({judged.rule.evidence.source})"],
    ]


def _decision(row: FollowUpDecision | None) -> list[list[str]]:
    if row is None:
        return [[_("Decision"), _("none signed yet")]]
    when = date_format(timezone.localtime(row.decided_at), "DATE_FORMAT")
    return [
        [_("Decision"), f"{row.get_decision_display()}, {row.recorded_by}, {when}"],
        [_("Reason"), row.reason or "–"],
    ]


def _harm(course: Trajectory) -> str:
    words = dict(effects())
    told = []
    for row in course.answers:
        said = [str(words.get(e, e)) for e in row.answers.get("side_effects", [])]
        said += [row.answers["side_effects_text"]] if row.answers.get("side_effects_text") else []
        if said:
            when = date_format(timezone.localtime(row.answered_at), "SHORT_DATE_FORMAT")
            told.append(f"{when}: {', '.join(said)}")
    if not told and not course.harms:
        return _("None charted and none told; nobody may have asked.")
    return "; ".join(told[-NEWEST_HARMS:]) or _("Charted in a session; see its record.")


def _medicines(banner: Banner) -> str:
    rows = MedicationStatement.objects.for_clinic(banner.patient.clinic).filter(
        patient=banner.patient, status=MedicationStatement.Status.ACTIVE
    )
    return ", ".join(str(row) for row in rows.order_by("text")) or _("none charted")


def _stop_rules() -> list[list[str]]:
    return [[c.name, c.stop_rule] for c in knowledge.surveillance() if c.before_course]


def _picture(course: Trajectory) -> list[dict[str, Any]]:
    drawn = picture(course, timezone.localdate())
    if drawn is None:
        return []
    svg = render_to_string("followup/paper.svg", {"picture": drawn})
    said = _(
        "Average pain by day with infusions, own baseline, the lines of 30 and 50 percent less."
    )
    return [{"heading": _("Pain over the course"), "svg": svg, "alt": said}]


def _printed(who: str) -> str:
    when = date_format(timezone.localtime(timezone.now()), "DATETIME_FORMAT")
    if who:
        return _("Printed by {who}, {when}").format(who=who, when=when)
    return _("Printed {when}").format(when=when)
