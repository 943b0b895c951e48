"""Reading the audit trail."""

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import AuditEvent, ChainHead
from reprieve.clinic.audit.services import seal


def broken_links(clinic: Clinic | None) -> list[int]:
    """Sequence numbers at which the clinic's chain does not hold; empty when it is whole.

    A missing row shows at the one after it; rows cut off at the end show as the head's number.
    """
    broken, previous, expected = [], "", 1
    for event in AuditEvent.objects.filter(clinic=clinic).order_by("sequence").iterator():
        whole = (
            event.sequence == expected
            and event.previous_hash == previous
            and event.hash == seal(event)
        )
        if not whole:
            broken.append(event.sequence)
        previous, expected = event.hash, event.sequence + 1
    head = ChainHead.objects.filter(chain=str(clinic.pk if clinic else "outside")).first()
    if head and (head.hash != previous or head.sequence != expected - 1):
        broken.append(head.sequence)
    return broken
