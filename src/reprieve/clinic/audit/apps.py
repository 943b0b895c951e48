from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "reprieve.clinic.audit"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from reprieve.clinic.audit.append_only import protect_tables

        from . import signals  # noqa: F401  registers the receivers

        post_migrate.connect(protect_tables, dispatch_uid="append-only triggers")
