from django.apps import AppConfig


class FindConfig(AppConfig):
    name = "reprieve.patient.find"
