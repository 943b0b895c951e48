"""What a patient wrote down at one moment. Scores that count go to the questionnaires as well."""

from typing import ClassVar

from django.db import models

from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow


class DiaryEntry(AppendOnly, ClinicalRow):
    """One entry. The id is made by the telephone, so that sending twice is one entry.

    written_at: by the telephone's clock, never later than it arrived.
    average: pain of the last 24 h, as answered; the first of a day is also an NRS answer, which is
        what outcomes read (`counted`). now: pain at that moment. All 0 to 10.
    regions: {region id: 0 to 10} on the figure of `map_version`.
    said: {"sleep": 0-4, "mood": 0-4, "thinking": 0-4, "activity": 0-4, "bladder": [codes],
        "medicines": words, "note": words}; what was not said is missing.
    """

    written_at = models.DateTimeField()
    average = models.PositiveSmallIntegerField(null=True)
    now = models.PositiveSmallIntegerField(null=True)
    counted = models.BooleanField(default=False)
    map_version = models.CharField(max_length=10, blank=True)
    regions = models.JSONField(default=dict)
    said = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-written_at"])]

    def __str__(self) -> str:
        return f"diary {self.written_at:%Y-%m-%d %H:%M}"
