from django.apps import AppConfig


class CostsConfig(AppConfig):
    name = "reprieve.patient.costs"
