from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "reprieve.clinic.ui"
