"""Find a clinic: a search in the address, a profile, and two things a visitor may send."""

import uuid
from typing import Any

from django.core import signing
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from reprieve.clinic.contact.senders import deliver
from reprieve.clinic.directory import selectors, services
from reprieve.clinic.directory.models import Claim, Listing
from reprieve.clinic.directory.places import Place
from reprieve.clinic.directory.words import OFFERS, Status
from reprieve.core.directory.distance import KM_PER_MILE
from reprieve.core.directory.ranking import STEP_MILES, Candidate
from reprieve.patient import guard
from reprieve.patient.find.forms import (
    LABELS,
    RADII_MILES,
    USUAL_MILES,
    ClaimForm,
    ProblemForm,
    SearchForm,
)
from reprieve.patient.find.maps import draw
from reprieve.patient.public import from_this_site, same_for_all

A_PAGE = 20
_SALT = "directory-claim"
CONFIRM_DAYS = 7  # project_default
EACH_HOUR, ALL_HOUR = 3, 60  # project_default
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@same_for_all
def search(request: HttpRequest) -> HttpResponse:
    """The form; with a place, the clinics around it as list and map."""
    if not request.GET.get("place"):
        return render(request, "find/search.html", _page(SearchForm(), {}))
    form = SearchForm({"radius": USUAL_MILES, **request.GET.dict()})  # shown as it is searched
    found = _found(request, form) if form.is_valid() else {}
    return render(request, "find/search.html", _page(form, found), status=200 if found else 422)


def _page(form: SearchForm, found: dict[str, Any]) -> dict[str, Any]:
    step = {"miles": STEP_MILES, "km": round(STEP_MILES * KM_PER_MILE)}
    return {"form": form, "step": step, "items": len(services.Item), **found}


def _found(request: HttpRequest, form: SearchForm) -> dict[str, Any]:
    asked = form.cleaned_data
    place, miles = asked["place"], asked["radius"]
    wanted = {kind: asked[kind] for kind in OFFERS}
    ranked = selectors.search(place.point, miles * KM_PER_MILE, price_band=asked["price"], **wanted)
    page: Page[Candidate] = Paginator(ranked, A_PAGE).get_page(request.GET.get("page"))
    first = page.start_index()
    rows = [
        (number, listing, way(candidate.distance_km, place), offered(listing, brief=True))
        for number, (candidate, listing) in enumerate(
            selectors.listings_of(page.object_list), first
        )
    ]
    return {
        "place": place,
        "said": _said(len(ranked), miles, place),
        "page": page,
        "rows": rows,
        "map": draw(place, miles * KM_PER_MILE, [(n, row) for n, row, *_rest in rows]),
        "others": [(p.label, _with(request, place=p.label)) for p in form.others],
        "wider": _wider(request, miles),
        "looser": _with(request, **dict.fromkeys((*OFFERS, "price"), "")) if form.narrowed else "",
        "previous": _with(request, page=page.previous_page_number()) if page.has_previous() else "",
        "next": _with(request, page=page.next_page_number()) if page.has_next() else "",
    }


def _said(n: int, miles: int, place: Place) -> str:
    radius = f"{round(miles * KM_PER_MILE)} km" if place.country == "CA" else f"{miles} mi"
    text = ngettext(
        "%(n)s clinic within %(radius)s of %(place)s",
        "%(n)s clinics within %(radius)s of %(place)s",
        n,
    )
    return text % {"n": n, "radius": radius, "place": place.label}


def way(distance_km: float, place: Place) -> str:
    """As people there say it: kilometers in Canada, miles in the US; as the crow flies."""
    far, unit = (distance_km, "km") if place.country == "CA" else (distance_km / KM_PER_MILE, "mi")
    return f"{far:.1f} {unit}" if far < 10 else f"{far:.0f} {unit}"


def offered(listing: Listing, *, brief: bool = False) -> list[tuple[Any, str]]:
    """What the listing offers, in words, by kind."""
    shown = []
    for kind, words in OFFERS.items():
        names = [str(words(code).label) for code in listing.codes(kind)]
        if names and not (brief and kind == "condition"):
            shown.append((LABELS[kind], ", ".join(names)))
    return shown


def _with(request: HttpRequest, **changed: Any) -> str:
    """The search in the address with something changed; the page is given up unless named."""
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _wider(request: HttpRequest, miles: int) -> str:
    further = [m for m in RADII_MILES if m > miles]
    return _with(request, radius=further[0]) if further else ""


@require_safe
def show(request: HttpRequest, listing_id: uuid.UUID) -> HttpResponse:
    """One listing, with how far each vetting item is known."""
    listing = _listing(listing_id)
    known = selectors.vetting_of(listing)
    context = {
        "listing": listing,
        "offered": offered(listing),
        "known": known,
        "verified": sum(k.status == Status.VERIFIED for k in known),
    }
    return render(request, "find/show.html", context)


@csrf_exempt  # from_this_site instead: see public.py
@form_page
def problem(request: HttpRequest, listing_id: uuid.UUID) -> HttpResponse:
    """Say that something on a profile is wrong. Nothing about the visitor is kept."""
    listing = _listing(listing_id)
    form = ProblemForm(request.POST or None)
    if (answer := _refused(request, form)) is None:
        services.send_problem(
            listing, kind=form.cleaned_data["kind"], text=form.cleaned_data["text"]
        )
        return render(request, "find/sent.html", {"listing": listing})
    return _form_page(request, "find/problem.html", listing, form, answer)


@csrf_exempt
@form_page
def claim(request: HttpRequest, listing_id: uuid.UUID) -> HttpResponse:
    """Say that a listing is one's own clinic. A link goes to the address the listing has on file."""
    listing = _listing(listing_id)
    form = ClaimForm(request.POST or None)
    if (answer := _refused(request, form)) is None:
        row = services.send_claim(listing, fields=form.fields_of_claim())
        mailed = _mail_link(request, row)
        return render(
            request, "find/sent.html", {"listing": listing, "mailed": mailed, "claim": row}
        )
    return _form_page(request, "find/claim.html", listing, form, answer)


def _refused(request: HttpRequest, form: Any) -> int | None:
    """The status to show the form with; None when what was sent may be kept."""
    if request.method != "POST":
        return 200
    if not from_this_site(request):
        form.add_error(None, _("That did not work. Wait a moment and send it again."))
        return 400
    if not form.is_valid():
        return 422
    if not guard.may_send(request, "find", each_hour=EACH_HOUR, all_hour=ALL_HOUR):
        form.add_error(None, _("Enough was sent from here this hour. Try again later."))
        return 429
    return None


def _form_page(
    request: HttpRequest, template: str, listing: Listing, form: Any, status: int
) -> HttpResponse:
    context = {"listing": listing, "form": form, "stamp": guard.stamp()}
    return render(request, template, context, status=status)


def _mail_link(request: HttpRequest, row: Claim) -> bool:
    """False without an address on file, or without a mail server."""
    token = signing.dumps(str(row.pk), salt=_SALT)
    address = request.build_absolute_uri(reverse("find:confirm", args=[token]))
    text = _("Somebody says that they speak for %(name)s. If that is so, open this page:") % {
        "name": row.listing.name
    }
    ignore = _("If not, do nothing.")
    return deliver(
        "email",
        row.listing.email,
        _("Your page in the directory"),
        f"{text}\n\n{address}\n\n{ignore}\n",
    )


@csrf_exempt
@form_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: a page with one button, since mail programs open links by themselves."""
    try:
        claim_id = signing.loads(token, salt=_SALT, max_age=CONFIRM_DAYS * 86400)
    except signing.BadSignature:
        return render(request, "find/confirm.html", {"gone": True}, status=410)
    row = get_object_or_404(Claim.objects.select_related("listing"), pk=claim_id)
    if request.method == "POST" and from_this_site(request):
        services.confirm_claim(row)
        return redirect(request.path)
    return render(request, "find/confirm.html", {"claim": row})


def _listing(listing_id: uuid.UUID) -> Listing:
    return get_object_or_404(Listing, pk=listing_id, shown=True)
