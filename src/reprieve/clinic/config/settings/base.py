"""What every way of running the clinic shares."""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.config import env

CLINIC = Path(__file__).parents[2]
HOME = env.home()

DEBUG = False
ROOT_URLCONF = "reprieve.clinic.config.urls"
ASGI_APPLICATION = "reprieve.clinic.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
SITE_NAME = "reprieve"

INSTALLED_APPS = [
    "reprieve.clinic.ui",
    "reprieve.clinic.accounts",
    "reprieve.clinic.audit",
    "reprieve.clinic.patients",
    "reprieve.clinic.intake",
    "reprieve.clinic.assessment",
    "reprieve.clinic.plan",
    "reprieve.clinic.session",
    "reprieve.clinic.live",
    "reprieve.clinic.devices",
    "reprieve.clinic.followup",
    "reprieve.clinic.contact",
    "reprieve.clinic.scheduling",
    "reprieve.clinic.diary",
    "reprieve.clinic.directory",
    "reprieve.clinic.library",
    "reprieve.clinic.evidence",
    "reprieve.clinic.outcomes",
    "reprieve.clinic.simulator",
    "reprieve.patient.learn",  # the layer above, by name: the clinic does not import it
    "reprieve.patient.assess",
    "reprieve.patient.costs",
    "reprieve.patient.request",
    "reprieve.patient.find",
    "reprieve.patient.links",
    "reprieve.patient.diary",
    "reprieve.patient.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "reprieve.clinic.config.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "reprieve.clinic.config.middleware.language_asked",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "reprieve.clinic.accounts.middleware.current_clinic",
    "reprieve.clinic.accounts.middleware.Permission",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "reprieve.clinic.ui.templatetags.look"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "reprieve.clinic.ui.context.page",
            ],
        },
    }
]
FORM_RENDERER = "reprieve.clinic.ui.forms.Renderer"

DATABASES = {"default": env.database(os.environ.get("DATABASE_URL"), HOME / "reprieve.sqlite3")}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Signing in. Django's own permission tables are not used: config/permissions.py is the one table.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
FRONT_DOOR = "reprieve.patient.views.start"  # what a stranger meets at /
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "reprieve.clinic.accounts.adapter.StaffAccounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by the clinic, not by their owners
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True  # for patients alone, see accounts/forms.py
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900  # seconds; mail is slow; project_default
ACCOUNT_FORMS = {"request_login_code": "reprieve.clinic.accounts.forms.PatientCodeForm"}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to people who are not ours
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "reprieve"
MFA_REQUIRED = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# Browsers.
CSRF_FAILURE_VIEW = "reprieve.clinic.config.errors.form_too_old"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],  # the QR code of the second factor is a data: image
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Language and time. UTC is stored; the clinic's zone is activated for each request.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
FORMAT_MODULE_PATH = ["reprieve.clinic.config.formats"]
LOCALE_PATHS = [CLINIC / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"

# Mail, and the back ends a link may go out by: channel to a function, empty where there is none.
DEFAULT_FROM_EMAIL = os.environ.get("REPRIEVE_MAIL_FROM", "clinic@localhost")
EMAIL_HOST, EMAIL_PORT = env.address(os.environ.get("REPRIEVE_SMTP", ""), 587)
EMAIL_HOST_USER = os.environ.get("REPRIEVE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("REPRIEVE_SMTP_PASSWORD", "")
EMAIL_USE_TLS = bool(EMAIL_HOST_USER)
EMAIL_TIMEOUT = 10
CONTACT_SENDERS = {
    "email": "reprieve.clinic.contact.senders.email" if EMAIL_HOST else "",
    "sms": os.environ.get("REPRIEVE_SMS", ""),  # dotted path: function(number, subject, text)
}

# Device feeds; none unless said. clinic/commands/supervisor.py starts a process for each.
MLLP_ADDRESS = os.environ.get("REPRIEVE_MLLP", "")  # host:port to listen on
MLLP_PEERS = env.words("REPRIEVE_MLLP_PEERS")  # addresses or networks that may connect
SDC_DEVICES = env.words("REPRIEVE_SDC")  # addresses of SDC devices, http://127.0.0.1:…
FEED_CLINIC = os.environ.get("REPRIEVE_FEED_CLINIC", "")  # id; needed when there is more than one

# The clinic that looks after the public directory: its id; needed when there is more than one.
DIRECTORY_KEEPER = os.environ.get("REPRIEVE_DIRECTORY_KEEPER", "")

# Screens that follow a session keep a connection open: so many in one process, and of one person.
LIVE_CONNECTIONS = 512  # project_default
LIVE_CONNECTIONS_OF_A_PERSON = 12  # project_default

# Where patients reach this installation, for links that no request asked for; without it reminders hold none.
PUBLIC_ADDRESS = os.environ.get("REPRIEVE_ADDRESS", "").rstrip("/")  # https://clinic.example.org

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_patient_data": {"()": "reprieve.clinic.config.logs.NoPatientData"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "out": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_patient_data"],
        }
    },
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        "axes": {"level": "WARNING"},
        "uvicorn": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        "uvicorn.error": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": ["out"], "level": "WARNING", "propagate": False},
    },
}
