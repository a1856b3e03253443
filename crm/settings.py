"""Every option of Showfloor, read from the environment in this one place.

``docs/settings.md`` says what each one does. A value that cannot be understood stops the
start with a sentence that names it (``ImproperlyConfigured``).
"""

import logging
import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

# Before the first import of pypinyin: 13 MB instead of 57; surnames have readings of our own.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


# --- reading the environment -------------------------------------------------------------


def text(name: str, default: str = "") -> str:
    """The option as text without surrounding spaces; an empty value counts as not given."""
    return os.environ.get(name, "").strip() or default


def refuse(name: str, expects: str) -> ImproperlyConfigured:
    """The sentence that names an option whose value cannot be understood."""
    return ImproperlyConfigured(f"{name}={text(name)!r} cannot be understood: {expects}.")


def switch(name: str, *, default: bool = False) -> bool:
    """An option that is on or off."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise refuse(name, "it is 1 or 0")


def number(name: str, default: int, *, least: int, most: int) -> int:
    """An option that is a whole number between two bounds."""
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise refuse(name, f"it is a whole number from {least} to {most}")
    return int(value)


def one_of(name: str, default: str, choices: tuple[str, ...]) -> str:
    """An option with a fixed list of values."""
    value = text(name, default)
    if value not in choices:
        raise refuse(name, f"it is one of {', '.join(choices)}")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """An option that lists values separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def site_url() -> str:
    """The address people type, without a trailing slash: every link in a message begins so."""
    value = text("SITE_URL", f"http://127.0.0.1:{number('PORT', 8000, least=1, most=65535)}")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise refuse("SITE_URL", "it is an address such as https://crm.example.com")
    return value.rstrip("/")


def time_zone() -> str:
    """The one time zone of the installation, in which days begin and end."""
    value = text("TIME_ZONE", "Asia/Shanghai")
    if value not in available_timezones():
        raise refuse("TIME_ZONE", "it is a time zone such as Asia/Shanghai")
    return value


def secret_key(*, production: bool) -> str:
    """The signing key; outside production it is made once and kept in ``var/`` (mode 0600)."""
    if given := text("SECRET_KEY"):
        if production and (len(given) < 50 or given.startswith("django-insecure-")):
            raise ImproperlyConfigured("SECRET_KEY must be 50 random characters or more.")
        return given
    if production:
        raise ImproperlyConfigured("SECRET_KEY is required with PRODUCTION=1.")
    path = VAR_DIR / "secret_key"
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    fresh = VAR_DIR / f"secret_key.{os.getpid()}"
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:  # two first starts at once agree: a link is made by one of them only
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def database(name: str, default: str = "") -> dict[str, Any]:
    """One database from its URL, with the options its engine needs to be safe under load."""
    try:
        found: dict[str, Any] = environ.Env.db_url_config(text(name, default))
    except (ValueError, ImproperlyConfigured) as error:
        raise refuse(name, "it is a database URL") from error
    engine = found.get("ENGINE")
    if engine == "django.db.backends.sqlite3":
        if not Path(found["NAME"]).is_absolute():
            found["NAME"] = str(BASE_DIR / found["NAME"])
        Path(found["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif engine == "django.db.backends.postgresql":
        found["CONN_MAX_AGE"] = 60
        found["CONN_HEALTH_CHECKS"] = True
        options = found.setdefault("OPTIONS", {})
        if PGBOUNCER:  # it passes no start-up options on, and a cursor may not outlive its turn
            found["DISABLE_SERVER_SIDE_CURSORS"] = True
        else:
            options["options"] = f"-c statement_timeout={STATEMENT_TIMEOUT_S}s"
    else:
        raise refuse(name, "it begins with sqlite:/// or postgres://")
    return found


class Scrub(logging.Filter):
    """Takes phone numbers and the tokens of public links out of every log line."""

    PRIVATE = re.compile(r"(?<=/s/)[\w-]{8,}|(?<!\d)\+?\d{2,4}?[ -]?\d{3,4}[ -]?\d{4,8}(?!\d)")

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the finished message; a line break in a value cannot fake a second line."""
        message = self.PRIVATE.sub("***", record.getMessage())
        record.msg = message.replace("\r", "\\r").replace("\n", "\\n")
        record.args = None
        return True


# --- the installation --------------------------------------------------------------------

PRODUCTION = switch("PRODUCTION")
DEBUG = switch("DEBUG") and not PRODUCTION
SECRET_KEY = secret_key(production=PRODUCTION)
SITE_URL = site_url()
ALLOWED_HOSTS = words(
    "ALLOWED_HOSTS",
    () if PRODUCTION else ("127.0.0.1", "localhost", "[::1]", urlsplit(SITE_URL).hostname or ""),
)
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts served with PRODUCTION=1.")
if PRODUCTION and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must begin with https:// with PRODUCTION=1.")
TRUSTED_PROXIES = words("TRUSTED_PROXIES")

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
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
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
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
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
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- databases ---------------------------------------------------------------------------

PGBOUNCER = switch("PGBOUNCER")
STATEMENT_TIMEOUT_S = number("STATEMENT_TIMEOUT_S", 30, least=1, most=3600)
DATABASES = {"default": database("DATABASE_URL", f"sqlite:///{VAR_DIR}/showfloor.sqlite3")}
if text("READ_REPLICA_URL"):
    DATABASES["replica"] = {**database("READ_REPLICA_URL"), "TEST": {"MIRROR": "default"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- sign-in and sessions ----------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_RESET_TIMEOUT = 30 * 60

SESSION_IDLE_S = 60 * number("SESSION_IDLE_MINUTES", 480, least=5, most=1440)
SESSION_IDLE_SENIOR_S = 60 * number("SESSION_IDLE_SENIOR_MINUTES", 30, least=5, most=1440)
SESSION_COOKIE_AGE = 3600 * number("SESSION_HOURS", 12, least=1, most=24)
SESSION_TOUCH_S = 300
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

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
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

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
MEDIA_ROOT = Path(text("MEDIA_ROOT", str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- mail --------------------------------------------------------------------------------

try:
    MAIL = environ.Env.email_url_config(text("EMAIL_URL", "consolemail://"))
except (KeyError, ValueError, ImproperlyConfigured) as error:
    raise refuse("EMAIL_URL", "it is an address such as smtp+tls://user:word@host:587") from error
EMAIL_BACKEND = MAIL["EMAIL_BACKEND"]
EMAIL_HOST = MAIL["EMAIL_HOST"] or "localhost"
EMAIL_PORT = MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER = MAIL["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = text("MAIL_FROM", f"showfloor@{urlsplit(SITE_URL).hostname}")

# --- the worker --------------------------------------------------------------------------

Q_CLUSTER = {
    "name": "showfloor",
    "orm": "default",
    "workers": 3,  # the ticker holds one of them for good
    "queue_limit": 3,
    "bulk": 1,
    "timeout": 120,
    "retry": 600,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "save_limit": 100,
    "poll": 1,
    "guard_cycle": 0.5,
    "recycle": 500,
    "max_rss": 300_000,
    "ALT_CLUSTERS": {
        "slow": {"workers": 1, "queue_limit": 1, "timeout": 900, "retry": 3600},
    },
}

# --- logs: no personal data --------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": Scrub}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["scrub"],
            "formatter": "line",
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would print beside ours, unscrubbed.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "showfloor": {"level": "INFO"},
    },
}
