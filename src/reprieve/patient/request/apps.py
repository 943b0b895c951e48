from django.apps import AppConfig


class RequestConfig(AppConfig):
    name = "reprieve.patient.request"
    label = "patient_request"
