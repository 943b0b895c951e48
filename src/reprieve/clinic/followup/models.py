"""What is decided after the visit: how the pain answered, and what happens next."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow
from reprieve.clinic.plan.models import CarePlan
from reprieve.core.outcomes.pause import Window


class FollowUpDecision(AppendOnly, ClinicalRow):
    """Repeat, change, pause or stop: decided by a named clinician on the response that was shown.

    response: what `response_since` answered, kept as it was shown.
    """

    class Decision(models.TextChoices):
        REPEAT = "repeat", _("go on as planned")
        CHANGE = "change", _("change the plan")
        PAUSE = "pause", _("planned pause")
        STOP = "stop", _("stop")

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    reason = models.TextField()
    response = models.JSONField(default=dict)
    decided_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-decided_at"])]

    def __str__(self) -> str:
        return f"{self.decision} {self.decided_at:%Y-%m-%d}"


class PlannedPause(AppendOnly, ClinicalRow):
    """A consented delay of the next infusion; its day was drawn when this row was written.

    due_on: when the infusion would have been given. earliest_days, latest_days: the window after it.
    seed, drawn_days: the lot, which anybody can draw again. rescue_points: pain on two diary days from
    which the infusion may come early.
    """

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="pauses")
    consented_on = models.DateField()
    due_on = models.DateField()
    earliest_days = models.PositiveSmallIntegerField()
    latest_days = models.PositiveSmallIntegerField()
    rescue_points = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField(editable=False)
    drawn_days = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-due_on"])]

    def __str__(self) -> str:
        return f"{self.due_on} + {self.drawn_days} d"

    @property
    def drawn_on(self) -> date:
        """The day of the infusion, by lot."""
        return self.due_on + timedelta(days=self.drawn_days)

    @property
    def window(self) -> Window:
        return Window(earliest=self.earliest_days, latest=self.latest_days)


class CheckDone(AppendOnly, ClinicalRow):
    """A check by exposure that was done, and what came out. check: id of the fact (`srv_…`)."""

    class Result(models.TextChoices):
        AS_EXPECTED = "as_expected", _("nothing found")
        ABNORMAL = "abnormal", _("something found")
        DECLINED = "declined", _("the patient declined")

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="checks")
    check_id = models.CharField(max_length=60)
    done_on = models.DateField()
    result = models.CharField(max_length=20, choices=Result.choices)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "-done_on"])]

    def __str__(self) -> str:
        return f"{self.check_id} {self.done_on}"


class WorkNote(AppendOnly, ClinicalRow):
    """Somebody looked at an item of the work list and wrote what was decided.

    item: the item's key, which changes when the same thing happens anew.
    """

    item = models.CharField(max_length=120)
    note = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "item"], name="one_note_settles_an_item")
        ]

    def __str__(self) -> str:
        return self.item
