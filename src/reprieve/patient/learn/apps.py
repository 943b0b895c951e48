from django.apps import AppConfig


class LearnConfig(AppConfig):
    name = "reprieve.patient.learn"
