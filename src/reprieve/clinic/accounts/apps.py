from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "reprieve.clinic.accounts"
