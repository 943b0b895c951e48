from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "reprieve.clinic.library"
    label = "library"
