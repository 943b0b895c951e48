"""The forms of a patient. What cannot be used is said beside the field and in the summary."""

from reprieve.clinic.patients.forms.base import ChartForm
from reprieve.clinic.patients.forms.chart import (
    AllergyForm,
    ConditionForm,
    MedicationForm,
    PriorTreatmentForm,
    ProcedureForm,
)
from reprieve.clinic.patients.forms.measured import ObservationForm
from reprieve.clinic.patients.forms.patient import PatientForm

FORMS: dict[str, type[ChartForm]] = {
    "conditions": ConditionForm,
    "medicines": MedicationForm,
    "allergies": AllergyForm,
    "observations": ObservationForm,
    "procedures": ProcedureForm,
    "prior-treatments": PriorTreatmentForm,
}

__all__ = ["FORMS", "ChartForm", "ObservationForm", "PatientForm"]
