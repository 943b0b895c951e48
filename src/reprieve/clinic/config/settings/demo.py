"""One computer, invented patients, plain HTTP on 127.0.0.1."""

from reprieve.clinic.config import env
from reprieve.clinic.config.settings.base import *  # noqa: F403
from reprieve.clinic.config.settings.base import HOME

DEMO = True
HOME = HOME / "demo"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
# The demo never opens the database of a real clinic, whatever DATABASE_URL says.
DATABASES = {"default": env.database(None, HOME / "demo.sqlite3")}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"  # no mail leaves the demo
EMAIL_FILE_PATH = HOME / "mail"
CONTACT_SENDERS = {"email": "reprieve.clinic.contact.senders.email"}
SECRET_KEY = env.secret_key(HOME)
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
