"""Whose devices a feed serves."""

import uuid

from reprieve.clinic.accounts.models import Clinic


class WhichClinic(Exception):
    """It is not clear whose devices these are."""


def clinic_of_feed(named: str) -> Clinic:
    """The clinic the settings name, or the only one there is. Raises WhichClinic."""
    if named:
        try:
            return Clinic.objects.get(pk=uuid.UUID(named))
        except (ValueError, Clinic.DoesNotExist):
            raise WhichClinic("REPRIEVE_FEED_CLINIC is no clinic of this installation.") from None
    clinics = list(Clinic.objects.all()[:2])
    if len(clinics) != 1:
        raise WhichClinic("There is not exactly one clinic: set REPRIEVE_FEED_CLINIC to its id.")
    return clinics[0]
