"""Listings from a file: send it, look at what it would do, confirm or cancel."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.directory import imports
from reprieve.clinic.directory.models import PendingListings
from reprieve.clinic.directory.views import form_page, keeper_only
from reprieve.clinic.directory.words import OFFERS, Item
from reprieve.core.problems import Problem, UnusableInput

SHOWN = 100  # rows before "and so many more"


@form_page
@keeper_only
def upload(request: HttpRequest) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        file = request.FILES.get("table")
        try:
            if file is None:
                raise UnusableInput([Problem("table", _("Choose a file."))])
            return redirect("directory:preview", imports.keep_upload(file, by=actor_of(request)).pk)
        except UnusableInput as unusable:
            problems = unusable.problems
    columns = [(field, ", ".join(names)) for field, names in imports.NAMES.items()]
    codes = [(kind, "; ".join(words.values)) for kind, words in {**OFFERS, "items": Item}.items()]
    context = {"stage": "directory", "problems": problems, "columns": columns, "codes": codes}
    context |= {"needed": imports.NEEDED, "mb": imports.LARGEST_BYTES // 1_000_000}
    return render(request, "directory/import.html", context, status=422 if problems else 200)


@form_page
@keeper_only
@reads("directory import preview")
def preview(request: HttpRequest, pending_id: uuid.UUID) -> HttpResponse:
    """Everything the table would add. Only the person who sent it sees it."""
    imports.drop_expired(request.clinic)
    mine = PendingListings.objects.for_clinic(request.clinic).filter(user=request.user)
    pending = get_object_or_404(mine, pk=pending_id)
    if request.method == "POST" and "cancel" in request.POST:
        imports.cancel_import(pending, by=actor_of(request))
        messages.success(
            request, _("Cancelled. Nothing was added, and the file is gone from here.")
        )
        return redirect("directory:import")
    status = 200
    if request.method == "POST":
        try:
            n = imports.confirm_import(pending, by=actor_of(request))
        except UnusableInput:  # the preview says the same
            status = 422
        else:
            said = ngettext("%(n)s listing added.", "%(n)s listings added.", n) % {"n": n}
            messages.success(request, said)
            return redirect("directory:queue")
    found = imports.preview_of(pending.text)
    context = {
        "stage": "directory",
        "pending": pending,
        "preview": found,
        "rows": found.new[:SHOWN],
        "more": max(0, len(found.new) - SHOWN),
    }
    return render(request, "directory/preview.html", context, status=status)
