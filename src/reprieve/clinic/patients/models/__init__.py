from reprieve.clinic.patients.models.base import ClinicalRow, ClinicSet, Source
from reprieve.clinic.patients.models.chart import (
    CHART,
    AllergyIntolerance,
    Condition,
    ListConfirmation,
    MedicationStatement,
    Observation,
    PriorTreatment,
    Procedure,
)
from reprieve.clinic.patients.models.patient import Patient, PatientIdentifier, SearchWord

__all__ = [
    "CHART",
    "AllergyIntolerance",
    "ClinicSet",
    "ClinicalRow",
    "Condition",
    "ListConfirmation",
    "MedicationStatement",
    "Observation",
    "Patient",
    "PatientIdentifier",
    "PriorTreatment",
    "Procedure",
    "SearchWord",
    "Source",
]
