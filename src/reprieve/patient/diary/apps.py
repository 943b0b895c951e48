from django.apps import AppConfig


class DiaryConfig(AppConfig):
    name = "reprieve.patient.diary"
    label = "patient_diary"
