"""The chart, in FHIR R4's words. A correction keeps what stood before (row history with its reason)."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from reprieve.clinic.audit.append_only import AppendOnly
from reprieve.clinic.patients.models.base import ClinicalRow

ENTERED_IN_ERROR = "entered-in-error"


class ChartRow(ClinicalRow):
    """Something the chart says, in words and in codes.

    codings: [{"system": URI, "code": "…", "display": "…"}], as FHIR; may be empty.
    source_id: the id the row had where it was imported from; a second import finds it again.
    """

    text = models.CharField(_("name"), max_length=300)
    codings = models.JSONField(default=list, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    source_id = models.CharField(max_length=200, blank=True, editable=False)
    history = HistoricalRecords(inherit=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class Condition(ChartRow):
    """FHIR Condition. `pain` marks what the course is meant to help."""

    class ClinicalStatus(models.TextChoices):
        ACTIVE = "active", _("active")
        RECURRENCE = "recurrence", _("recurrence")
        RELAPSE = "relapse", _("relapse")
        REMISSION = "remission", _("in remission")
        INACTIVE = "inactive", _("inactive")
        RESOLVED = "resolved", _("resolved")

    class Verification(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        UNCONFIRMED = "unconfirmed", _("unconfirmed")
        PROVISIONAL = "provisional", _("provisional")
        DIFFERENTIAL = "differential", _("one of several considered")
        REFUTED = "refuted", _("ruled out")
        ENTERED_IN_ERROR = ENTERED_IN_ERROR, _("entered in error")

    status = models.CharField(
        _("status"), max_length=20, choices=ClinicalStatus.choices, default=ClinicalStatus.ACTIVE
    )
    verification = models.CharField(
        _("certainty"), max_length=20, choices=Verification.choices, default=Verification.CONFIRMED
    )
    pain = models.BooleanField(_("this is the pain to be treated"), default=False)
    body_site = models.CharField(_("where in the body"), max_length=200, blank=True)
    onset_on = models.DateField(_("began on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient"])]


class MedicationStatement(ChartRow):
    """FHIR MedicationStatement: what the patient takes, from whomever. Not our orders."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("taking")
        ON_HOLD = "on-hold", _("on hold")
        INTENDED = "intended", _("not yet started")
        STOPPED = "stopped", _("stopped")
        COMPLETED = "completed", _("completed")
        NOT_TAKEN = "not-taken", _("never taken")
        UNKNOWN = "unknown", _("not known")
        ENTERED_IN_ERROR = ENTERED_IN_ERROR, _("entered in error")

    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.ACTIVE
    )
    daily_dose = models.DecimalField(
        _("dose a day"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    daily_dose_unit = models.CharField(_("unit"), max_length=20, blank=True)  # UCUM
    route = models.CharField(_("route"), max_length=40, blank=True)
    as_needed = models.BooleanField(_("only when needed"), default=False)
    dosage = models.CharField(_("as written"), max_length=300, blank=True)
    started_on = models.DateField(_("since"), null=True, blank=True)
    stopped_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient"])]


class AllergyIntolerance(ChartRow):
    """FHIR AllergyIntolerance."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        INACTIVE = "inactive", _("inactive")
        RESOLVED = "resolved", _("resolved")
        REFUTED = "refuted", _("ruled out")
        ENTERED_IN_ERROR = ENTERED_IN_ERROR, _("entered in error")

    class Criticality(models.TextChoices):
        LOW = "low", _("low")
        HIGH = "high", _("high")
        UNABLE = "unable-to-assess", _("not known")

    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.ACTIVE
    )
    criticality = models.CharField(
        _("how dangerous"), max_length=20, choices=Criticality.choices, default=Criticality.UNABLE
    )
    reaction = models.CharField(_("what happened"), max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient"])]


class Observation(ChartRow):
    """FHIR Observation outside a session: weight, height, blood pressure, a laboratory value.

    kind: what we ask for by name; `other` for what an import brings.
    unit: UCUM. second_value: diastolic, when `kind` is blood pressure.
    components: what an imported observation holds beyond that, as FHIR.
    """

    class Kind(models.TextChoices):
        WEIGHT = "29463-7", _("weight")
        HEIGHT = "8302-2", _("height")
        BLOOD_PRESSURE = "85354-9", _("blood pressure")
        HEART_RATE = "8867-4", _("heart rate")
        SPO2 = "59408-5", _("oxygen saturation")
        ALT = "1742-6", _("ALT")
        CREATININE = "2160-0", _("creatinine")
        OTHER = "other", _("other")

    class Status(models.TextChoices):
        PRELIMINARY = "preliminary", _("preliminary")
        FINAL = "final", _("final")
        AMENDED = "amended", _("amended")
        ENTERED_IN_ERROR = ENTERED_IN_ERROR, _("entered in error")

    kind = models.CharField(
        _("what was measured"), max_length=20, choices=Kind.choices, default=Kind.OTHER
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.FINAL, editable=False
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=5, null=True, blank=True)
    second_value = models.DecimalField(
        _("diastolic, if blood pressure"), max_digits=14, decimal_places=5, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    value_text = models.CharField(_("result in words"), max_length=300, blank=True)
    components = models.JSONField(default=list, blank=True, editable=False)
    measured_at = models.DateTimeField(_("measured on"))

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["clinic", "patient", "kind", "-measured_at"], name="patients_obs_latest"
            )
        ]


class Procedure(ChartRow):
    """FHIR Procedure: what was done to the patient before."""

    class Status(models.TextChoices):
        COMPLETED = "completed", _("done")
        IN_PROGRESS = "in-progress", _("in progress")
        STOPPED = "stopped", _("stopped")
        NOT_DONE = "not-done", _("not done")
        UNKNOWN = "unknown", _("not known")
        ENTERED_IN_ERROR = ENTERED_IN_ERROR, _("entered in error")

    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.COMPLETED
    )
    performed_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient"])]


class PriorTreatment(ChartRow):
    """What was tried against this pain, and what came of it: the ledger candidacy asks for."""

    class Kind(models.TextChoices):
        MEDICINE = "medicine", _("medicine")
        INTERVENTION = "intervention", _("intervention")
        PHYSICAL = "physical", _("physical therapy")
        PSYCHOLOGICAL = "psychological", _("psychological therapy")
        DEVICE = "device", _("device")
        OTHER = "other", _("other")

    class Outcome(models.TextChoices):
        HELPED = "helped", _("helped")
        PARTIAL = "partial", _("helped in part")
        FAILED = "failed", _("did not help")
        NOT_TOLERATED = "not_tolerated", _("not tolerated")
        UNKNOWN = "unknown", _("not known")

    class Status(models.TextChoices):
        CURRENT = "current", _("stands")
        ENTERED_IN_ERROR = ENTERED_IN_ERROR, _("entered in error")

    status = models.CharField(
        max_length=20, choices=Status.choices, default=Status.CURRENT, editable=False
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.MEDICINE)
    outcome = models.CharField(
        _("outcome"), max_length=20, choices=Outcome.choices, default=Outcome.UNKNOWN
    )
    highest_dose = models.CharField(_("highest dose reached"), max_length=100, blank=True)
    how_long = models.CharField(_("for how long"), max_length=100, blank=True)
    tried_on = models.DateField(_("tried from"), null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient"])]


class ListConfirmation(AppendOnly, ClinicalRow):
    """Somebody says a list of the chart is complete (or no longer): an empty list alone says nothing."""

    class Kind(models.TextChoices):
        CONDITIONS = "conditions", _("conditions")
        MEDICINES = "medicines", _("medicines")
        ALLERGIES = "allergies", _("allergies")
        PRIOR_TREATMENTS = "prior_treatments", _("prior treatments")

    list = models.CharField(max_length=20, choices=Kind.choices)
    complete = models.BooleanField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["clinic", "patient", "list", "-recorded_at"])]

    def __str__(self) -> str:
        return f"{self.get_list_display()}: {'complete' if self.complete else 'not complete'}"


# The tables an importer fills and the chart page shows, by the word in their address.
CHART: dict[str, type[Any]] = {
    "conditions": Condition,
    "medicines": MedicationStatement,
    "allergies": AllergyIntolerance,
    "observations": Observation,
    "procedures": Procedure,
    "prior-treatments": PriorTreatment,
}
