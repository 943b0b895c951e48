"""What a patient is asked for on a day. Read from the record each time: nothing is stored ahead."""

from dataclasses import dataclass
from datetime import date

from reprieve.clinic.contact.links import FOLLOW_UP
from reprieve.clinic.followup.selectors import trajectory
from reprieve.clinic.patients.models import Patient

WEEKLY_FROM_DAY = 7  # PEG asks about the past week: not before one has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class DueQuestionnaires:
    """questionnaires: ids in knowledge. "NRS" is the diary's first question."""

    on: date
    late_days: int
    questionnaires: tuple[str, ...]


def due_questionnaires(patient: Patient, as_of: date) -> DueQuestionnaires | None:
    """What follow-up waits for on a day; None once it was answered, or when nothing is planned."""
    course = trajectory(patient, as_of)
    if course is None or course.due is None:
        return None
    weekly = ("PEG", "PGIC", FOLLOW_UP) if course.due.day >= WEEKLY_FROM_DAY else ()
    return DueQuestionnaires(
        on=course.due.on, late_days=course.due.late_days, questionnaires=("NRS", *weekly)
    )
