from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "reprieve.clinic.plan"
