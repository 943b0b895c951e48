"""A follow-up decision as one page of paper."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.followup.picture import table
from reprieve.clinic.followup.selectors import Trajectory
from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.ui.pdf import signature, summary_pdf


def decision_pdf(banner: Banner, row: FollowUpDecision, course: Trajectory | None) -> bytes:
    """Decision and reason, the response as it was shown, the newest scores."""
    shown = row.response
    baseline, now = shown.get("baseline_pain"), shown.get("pain")
    facts = [
        [_("Decision"), row.get_decision_display()],
        [_("Reason"), row.reason or "–"],
        [_("Response"), _response_words(shown.get("status", ""))],
        [_("Because"), "; ".join(shown.get("reasons", ()))],
        [_("Rule"), f"{shown.get('rule')} " + _("(recalled, not verified)")],
        [_("Pain before"), f"{baseline:.1f} / 10" if baseline is not None else _("missing")],
        [_("Pain at the decision"), f"{now:g} / 10" if now is not None else _("missing")],
        [_("Infusions in the course"), str(shown.get("infusions", "–"))],
    ]
    sections: list[dict[str, Any]] = [{"heading": _("Decision"), "facts": facts}]
    if course:
        sections.append({"heading": _("Scores, newest first"), "table": _scores(course)})
    return summary_pdf(
        banner,
        title=_("Follow-up"),
        lead=_("A change in one person is not proof of an effect."),
        sections=sections,
        signed=signature(row.recorded_by, row.decided_at),
    )


def _response_words(status: str) -> str:
    return {
        "responded": _("responded by the rule"),
        "not_responded": _("did not respond by the rule"),
    }.get(status, "–")


def _scores(course: Trajectory) -> dict[str, Any]:
    rows = [
        [
            date_format(row["on"], "SHORT_DATE_FORMAT"),
            f"{row['pain']:g}" if "pain" in row else "–",
            f"{row['function']:.1f}" if "function" in row else "–",
            _("infusion") if row.get("infusion") else "",
        ]
        for row in table(course)[:24]
    ]
    columns = [_("Day"), _("Pain 0-10"), "PEG", ""]
    return {"columns": columns, "rows": rows or [[f"{timezone.localdate()}", "–", "–", ""]]}
