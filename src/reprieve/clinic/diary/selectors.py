"""What pages read of the diary. Every query starts from the clinic."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from reprieve.clinic.diary.models import DiaryEntry
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.patients.models import Patient


def list_entries(patient: Patient, at_most: int = 14) -> list[DiaryEntry]:
    """Newest first, by when they were written."""
    rows = DiaryEntry.objects.for_clinic(patient.clinic).filter(patient=patient)
    return list(rows.order_by("-written_at")[:at_most])


def average_given_on(patient: Patient, at: datetime) -> bool:
    """Whether the outcome score of that local day is there, from whomever."""
    day = timezone.localdate(at)
    start = timezone.make_aware(datetime.combine(day, time()))
    return (
        QuestionnaireResponse.objects.for_clinic(patient.clinic)
        .filter(patient=patient, questionnaire="NRS", corrected_by=None)
        .filter(answered_at__gte=start, answered_at__lt=start + timedelta(days=1))
        .exists()
    )
