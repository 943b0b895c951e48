from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "reprieve.clinic.evidence"
    label = "evidence"
