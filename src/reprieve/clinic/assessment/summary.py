"""The signed assessment as a page of paper."""

from typing import Any

from django.utils.translation import gettext as _

from reprieve.clinic.assessment.models import Assessment
from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.ui.pdf import finding_on_paper, signature, summary_pdf

SERIOUS = ("block", "hold", "warn")


def assessment_pdf(banner: Banner, row: Assessment) -> bytes:
    """Decision first, then what speaks against, then what is not known, then notes."""
    reasons = {o["code"]: o["reason"] for o in row.overrides}
    parts = {
        _("Speaks against, or needs care"): [f for f in row.findings if f["action"] in SERIOUS],
        _("What is known for this pain, and notes"): [
            f for f in row.findings if f["action"] == "note"
        ],
    }
    asked = [f["message"] for f in row.findings if f["action"] == "ask"]
    sections: list[dict[str, Any]] = [
        {"heading": _("Decision"), "facts": _facts(row)},
        *(
            {
                "heading": heading,
                "findings": [finding_on_paper(f, reasons.get(f["code"], "")) for f in found],
            }
            for heading, found in parts.items()
            if found
        ),
    ]
    if asked:
        rows = [[text] for text in asked]
        sections.append(
            {
                "heading": _("Not known when this was signed"),
                "table": {"columns": [_("Question")], "rows": rows},
            }
        )
    return summary_pdf(
        banner,
        title=_("Assessment for ketamine"),
        lead=readiness_sentence(row.readiness, row.answered, row.answerable),
        sections=sections,
        signed=signature(row.recorded_by, row.as_of),
    )


def readiness_sentence(readiness: str, n: int, of: int) -> str:
    """`clear` is never "safe": it is what was asked and not found."""
    if readiness == "clear":
        return _("No listed contraindication found, {n} of {of} answered.").format(n=n, of=of)
    from reprieve.clinic.ui.templatetags.look import action_word

    worst = action_word(readiness)
    return _("{worst}. {n} of {of} questions answered.").format(worst=worst, n=n, of=of)


def _facts(row: Assessment) -> list[list[str]]:
    facts = [
        [_("Decision"), row.get_decision_display()],
        [_("Planned route"), row.route],
        [_("Content version"), row.knowledge_version],
    ]
    return facts + ([[_("Note"), row.note]] if row.note else [])
