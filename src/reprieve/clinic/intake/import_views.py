"""Import from another system: send a file, look at what it would do, confirm or cancel."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.config.permissions import may_open
from reprieve.clinic.intake.identity import Known
from reprieve.clinic.intake.imports import (
    KEPT_HOURS,
    MODELS,
    Preview,
    cancel_import,
    confirm_import,
    drop_expired,
    keep_upload,
    preview_of,
)
from reprieve.clinic.intake.models import PendingImport
from reprieve.clinic.intake.rows import Row
from reprieve.clinic.patients.models.patient import Sex
from reprieve.clinic.patients.sections import SECTIONS, Column, day
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.strict_json import LARGEST_BYTES

SHOWN = 200  # rows of a section before "and so many more": a page, not a download
VISIT_COLUMNS = (
    Column(label=gettext_lazy("Visit"), value=lambda r: r.text),
    Column(label=gettext_lazy("When"), value=lambda r: day(r.began_at)),
)
COLUMNS = {slug: section.columns for slug, section in SECTIONS.items()} | {"visits": VISIT_COLUMNS}
TITLES = {slug: section.title for slug, section in SECTIONS.items()} | {
    "visits": gettext_lazy("Visits elsewhere")
}


form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def upload(request: HttpRequest) -> HttpResponse:
    """Send a Bundle; what waits from before is listed."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        file = request.FILES.get("bundle")
        try:
            if file is None:
                raise UnusableInput([Problem("bundle", _("Choose a file."))])
            pending = keep_upload(file, by=actor_of(request))
            return redirect("intake:preview", pending.pk)
        except UnusableInput as unusable:
            problems = unusable.problems
    drop_expired(request.clinic)
    waiting = PendingImport.objects.for_clinic(request.clinic).filter(user=request.user)
    context = {
        "stage": "patients",
        "problems": problems,
        "waiting": waiting.defer("text").order_by("-created_at"),
        "hours": KEPT_HOURS,
        "largest_mb": LARGEST_BYTES // 1_000_000,
    }
    return render(request, "intake/import.html", context, status=422 if problems else 200)


@require_safe
@reads("import preview")
def preview(request: HttpRequest, pending_id: uuid.UUID) -> HttpResponse:
    """Everything the file would add, and everything it would not."""
    return _show(request, _pending(request, pending_id))


@form_page
def confirm(request: HttpRequest, pending_id: uuid.UUID) -> HttpResponse:
    pending = _pending(request, pending_id)
    if request.method != "POST":  # where an expired form sends people
        return redirect("intake:preview", pending.pk)
    try:
        patient, added = confirm_import(
            pending, choice=request.POST.get("choice", ""), by=actor_of(request)
        )
    except UnusableInput as unusable:
        return _show(request, pending, unusable.problems)
    n = sum(added.values())
    said = ngettext("Imported: %(n)s entry added.", "Imported: %(n)s entries added.", n) % {"n": n}
    messages.success(request, said)
    opened = "patients:chart" if may_open("patients:chart", request.roles) else "patients:edit"
    return redirect(opened, patient.pk)


@form_page
def cancel(request: HttpRequest, pending_id: uuid.UUID) -> HttpResponse:
    pending = _pending(request, pending_id)
    if request.method != "POST":
        return redirect("intake:preview", pending.pk)
    cancel_import(pending, by=actor_of(request))
    messages.success(request, _("Cancelled. Nothing was added, and the file is gone from here."))
    return redirect("intake:import")


def _pending(request: HttpRequest, pending_id: uuid.UUID) -> PendingImport:
    """Only the person who sent a file sees it."""
    drop_expired(request.clinic)
    mine = PendingImport.objects.for_clinic(request.clinic).filter(user=request.user)
    return get_object_or_404(mine, pk=pending_id)


def _show(
    request: HttpRequest, pending: PendingImport, refused: tuple[Problem, ...] = ()
) -> HttpResponse:
    shown = preview_of(pending, as_of=timezone.localdate())
    context = {
        "stage": "patients",
        "preview": shown,
        "sex": Sex(shown.person.sex.value).label if shown.person else "",
        "refused": [p for p in refused if p not in shown.problems],
        "sections": _sections(shown),
        "is_new": shown.known is Known.NEW,
        "is_unsure": shown.known is Known.UNSURE,
        "converted": [r for r in (*shown.new, *shown.here) if r.converted],
        "differing": [(r, TITLES[r.section]) for r in shown.differs],
    }
    return render(request, "intake/preview.html", context, status=422 if refused else 200)


def _sections(shown: Preview) -> list[dict[str, Any]]:
    """For each section of the chart: how many are new or here already, and the new ones as the chart will show them."""
    found = []
    for slug in MODELS:
        new = [r for r in shown.new if r.section == slug]
        here = sum(r.section == slug for r in shown.here)
        if new or here:
            columns = COLUMNS[slug]
            rows = [_cells(row, columns) for row in new[:SHOWN]]
            found.append(
                {
                    "n": len(new),
                    "more": len(new) - len(rows),
                    "slug": slug,
                    "title": TITLES[slug],
                    "columns": columns,
                    "rows": rows,
                    "here": here,
                }
            )
    return found


def _cells(row: Row, columns: tuple[Column, ...]) -> list[tuple[Column, Any]]:
    """The row as the chart's own columns show it; nothing is written."""
    unsaved = MODELS[row.section](**row.fields)
    return [(column, column.value(unsaved)) for column in columns]
