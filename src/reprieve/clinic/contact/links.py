"""Making, finding and opening a link. Whoever holds the secret may do one thing for one patient."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from reprieve import knowledge
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.models import SentLink
from reprieve.clinic.contact.policy import LINK_LASTS, LINK_OPENS, policy_of
from reprieve.clinic.contact.senders import channels, deliver
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.session.models import Encounter
from reprieve.core.problems import Problem, UnusableInput

Purpose = SentLink.Purpose
FOLLOW_UP = "FOLLOW_UP"  # side effects and medicines: our own few questions
BY_LINK = ("PEG", "PGIC", FOLLOW_UP, "BLADDER", "GAD-7", "PHQ-9")
NEEDS_RESPONDER = ("PHQ-9",)


class Refusal(StrEnum):
    """Why a link did not open. The visitor hears no more than this."""

    UNKNOWN = "unknown"  # mistyped, tampered with, never ours
    EXPIRED = "expired"
    USED = "used"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Made:
    """A link as sent. address: shown once, kept nowhere. sent: whether a back end took it."""

    link: SentLink
    path: str
    sent: bool


def questionnaires_for(patient: Patient) -> tuple[str, ...]:
    """What may go out by link: PHQ-9 only where somebody answers within a named time."""
    rules = policy_of(patient.clinic)
    urgent = bool(rules and rules.answers_urgent)
    return tuple(q for q in BY_LINK if urgent or q not in NEEDS_RESPONDER)


@transaction.atomic
def send_link(
    *,
    patient: Patient,
    purpose: str,
    channel: str,
    origin: str,
    by: Actor,
    questionnaires: tuple[str, ...] = (),
    visit: Encounter | None = None,
) -> Made:
    """Make a link and send it. origin: scheme and host the patient will use.

    Raises UnusableInput with what is missing: a channel, an address, a questionnaire.
    """
    address = {"email": patient.email, "sms": patient.phone}.get(channel, "")
    problems = []
    if purpose not in Purpose.values:
        problems.append(Problem("id_purpose", _("Choose what the link is for.")))
    if channel not in channels() or not address:
        problems.append(Problem("id_channel", _("There is no way to reach the patient by this.")))
    if purpose == Purpose.QUESTIONNAIRE and not questionnaires:
        problems.append(Problem("id_questionnaires", _("Choose at least one questionnaire.")))
    if purpose == Purpose.CONFIRMATION and (visit is None or visit.patient_id != patient.pk):
        problems.append(Problem("id_purpose", _("There is no visit to confirm.")))
    if set(questionnaires) - set(questionnaires_for(patient)):
        problems.append(Problem("id_questionnaires", _("This one is not sent by link here.")))
    if problems:
        raise UnusableInput(problems)
    link, path = make_link(
        patient=patient,
        purpose=purpose,
        questionnaires=questionnaires,
        visit=visit,
        channel=channel,
        by=by,
    )
    with override(patient.language):
        subject = _("A link from your clinic")
        lines = [
            _("Your clinic sends you a link. It is for you alone; please do not pass it on."),
            origin + path,
            _("Not expected? You can ignore this message, or call the clinic."),
        ]
    sent = deliver(channel, address, subject, "\n\n".join(lines))
    return Made(link=link, path=path, sent=sent)


def make_link(
    *,
    patient: Patient,
    purpose: str,
    by: Actor,
    questionnaires: tuple[str, ...] = (),
    visit: Encounter | None = None,
    channel: str = SentLink.Channel.EMAIL,
) -> tuple[SentLink, str]:
    """The row, and the path with its secret, which is not kept."""
    token = secrets.token_urlsafe(32)
    link = SentLink.objects.create(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        purpose=purpose,
        questionnaires=list(questionnaires),
        about=visit,
        key_hash=_hash(token),
        channel=channel,
        expires_at=timezone.now() + LINK_LASTS[purpose],
        most_uses=LINK_OPENS[purpose],
    )
    audit(link, action=Action.CREATE, by=by, detail={"purpose": purpose})
    return link, reverse("links:open", args=[token])


def find_link(token: str) -> SentLink | None:
    """The row of a secret, whatever its state."""
    rows = SentLink.objects.select_related("clinic", "patient", "patient__clinic")
    return rows.filter(key_hash=_hash(token)).first()  # before a clinic is known


def refusal_of(link: SentLink | None, now: datetime | None = None) -> Refusal | None:
    """Why it may not be opened; None when it may."""
    if link is None:
        return Refusal.UNKNOWN
    if link.revoked_at:
        return Refusal.REVOKED
    if link.finished_at or link.uses >= link.most_uses:
        return Refusal.USED
    if link.expires_at <= (now or timezone.now()):
        return Refusal.EXPIRED
    return None


@transaction.atomic
def open_link(link: SentLink, *, by: Actor) -> Refusal | None:
    """Use it once. Two who open the last use at the same moment: one is refused."""
    if refusal := refusal_of(link):
        return refusal
    rows = SentLink.objects.for_clinic(link.clinic).filter(
        pk=link.pk, uses__lt=F("most_uses"), revoked_at=None, finished_at=None
    )
    if not rows.update(uses=F("uses") + 1):
        return Refusal.USED
    audit(link, action=Action.READ, by=by, detail={"opened": link.purpose})
    return None


def finish_link(link: SentLink, *, by: Actor) -> None:
    """What it was for is done."""
    SentLink.objects.for_clinic(link.clinic).filter(pk=link.pk).update(finished_at=timezone.now())
    audit(link, action=Action.UPDATE, by=by, detail={"finished": True})


@transaction.atomic
def revoke_link(link: SentLink, *, by: Actor) -> None:
    """It opens no more, and what it opened ends now."""
    rows = SentLink.objects.for_clinic(link.clinic).filter(pk=link.pk, revoked_at=None)
    if rows.update(revoked_at=timezone.now()):
        audit(link, action=Action.UPDATE, by=by, detail={"revoked": True})


def title_of(questionnaire: str) -> str:
    """As staff and patients read it."""
    if questionnaire == FOLLOW_UP:
        return _("Side effects and medicines")
    return next(q.title for q in knowledge.instruments() if q.id == questionnaire)


def _hash(token: str) -> str:
    key = hashlib.sha256(b"sent link" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()
