from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "reprieve.clinic.simulator"
    label = "simulator"
