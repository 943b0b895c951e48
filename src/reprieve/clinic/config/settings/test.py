"""Tests: quick password hashing, files as they are, the database the fixture names."""

from reprieve.clinic.config.settings.base import *  # noqa: F403
from reprieve.clinic.config.settings.base import MIDDLEWARE

DEMO = False
SECRET_KEY = "only for tests"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
MIDDLEWARE = [m for m in MIDDLEWARE if "whitenoise" not in m]  # no files are collected
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CONTACT_SENDERS = {"email": "reprieve.clinic.contact.senders.email"}
AXES_ENABLED = False
