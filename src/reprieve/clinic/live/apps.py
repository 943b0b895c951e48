from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "reprieve.clinic.live"

    def ready(self) -> None:
        from reprieve.clinic.live import changes  # noqa: F401  registers the receivers
