from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "reprieve.clinic.assessment"
