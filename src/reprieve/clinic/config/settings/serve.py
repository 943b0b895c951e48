"""The clinic for real use. `config/unsafe.py` refuses to start what is not safe."""

import os

from reprieve.clinic.config import env
from reprieve.clinic.config.settings.base import *  # noqa: F403
from reprieve.clinic.config.settings.base import HOME

DEMO = False
DEBUG = bool(os.environ.get("REPRIEVE_DEBUG"))
SECRET_KEY = env.secret_key(HOME)
ALLOWED_HOSTS = env.words("REPRIEVE_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
MFA_REQUIRED = not os.environ.get("REPRIEVE_PASSWORD_ONLY")
BEHIND_PROXY = bool(os.environ.get("REPRIEVE_BEHIND_PROXY"))
TLS_CERTIFICATE = os.environ.get("REPRIEVE_TLS_CERTIFICATE", "")
TLS_KEY = os.environ.get("REPRIEVE_TLS_KEY", "")
# Neither a certificate nor a proxy: the clinic's own authority signs (config/authority.py).
OWN_AUTHORITY = not (TLS_CERTIFICATE or TLS_KEY or BEHIND_PROXY)

if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by the machine itself
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
