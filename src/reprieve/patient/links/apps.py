from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "reprieve.patient.links"
    label = "patient_links"
