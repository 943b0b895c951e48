"""Writing the directory. Each act is one transaction with its row in the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.directory.models import Claim, Listing, ProblemReport, VettingEntry
from reprieve.clinic.directory.selectors import vetting_of
from reprieve.clinic.directory.words import Item, Status

VISITOR = Actor(user=None, clinic=None)  # strangers: neither name nor address enters the trail


@transaction.atomic
def add_listing(
    *, fields: Mapping[str, Any], claims: Sequence[Item] = (), invented: bool = False, by: Actor
) -> Listing:
    """A new listing; `claims` are items its source states of it, verified by nobody."""
    listing = Listing.objects.create(**fields, invented=invented)
    audit(listing, action=Action.CREATE, by=by, detail={"fields": sorted(fields)})
    for item in claims:
        record_item(listing, item=item, status=Status.CLAIMED, how="", by=by, said_by=listing.name)
    return listing


@transaction.atomic
def change_listing(listing: Listing, *, fields: Mapping[str, Any], by: Actor) -> list[str]:
    """The names of the fields that changed; the row before stays in its history."""
    changed = [name for name, value in fields.items() if getattr(listing, name) != value]
    for name in changed:
        setattr(listing, name, fields[name])
    if changed:
        listing.save()
        audit(listing, action=Action.UPDATE, by=by, detail={"fields": sorted(changed)})
    return changed


@transaction.atomic
def record_item(
    listing: Listing, *, item: Item, status: Status, how: str, by: Actor, said_by: str = ""
) -> VettingEntry:
    """Add what is known of one vetting item now, and count the verified ones anew.

    how: what was looked at; needed to verify. said_by: who is named on the page, else who acts.
    Raises ValueError: an item verified by nobody, or without saying how.
    """
    if status == Status.VERIFIED and not (by.user and how.strip()):
        raise ValueError("who verifies, and what was looked at, must be said")
    Listing.objects.select_for_update().get(pk=listing.pk)
    entry = VettingEntry.objects.create(
        listing=listing,
        item=item,
        status=status,
        how=how.strip(),
        by=by.user,
        by_name=said_by or str(by.user or ""),
    )
    listing.verified = sum(known.status == Status.VERIFIED for known in vetting_of(listing))
    Listing.objects.filter(pk=listing.pk).update(verified=listing.verified)
    audit(listing, action=Action.SIGN, by=by, detail={"item": item.value, "status": status.value})
    return entry


@transaction.atomic
def send_claim(listing: Listing, *, fields: Mapping[str, Any]) -> Claim:
    claim = Claim.objects.create(listing=listing, **fields)
    audit(claim, action=Action.CREATE, by=VISITOR)
    return claim


@transaction.atomic
def confirm_claim(claim: Claim) -> None:
    """Somebody opened the link sent to the listing's own address. A second time changes nothing."""
    done = Claim.objects.filter(pk=claim.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    if done:
        audit(claim, action=Action.UPDATE, by=VISITOR, detail={"fields": ["confirmed_at"]})


@transaction.atomic
def settle_claim(claim: Claim, *, accepted: bool, outcome: str, by: Actor) -> bool:
    """Accept: the items named become claimed, unless they stand verified. False when settled before."""
    if not _settle(claim, by=by, outcome=outcome, accepted=accepted):
        return False
    named = set(claim.items) if accepted else set()
    for known in vetting_of(claim.listing):
        if known.item.value in named and known.status == Status.UNKNOWN:
            record_item(
                claim.listing,
                item=known.item,
                status=Status.CLAIMED,
                how="",
                by=by,
                said_by=claim.listing.name,
            )
    return True


@transaction.atomic
def send_problem(listing: Listing, *, kind: str, text: str) -> ProblemReport:
    report = ProblemReport.objects.create(listing=listing, kind=kind, text=text)
    audit(report, action=Action.CREATE, by=VISITOR, detail={"kind": kind})
    return report


@transaction.atomic
def settle_problem(report: ProblemReport, *, outcome: str, by: Actor) -> bool:
    """False when somebody settled it before."""
    return _settle(report, by=by, outcome=outcome)


def _settle(row: Claim | ProblemReport, *, by: Actor, outcome: str, **more: Any) -> bool:
    values = {"settled_at": timezone.now(), "settled_by": by.user, "outcome": outcome, **more}
    done = type(row).objects.filter(pk=row.pk, settled_at=None).update(**values)
    if done:
        audit(row, action=Action.UPDATE, by=by, detail={"fields": sorted(values)})
    return bool(done)
