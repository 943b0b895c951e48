"""Paper: one typst layout for every summary, tagged for screen readers (PDF/UA-1).

A document is a title, a lead sentence and sections; a section holds one of
`text`, `facts` [[label, value]], `table` {columns, rows} or `findings`; a picture is `svg` with its `alt`.
"""

import json
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reprieve import __version__, knowledge
from reprieve.clinic.patients.selectors import Banner
from reprieve.clinic.ui.templatetags.look import VERIFICATION, action_word

HERE = Path(__file__).parent
LETTER_ZONES = ("America/",)  # where paper is US Letter


def summary_pdf(
    banner: Banner,
    *,
    title: str,
    lead: str,
    sections: list[dict[str, Any]],
    signed: str,
    size_pt: float = 9.5,
) -> bytes:
    """A summary of one signed step about one patient. size_pt: larger for what a patient reads."""
    clinic = banner.patient.clinic
    data = {
        "title": title,
        "size_pt": size_pt,
        "lead": lead,
        "sections": sections,
        "signed": signed,
        "clinic": clinic.name,
        "identity": _identity(banner),
        "paper": "us-letter" if clinic.time_zone.startswith(LETTER_ZONES) else "a4",
        "language": (get_language() or "en")[:2],
        "of": _("of"),
        "footer": _("Reprieve proposes; a named clinician decides.")
        + f" reprieve {__version__}, "
        + _("content")
        + f" {knowledge.VERSION}",
    }
    return render_pdf("summary.typ", data)


def render_pdf(template: str, data: dict[str, Any]) -> bytes:
    """Set a document from ui/print with our own fonts and nothing from the system."""
    import typst

    made: bytes = typst.compile(
        HERE / "print" / template,
        root=HERE,
        font_paths=[HERE / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
    )
    return made


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """Shown in the browser; `name` without its ending."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def finding_on_paper(finding: dict[str, Any], override: str = "") -> dict[str, Any]:
    """A finding, as stored with a signature, for the summary layout."""
    evidence = finding["evidence"]
    read = str(VERIFICATION[evidence["verification"]][0])
    grade = f", {_('grade')} {evidence['grade']}" if evidence["grade"] else ""
    return {
        "word": action_word(finding["action"]),
        "message": finding["message"],
        "because": finding["because"],
        "override": override,
        "override_label": _("Overridden:"),
        "source": f"{evidence['source']}, {evidence['locator']}{grade} ({read})",
    }


def signature(who: Any, at: Any) -> str:
    """Signed electronically by a named person at a time of the clinic's clock."""
    when = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return _("Signed electronically by {who}, {when}").format(who=who, when=when)


def _identity(banner: Banner) -> dict[str, str]:
    born = banner.patient.birth_date
    shown = date_format(born, "DATE_FORMAT") if born else _("not recorded")
    return {
        "name": str(banner.patient),
        "born": f"{_('Born')} {shown}",
        "number": f"{_('No.')} {banner.record_number}" if banner.record_number else "",
    }
