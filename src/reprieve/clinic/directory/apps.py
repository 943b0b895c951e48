from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "reprieve.clinic.directory"
