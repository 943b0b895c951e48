"""The directory's keeper: what waits, and each listing with its items and its history."""

import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reprieve.clinic.audit.services import actor_of, reads
from reprieve.clinic.directory import selectors, services
from reprieve.clinic.directory.forms import ItemForm, ListingForm
from reprieve.clinic.directory.models import Claim, Listing, ProblemReport
from reprieve.clinic.directory.words import Item, Status

A_PAGE = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])


def keeper_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the clinic that keeps the directory; others are told so."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not selectors.keeps_directory(request.clinic):
            return render(request, "directory/not_here.html", {"stage": "directory"}, status=403)
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@keeper_only
@reads("directory queue")
def queue(request: HttpRequest) -> HttpResponse:
    """Claims and reports that wait, oldest first; then the listings."""
    wanted = request.GET.get("q", "").strip()
    found = Listing.objects.order_by("name", "pk")
    if wanted:
        found = found.filter(name__icontains=wanted) | found.filter(city__icontains=wanted)
    context = {
        "stage": "directory",
        "claims": selectors.open_claims(),
        "problems": selectors.open_problems(),
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "question": wanted,
    }
    return render(request, "directory/queue.html", context)


@form_page
@keeper_only
@reads("directory claim")
def claim(request: HttpRequest, claim_id: uuid.UUID) -> HttpResponse:
    """One claim: who says what, and whether the listing's own address confirmed it."""
    row = get_object_or_404(Claim.objects.select_related("listing", "settled_by"), pk=claim_id)
    problem = ""
    if request.method == "POST":
        outcome, verdict = (
            request.POST.get("outcome", "").strip()[:300],
            request.POST.get("verdict"),
        )
        if verdict not in ("accept", "refuse"):
            problem = _("Choose whether to accept it.")
        elif verdict == "refuse" and not outcome:
            problem = _("Say why it is refused.")
        else:
            done = services.settle_claim(
                row, accepted=verdict == "accept", outcome=outcome, by=actor_of(request)
            )
            _tell(request, done)
            return redirect("directory:listing", row.listing_id)
    said = [Item(code).label for code in row.items]
    context = {"stage": "directory", "claim": row, "said": said, "problem": problem}
    return render(request, "directory/claim.html", context, status=422 if problem else 200)


@require_POST
@keeper_only
def problem(request: HttpRequest, report_id: uuid.UUID) -> HttpResponse:
    """Settle a report, saying what was done."""
    row = get_object_or_404(ProblemReport, pk=report_id)
    outcome = request.POST.get("outcome", "").strip()[:300]
    if outcome:
        _tell(request, services.settle_problem(row, outcome=outcome, by=actor_of(request)))
    else:
        messages.warning(request, _("Say what was done about it."))
    return redirect("directory:queue")


def _tell(request: HttpRequest, done: bool) -> None:
    if done:
        messages.success(request, _("Settled."))
    else:
        messages.warning(request, _("Somebody settled it before you. Nothing was changed."))


@form_page
@keeper_only
def add(request: HttpRequest) -> HttpResponse:
    form = ListingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = services.add_listing(fields=form.values(), by=actor_of(request))
        messages.success(request, _("Saved."))
        return redirect("directory:listing", row.pk)
    context = {"stage": "directory", "form": form}
    return render(request, "directory/add.html", context, status=422 if form.errors else 200)


@form_page
@keeper_only
@reads("directory listing")
def listing(request: HttpRequest, listing_id: uuid.UUID) -> HttpResponse:
    """Change a listing; beside it its items and how it was."""
    row = get_object_or_404(Listing, pk=listing_id)
    form = ListingForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        fresh = Listing.objects.get(pk=row.pk)  # the form has written into the other already
        services.change_listing(fresh, fields=form.values(), by=actor_of(request))
        messages.success(request, _("Saved."))
        return redirect("directory:listing", row.pk)
    return _show(request, row, form, ItemForm(), 422 if form.errors else 200)


@require_POST
@keeper_only
def item(request: HttpRequest, listing_id: uuid.UUID) -> HttpResponse:
    """Write down what is known of one vetting item, under one's own name."""
    row = get_object_or_404(Listing, pk=listing_id)
    form = ItemForm(request.POST)
    if not form.is_valid():
        return _show(request, row, ListingForm(instance=row), form, 422)
    services.record_item(
        row,
        item=Item(form.cleaned_data["item"]),
        status=Status(form.cleaned_data["status"]),
        how=form.cleaned_data["how"],
        by=actor_of(request),
    )
    messages.success(request, _("Saved."))
    return redirect("directory:listing", row.pk)


def _show(
    request: HttpRequest, row: Listing, form: ListingForm, item_form: ItemForm, status: int
) -> HttpResponse:
    context = {
        "stage": "directory",
        "listing": row,
        "form": form,
        "item_form": item_form,
        "known": selectors.vetting_of(row),
        "versions": _versions(row),
        "entries": row.vetting.order_by("-at", "-pk"),
    }
    return render(request, "directory/listing.html", context, status=status)


def _versions(row: Listing) -> list[tuple[Any, list[tuple[str, Any, Any]]]]:
    """Each version, newest first, with what it changed: field, before, after."""
    rows = list(row.history.select_related("history_user").order_by("-history_date", "-pk"))
    shown = []
    for newer, older in zip(rows, [*rows[1:], None], strict=True):
        changes = newer.diff_against(older).changes if older else []
        told = [
            (row._meta.get_field(c.field).verbose_name, c.old, c.new)
            for c in changes
            if c.field != "changed_at"
        ]
        shown.append((newer, told))
    return shown
