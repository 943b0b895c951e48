"""A consent as signed, on paper."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.plan.models import Consent
from reprieve.clinic.ui.pdf import signature, summary_pdf


def consent_pdf(banner: Banner, row: Consent) -> bytes:
    """The exact text with its fingerprint, who signed it, who witnessed it, who recorded it."""
    facts = [
        [_("Signed by") if row.given else _("Withdrawn by"), row.signed_name],
        [_("On"), date_format(row.signed_at, "DATETIME_FORMAT")],
        [_("Version"), row.version],
        [_("Fingerprint of the text"), row.text_sha256],
    ]
    if row.witness:
        facts.insert(2, [_("Witness"), row.witness])
    return summary_pdf(
        banner,
        title=_("Consent as signed") if row.given else _("Consent withdrawn"),
        lead="",
        sections=[{"heading": _("Who and when"), "facts": facts}, *_paragraphs(row.text)],
        signed=signature(row.recorded_by, row.recorded_at),
    )


def _paragraphs(text: str) -> list[dict[str, object]]:
    """The text word for word; a line of the text is a line of the page."""
    rows = [[line] for line in text.splitlines() if line.strip()]
    return [{"heading": _("The text"), "table": {"columns": [_("Word for word")], "rows": rows}}]
