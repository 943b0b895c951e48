"""Condition."""

from reprieve.core.patient import Condition, ConditionStatus, Ignored
from reprieve.core.reading import Reader
from reprieve.core.snapshot import STATUSES
from reprieve.fhir.elements import code_of, codings, day_of

SUSPECTED = ("unconfirmed", "provisional", "differential")


def from_fhir(resource: Reader, path: str) -> Condition | Ignored:
    """A diagnosis. Refuted is absent, entered-in-error is ignored, resolved is history."""
    verification = code_of(resource, "verificationStatus")
    clinical = code_of(resource, "clinicalStatus")
    found, text = codings(resource, "code")
    if verification == "entered-in-error":
        return Ignored(path, "Condition: entered in error")
    if not found and not text:
        return Ignored(path, "Condition without a code or a text")
    return Condition(
        codings=found,
        text=text,
        status=_status(resource, clinical, verification),
        path=path,
        on=day_of(resource, "onsetDateTime", "recordedDate"),
    )


def _status(resource: Reader, clinical: str | None, verification: str | None) -> ConditionStatus:
    """Without a clinical status an abatement makes it history, and nothing makes it active."""
    if verification == "refuted":
        return ConditionStatus.REFUTED
    ended = resource.has("abatementDateTime") or resource.has("abatementString")
    silent = ConditionStatus.HISTORY if ended else ConditionStatus.ACTIVE
    status = STATUSES.get(clinical or "", silent)
    if status is ConditionStatus.ACTIVE and verification in SUSPECTED:
        return ConditionStatus.SUSPECTED
    return status
