from django.apps import AppConfig


class SessionConfig(AppConfig):
    name = "reprieve.clinic.session"
