"""Messages both ways. What a patient attaches is judged by its first bytes, not by its name."""

import uuid
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.models import Attachment, PortalMessage
from reprieve.clinic.patients.models import Patient, Source
from reprieve.core.problems import Problem, UnusableInput

LONGEST = 4000  # characters; project_default
LARGEST_BYTES, MOST_FILES = 5_000_000, 3  # project_default
MOST_A_DAY = 20  # messages of one patient; project_default
STARTS = {  # how each kind of file begins
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"%PDF-": ("application/pdf", ".pdf"),
}


@transaction.atomic
def write_message(
    *,
    patient: Patient,
    text: str,
    by: Actor,
    topic: str = PortalMessage.Topic.CLINIC,
    files: list[Any] | None = None,
    message_id: uuid.UUID | None = None,
) -> PortalMessage:
    """A patient writes. The same form twice is one message.

    Raises UnusableInput: nothing written, too long, a file that is not a JPEG, PNG or PDF, too large
    or too many.
    """
    mine = PortalMessage.objects.for_clinic(patient.clinic)
    if message_id and (standing := mine.filter(pk=message_id, patient=patient).first()):
        return standing
    problems = _problems(text, files or [])
    if message_id and mine.filter(pk=message_id).exists():
        problems.append(Problem("id_text", _("Please open the page again and send it once more.")))
    if problems:
        raise UnusableInput(problems)
    row = PortalMessage(
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        source=Source.PATIENT,
        topic=topic,
        from_patient=True,
        text=text.strip(),
    )
    row.pk = message_id or row.pk
    row.save(force_insert=True)
    for file in files or []:
        _keep(row, file, by)
    audit(row, action=Action.CREATE, by=by, detail={"topic": topic, "files": len(files or [])})
    return row


@transaction.atomic
def answer_message(message: PortalMessage, *, text: str, by: Actor) -> PortalMessage:
    """Staff answer; an empty text says that it was read and needs no answer.

    Raises UnusableInput: somebody answered meanwhile, or it is too long.
    """
    problems = []
    if len(text) > LONGEST:
        problems.append(Problem("id_text", _("Please shorten it.")))
    if PortalMessage.objects.for_clinic(message.clinic).filter(answers=message).exists():
        problems.append(Problem("id_text", _("Somebody answered meanwhile. Look again.")))
    if problems:
        raise UnusableInput(problems)
    row = PortalMessage.objects.create(
        clinic=message.clinic,
        patient=message.patient,
        recorded_by=by.user,
        topic=message.topic,
        from_patient=False,
        text=text.strip(),
        answers=message,
    )
    audit(row, action=Action.CREATE, by=by, detail={"answered": bool(text.strip())})
    return row


def _problems(text: str, files: list[Any]) -> list[Problem]:
    problems = []
    if not text.strip():
        problems.append(Problem("id_text", _("Write a few words first.")))
    if len(text) > LONGEST:
        problems.append(Problem("id_text", _("Please shorten it.")))
    if len(files) > MOST_FILES:
        problems.append(Problem("id_files", _("Three files at most.")))
    for file in files:
        if file.size > LARGEST_BYTES:
            problems.append(Problem("id_files", _("A file is larger than 5 MB.")))
        elif kind_of(file) is None:
            problems.append(Problem("id_files", _("Only JPEG or PNG pictures and PDF files.")))
    return problems


def kind_of(file: Any) -> tuple[str, str] | None:
    """Media type and ending by content; None for what we do not take."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    return next((kind for mark, kind in STARTS.items() if start.startswith(mark)), None)


def _keep(row: PortalMessage, file: Any, by: Actor) -> None:
    found = kind_of(file)
    assert found is not None
    media_type, ending = found
    kept = Attachment(
        clinic=row.clinic,
        patient=row.patient,
        recorded_by=by.user,
        source=Source.PATIENT,
        message=row,
        name=f"{PurePath(file.name).stem[:100] or 'file'}{ending}",
        media_type=media_type,
    )
    kept.file.save(f"x{ending}", ContentFile(file.read()), save=False)
    kept.save(force_insert=True)
