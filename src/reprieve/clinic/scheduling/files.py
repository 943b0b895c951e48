"""Calendar files and feeds. Who finds a telephone reads no name and no treatment in them."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from reprieve.clinic.accounts.models import Clinic, User
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.scheduling.models import Appointment, CalendarFeed
from reprieve.clinic.scheduling.rules import rules_of
from reprieve.core.scheduling.ical import CalendarEvent, calendar_text

FEED_BACK, FEED_AHEAD = timedelta(days=30), timedelta(days=365)  # project_default


def video_url(row: Appointment) -> str:
    """Where the video visit is: the clinic's template with a room nobody can guess; empty for others."""
    template = rules_of(row.clinic).video_url
    return template.replace("{room}", row.room_key) if row.video and template else ""


def calendar_file(rows: Iterable[Appointment], *, for_patient: bool) -> HttpResponse:
    events = [event_of(row, for_patient=for_patient) for row in rows]
    answer = HttpResponse(calendar_text(events), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="visit.ics"'
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def event_of(row: Appointment, *, for_patient: bool) -> CalendarEvent:
    """For the patient: the clinic's name alone. For staff: initials, chair and kind."""
    with override(row.patient.language if for_patient else row.clinic.language):
        summary = _("Appointment at %(clinic)s") % {"clinic": row.clinic}
        if not for_patient:
            initials = f"{row.patient.given_names[:1]}{row.patient.family_name[:1]}".upper()
            where = _("chair %(chair)s") % {"chair": row.chair} if row.chair else _("talk")
            summary = f"{initials}, {row.encounter.get_kind_display()}, {where}"
    return CalendarEvent(
        uid=f"{row.pk}@reprieve",
        starts_at=row.expected_at,
        ends_at=row.leaves_at,
        changed_at=timezone.now(),
        summary=summary,
        location="" if row.video else str(row.clinic),
        url=video_url(row),
        revision=row.revision,
        cancelled=row.status == Appointment.Status.CANCELLED,
    )


@transaction.atomic
def make_feed(
    *, clinic: Clinic, by: Actor, user: User | None = None, patient: Patient | None = None
) -> str:
    """A new secret for the feed of a person or a patient; the one before opens no more."""
    mine = CalendarFeed.objects.for_clinic(clinic).filter(user=user, patient=patient)
    mine.filter(revoked_at=None).update(revoked_at=timezone.now())
    secret = secrets.token_urlsafe(32)
    row = CalendarFeed.objects.create(
        clinic=clinic, user=user, patient=patient, key_hash=_hash(secret)
    )
    pk = patient.pk if patient else None
    audit(row, action=Action.CREATE, by=by, patient_id=pk, detail={"feed": True})
    return secret


def find_feed(secret: str) -> CalendarFeed | None:
    """The standing feed of a secret; of somebody who still works there."""
    rows = CalendarFeed.objects.filter(key_hash=_hash(secret), revoked_at=None)
    feed = rows.select_related("clinic", "user", "patient").first()
    if feed and feed.user:
        works = feed.user.memberships.current().filter(clinic=feed.clinic).exists()
        return feed if works else None
    return feed


def feed_rows(feed: CalendarFeed) -> list[Appointment]:
    """A year ahead and a month back, with what was cancelled, so that calendars take it out."""
    now = timezone.now()
    rows = Appointment.objects.for_clinic(feed.clinic).filter(
        starts_at__gte=now - FEED_BACK, starts_at__lt=now + FEED_AHEAD
    )
    if feed.patient:
        rows = rows.filter(patient=feed.patient)
    found = rows.select_related("clinic", "patient", "encounter").order_by("starts_at")
    return list(found)


def _hash(secret: str) -> str:
    key = hashlib.sha256(b"calendar feed" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()
