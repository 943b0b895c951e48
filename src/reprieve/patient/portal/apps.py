from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "reprieve.patient.portal"
    label = "patient_portal"
