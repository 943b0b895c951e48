from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "reprieve.clinic.followup"
