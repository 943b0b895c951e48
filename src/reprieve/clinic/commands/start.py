"""What `demo` and `serve` do before they serve."""

import os


def use(settings: str) -> None:
    """Start Django with one of config/settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"reprieve.clinic.config.settings.{settings}"
    import django

    django.setup()


def prepare() -> None:
    """Bring database and static files up to this version. Raises when a clinical fact is broken."""
    from django.conf import settings
    from django.core.management import call_command

    from reprieve import knowledge

    knowledge.check_all()
    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
