"""Listings from a table: columns by name, every row looked at before one is written."""

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.directory.forms import ListingForm
from reprieve.clinic.directory.models import Listing, PendingListings
from reprieve.clinic.directory.services import add_listing
from reprieve.clinic.directory.words import OFFERS, Item
from reprieve.core.directory.headers import Matched, fold, match_headers
from reprieve.core.problems import Problem, UnusableInput
from reprieve.core.strict_json import too_large, utf8_text

LARGEST_BYTES, MOST_ROWS = 2_000_000, 5000  # project_default
KEPT_HOURS = 24
# Field to the names its column goes by, besides the field's own.
NAMES: dict[str, tuple[str, ...]] = {
    "name": ("clinic", "clinic name", "practice", "nombre"),
    "street": ("address", "street address", "direccion"),
    "city": ("town", "ciudad"),
    "region": ("state", "province", "st", "estado"),
    "postal_code": ("zip", "zip code", "zipcode", "postcode", "codigo postal"),
    "country": ("pais",),
    "latitude": ("lat",),
    "longitude": ("lon", "lng", "long"),
    "phone": ("telephone", "phone number", "telefono"),
    "website": ("url", "web", "site"),
    "email": ("e-mail", "mail", "correo"),
    "price_band": ("price",),
    "condition": ("conditions", "pain"),
    "route": ("routes",),
    "setting": ("settings",),
    "language": ("languages",),
    "items": ("vetting", "claims"),
}
NEEDED = ("name", "city", "region", "postal_code", "country")
COUNTRIES = {"usa": "US", "united states": "US", "canada": "CA", "us": "US", "ca": "CA"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row that can be added, in the shape `add_listing` takes it."""

    number: int
    fields: dict[str, Any]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a table would do. here: rows whose name and code are in the directory already."""

    matched: Matched
    new: tuple[Line, ...] = ()
    here: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def usable(self) -> bool:
        return bool(self.new) and not self.problems


def keep_upload(file: UploadedFile, *, by: Actor) -> PendingListings:
    """Keep a table for the person who sent it. Raises UnusableInput: too large, or not UTF-8."""
    drop_expired(by.clinic)
    if file.size is None or file.size > LARGEST_BYTES:
        raise too_large(LARGEST_BYTES)
    text = utf8_text(file.read(), max_bytes=LARGEST_BYTES)
    if "\0" in text:
        raise UnusableInput([Problem("$", _("holds the character NUL, which is no text"))])
    row = PendingListings.objects.create(
        clinic=by.clinic, user=by.user, name=(file.name or "")[-200:], text=text
    )
    audit(row, action=Action.CREATE, by=by, detail={"characters": len(text)})
    return row


def drop_expired(clinic: Clinic) -> None:
    """A table waits a day at most."""
    too_old = timezone.now() - timedelta(hours=KEPT_HOURS)
    PendingListings.objects.for_clinic(clinic).filter(created_at__lt=too_old).delete()


def preview_of(text: str) -> Preview:
    """Every row read by the form of the directory; all problems, each with its row and column."""
    rows = list(csv.reader(io.StringIO(text)))
    matched = match_headers(rows[0] if rows else [], NAMES, NEEDED)
    if matched.problems:
        return Preview(matched=matched, problems=matched.problems)
    if len(rows) > MOST_ROWS + 1:
        said = Problem("$", _("more than %(n)s rows; send it in parts") % {"n": MOST_ROWS})
        return Preview(matched=matched, problems=(said,))
    known = set(Listing.objects.values_list("name", "postal_code"))
    new, here, problems = [], [], []
    for number, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        given = {f: cells[at].strip() for f, at in matched.columns.items() if at < len(cells)}
        key = (given.get("name", ""), given.get("postal_code", ""))
        if key in known:
            here.append(f"{key[0]}, {key[1]}")
            continue
        known.add(key)
        line, found = _line(number, given)
        problems += found
        if line:
            new.append(line)
    return Preview(matched=matched, new=tuple(new), here=tuple(here), problems=tuple(problems))


def _line(number: int, given: dict[str, str]) -> tuple[Line | None, list[Problem]]:
    data: dict[str, Any] = {**given, "shown": "on"}
    data["country"] = COUNTRIES.get(fold(given.get("country", "")), given.get("country", ""))
    for kind, words in OFFERS.items():
        data[kind] = _codes(given.get(kind, ""), words)
    items = _codes(given.get("items", ""), Item)
    unknown = [code for code in items if code not in Item.values]
    form = ListingForm(data)
    problems = [
        Problem(f"{number}.items", _("“%(x)s” is none of ours") % {"x": c}) for c in unknown
    ]
    for name, errors in form.errors.items():
        problems += [Problem(f"{number}.{name}", str(error)) for error in errors]
    if problems:
        return None, problems
    return Line(number=number, fields=form.values(), items=tuple(map(Item, items))), []


def _codes(cell: str, words: Any) -> list[str]:
    """Codes of a cell parted by ; or |, in any spelling of the codes."""
    named = {fold(code): code for code in words.values}
    parts = [p.strip() for p in cell.replace("|", ";").split(";") if p.strip()]
    return [named.get(fold(part), part) for part in parts]


@transaction.atomic
def confirm_import(pending: PendingListings, *, by: Actor) -> int:
    """Write what the preview shows, whole or not at all; how many. Raises UnusableInput."""
    PendingListings.objects.for_clinic(by.clinic).select_for_update().get(pk=pending.pk)
    shown = preview_of(pending.text)
    if not shown.usable:
        raise UnusableInput(shown.problems or [Problem("$", _("there is nothing to add"))])
    for line in shown.new:
        add_listing(fields=line.fields, claims=line.items, by=by)
    audit(pending, action=Action.UPDATE, by=by, detail={"added": len(shown.new)})
    pending.delete()
    return len(shown.new)


@transaction.atomic
def cancel_import(pending: PendingListings, *, by: Actor) -> None:
    audit(pending, action=Action.UPDATE, by=by, detail={"cancelled": True})
    pending.delete()
