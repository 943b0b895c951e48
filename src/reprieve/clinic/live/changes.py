"""Counting changes, in the transaction that makes them, and waking whoever listens once it commits."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.signals import post_save
from django.dispatch import receiver

from reprieve.clinic.live.models import SessionVersion
from reprieve.clinic.session.models import Encounter, SessionEvent

CHANNEL = "reprieve_live"


@receiver(post_save, sender=SessionEvent)
def _charted(sender: Any, instance: SessionEvent, **_: Any) -> None:
    count(clinic_id=instance.clinic_id, encounter_ids=[instance.encounter_id], charted=1)


@receiver(post_save, sender=Encounter)
def _visit_changed(sender: Any, instance: Encounter, **_: Any) -> None:
    count(clinic_id=instance.clinic_id, encounter_ids=[instance.pk], charted=1)


def count(
    *,
    clinic_id: uuid.UUID,
    encounter_ids: Iterable[uuid.UUID],
    charted: int = 0,
    readings: int = 0,
) -> None:
    """Add to the counts of these visits, which are all of one clinic."""
    wanted = sorted(set(encounter_ids))
    rows = SessionVersion.objects.filter(encounter_id__in=wanted)
    changed = rows.update(charted=F("charted") + charted, readings=F("readings") + readings)
    if changed < len(wanted):
        SessionVersion.objects.bulk_create(
            (SessionVersion(encounter_id=pk, clinic_id=clinic_id) for pk in wanted),
            ignore_conflicts=True,
        )
        rows.filter(charted=0, readings=0).update(charted=charted, readings=readings)
    wake()


def wake() -> None:
    """PostgreSQL tells listeners when the transaction commits; SQLite's are woken by its version."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
