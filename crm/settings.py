"""Every option of Showfloor, read from the environment in this one place.

``docs/settings.md`` says what each one does. A value that cannot be understood stops the
start with a sentence that names it (``ImproperlyConfigured``).
"""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from crm.environment import (
    addresses,
    bots,
    database,
    gateway,
    mail,
    number,
    one_of,
    private_folder,
    refuse,
    retired_keys,
    secret_key,
    site_url,
    switch,
    syslog,
    text,
    time_zone,
    words,
)
from crm.logs import FaultMail, JsonLines, Scrub
from crm.worker import TASKS

# Before the first import of pypinyin: 13 MB instead of 57; surnames have readings of our own.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


# --- the installation --------------------------------------------------------------------

PRODUCTION = switch("PRODUCTION")
DEBUG = switch("DEBUG") and not PRODUCTION
SECRET_KEY = secret_key(VAR_DIR, production=PRODUCTION)
SECRET_KEY_FALLBACKS = retired_keys(production=PRODUCTION)
SITE_URL = site_url()
ALLOWED_HOSTS = words(
    "ALLOWED_HOSTS",
    () if PRODUCTION else ("127.0.0.1", "localhost", "[::1]", urlsplit(SITE_URL).hostname or ""),
)
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts served with PRODUCTION=1.")
if PRODUCTION and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must begin with https:// with PRODUCTION=1.")
TRUSTED_PROXIES = addresses("TRUSTED_PROXIES")

CALENDAR_REGION = one_of("CALENDAR_REGION", "CN", ("CN", "HK", "TW"))
PHONE_REGION = one_of("PHONE_REGION", "CN", ("CN", "HK", "MO", "TW"))
CURRENCY = text("CURRENCY", "CNY")
if not re.fullmatch(r"[A-Z]{3}", CURRENCY):
    raise refuse("CURRENCY", "it is a currency of three capital letters such as CNY")
DEMO = switch("DEMO", default=True)

# --- rooms -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_q",
    "crm.ui",
    "crm.people",
    "crm.records",
    "crm.rulebook",
    "crm.vehicles",
    "crm.notices",
    "crm.customers",
    "crm.reception",
    "crm.promises",
    "crm.orders",
    "complaints",
    "followups",
    "visits",
    "crm.reports",
    "crm.exchange",
    "crm.home",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "crm.records.middleware.Weight",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "crm.people.middleware.signed_in.Authentication",
    "crm.records.middleware.seen.Seen",
    "crm.records.audit.requests.Trail",
    "crm.people.middleware.Sessions",
    "crm.people.middleware.PersonalLanguage",
    "crm.people.middleware.SignInFirst",
    "crm.people.middleware.SecondStepFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "crm.records.middleware.Conflicts",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.home.context_processors.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# --- databases ---------------------------------------------------------------------------

DATABASES = {"default": database("DATABASE_URL", "sqlite:///var/showfloor.sqlite3", BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- sign-in and sessions ----------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "crm.people.forms.NotGuessable"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_RESET_TIMEOUT = 30 * 60

SESSION_ENGINE = "crm.people.middleware.signed_in"
SESSION_IDLE_S = 60 * number("SESSION_IDLE_MINUTES", 480, least=5, most=1440)
SESSION_IDLE_SENIOR_S = 60 * number("SESSION_IDLE_SENIOR_MINUTES", 30, least=5, most=1440)
SESSION_COOKIE_AGE = 3600 * number("SESSION_HOURS", 12, least=1, most=24)
SESSION_TOUCH_S = 300
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
KNOWN_COOKIE_NAME = "known"  # of a browser somebody signed in with before

# Five failures of one account hold it back for 15 minutes; an address has 30.
AXES_FAILURE_LIMIT = 5
AXES_IP_FAILURE_LIMIT = 30
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ALLOWED_CORS_ORIGINS = SITE_URL
AXES_LOCKOUT_CALLABLE = "crm.people.views.locked_out"
AXES_USERNAME_CALLABLE = "crm.people.middleware.known.counted_name"
# Tries that show an authenticator's code count apart: five an address, so many an account.
CODE_TRIES_AT_MOST = 20
AXES_CLIENT_IP_CALLABLE = "crm.people.middleware.counted_address"

# An address that opened so many wrong one-time or questionnaire links waits a minute; so many
# within an hour, from everywhere, ring at the privacy officer's and the administrator's.
WRONG_LINKS_A_MINUTE = 30
# A phone saves every five seconds at most, which is well within what one link may send; so much by
# all of them comes from twenty-five phones on one showroom's Wi-Fi.
ONE_LINK_SENT_A_MINUTE = 30
LINKS_SENT_A_MINUTE = 300
WRONG_LINKS_AN_HOUR = 1000

# --- security ----------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    KNOWN_COOKIE_NAME = "__Host-known"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # whether a whole domain joins the browsers' preload list is not ours to say
    "models.W040",  # SQLite's indexes are made without the columns PostgreSQL's carry along
    "axes.W006",  # an address has a limit of its own, AXES_IP_FAILURE_LIMIT
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# Twenty files of 10 MB, which is the most a ticket has, and what is written beside them.
DATA_UPLOAD_MAX_NUMBER_FILES = 20
REQUEST_AT_MOST = 215_000_000

# --- language and time -------------------------------------------------------------------

LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LANGUAGES += [("en", _("English"))]
LANGUAGE_CODE = one_of("LANGUAGE_CODE", "zh-hans", tuple(code for code, _name in LANGUAGES))
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = time_zone()

# --- files -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Outside production nothing has to be collected first: files come from where they are.
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = private_folder(
    "MEDIA_ROOT", VAR_DIR / "media", public=(STATIC_ROOT, BASE_DIR / "static")
)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- mail --------------------------------------------------------------------------------

MAIL = mail("EMAIL_URL", "consolemail://")
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_HOST = MAIL["EMAIL_HOST"] or "localhost"
EMAIL_PORT = MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = MAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("MAIL_FROM", f"showfloor@{urlsplit(SITE_URL).hostname}")

# --- channels beside the inbox: addresses are secrets, from the environment only --------------

BOTS = {
    "wecom": bots("WECOM_BOT", "wecombot"),
    "dingtalk": bots("DINGTALK_BOT", "dingtalk"),
    "feishu": bots("FEISHU_BOT", "feishu"),
}
NTFY_URL = gateway("NTFY_URL", ("ntfys", "ntfy"))
SMS_URL = gateway("SMS_URL", ("console",))
# Where the head of the audit trail's chain goes once a day.
AUDIT_HEAD_TO = words("AUDIT_HEAD_TO")
# Who is mailed when a page breaks.
ERROR_MAIL_TO = words("ERROR_MAIL_TO")

# --- backups ------------------------------------------------------------------------------

# Where the worker puts one a day, after BACKUP_HOUR of the store's clock; empty: it makes none.
BACKUP_DIR = text("BACKUP_DIR")
BACKUP_HOUR = number("BACKUP_HOUR", 3, least=0, most=23)
BACKUP_KEEP = number("BACKUP_KEEP", 35, least=1, most=1000)
BACKUP_KEY_FILE = text("BACKUP_KEY_FILE")
# After so long without a good one the pages turn amber, after twice as long red.
BACKUP_LATE_HOURS = number("BACKUP_LATE_HOURS", 26, least=1, most=8760)

# --- the web server ----------------------------------------------------------------------

SERVE_HOST = text("HOST", "127.0.0.1")
SERVE_PORT = number("PORT", 8000, least=1, most=65535)

# --- the worker --------------------------------------------------------------------------

# What the worker runs; `crm.home.management.queue` refuses everything else (D11).
WORKER_TASKS = TASKS
Q_CLUSTER: dict[str, Any] = {
    "name": "showfloor",
    "orm": "default",
    "broker_class": "crm.home.management.queue.NamedTasks",
    "workers": 3,  # the ticker holds one of them for good
    "queue_limit": 3,
    "bulk": 1,
    "timeout": 120,
    "retry": 600,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    # Results are read nowhere. Kept as rows they would be pickles without a signature.
    "cached": 1,
    "poll": 1,
    "guard_cycle": 0.5,
    "recycle": 500,
    "max_rss": 300_000,
    "ALT_CLUSTERS": {
        "slow": {"workers": 1, "queue_limit": 1, "timeout": 900, "retry": 3600},
    },
}

# How many reminders one claim takes at most, for how long it holds them, and the nap between two
# claims: on SQLite short writes and a nap leave the one write lock to web pages.
_ONE_WRITER = DATABASES["default"]["ENGINE"].endswith("sqlite3")
REMINDER_BATCH = number("REMINDER_BATCH", 400, least=1, most=2000)
REMINDER_NAP_MS = number("REMINDER_NAP_MS", 20 if _ONE_WRITER else 0, least=0, most=10_000)
REMINDER_LEASE_S = number("REMINDER_LEASE_S", 60, least=5, most=3600)

# --- logs: no personal data --------------------------------------------------------------

# One JSON object a line where machines read, plain lines where a developer does.
LOG_FORMAT = one_of("LOG_FORMAT", "json" if PRODUCTION else "text", ("text", "json"))
# Besides the error output: a collector elsewhere, which nobody on this machine can tidy up.
LOG_SYSLOG = syslog("LOG_SYSLOG")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": Scrub}},
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": JsonLines},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["scrub"],
            "formatter": LOG_FORMAT,
        },
        "fault_mail": {"()": FaultMail},
    },
    "root": {"handlers": ["console", "fault_mail"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would print beside ours, unscrubbed.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "showfloor": {"level": "INFO"},
    },
}
if LOG_SYSLOG:
    LOGGING["handlers"]["syslog"] = {
        "class": "logging.handlers.SysLogHandler",
        "filters": ["scrub"],
        "formatter": "json",
        **LOG_SYSLOG,
        ".": {"ident": "showfloor: ", "append_nul": False},
    }
    LOGGING["root"]["handlers"].append("syslog")
