"""What must be put right before the clinic may be used with real patients: the whole list at once."""

import os
from pathlib import Path

from django.conf import LazySettings

_NO_HTTPS = (
    "No HTTPS: set REPRIEVE_TLS_CERTIFICATE and REPRIEVE_TLS_KEY to the two files, or "
    "REPRIEVE_BEHIND_PROXY=1 when a proxy on this machine ends HTTPS and sets X-Forwarded-Proto."
)


def unsafe(settings: LazySettings) -> list[str]:
    """One sentence for each unsafe setting, with the way to mend it. Empty: safe to serve."""
    return [*_secrets(settings), *_hosts(settings), *_https(settings)]


def _secrets(settings: LazySettings) -> list[str]:
    problems = []
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 10:
        problems.append(
            "The secret key is short or repetitive: unset REPRIEVE_SECRET_KEY to have one made, "
            "or give at least 50 random characters."
        )
    if settings.DEBUG:
        problems.append("Debug pages show patient data to strangers: unset REPRIEVE_DEBUG.")
    if settings.DEMO:
        problems.append(
            "These are the demo settings: use `reprieve serve` without DJANGO_SETTINGS_MODULE."
        )
    return problems


def _hosts(settings: LazySettings) -> list[str]:
    if not settings.ALLOWED_HOSTS:
        return ["No host names: set REPRIEVE_HOSTS, for example REPRIEVE_HOSTS=clinic.example.org."]
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        return ["REPRIEVE_HOSTS holds a *: name each host, so that links cannot be forged."]
    return []


def _https(settings: LazySettings) -> list[str]:
    if settings.BEHIND_PROXY:
        return []
    certificate, key = settings.TLS_CERTIFICATE, settings.TLS_KEY
    if not (certificate and key):
        return [_NO_HTTPS]
    missing = [f for f in (certificate, key) if not (Path(f).is_file() and os.access(f, os.R_OK))]
    return [f"The file {file} cannot be read." for file in missing]
