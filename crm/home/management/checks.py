"""What `manage.py check --deploy` asks beyond Django's own checks (D52).

What the environment may say is refused at the start already (`crm.environment`); this holds the
rest to it, whoever changes the settings, and asks the database who needs two-step sign-in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection
from django.utils import timezone

from crm.people import roles
from crm.people.models import Membership
from crm.people.queues import roles_with_second_step
from crm.records.audit.grants import excess_rights, head_leaves

YEAR_S = 365 * 24 * 3600
LEAST_LENGTH = 12


@register(Tags.security, deploy=True)
def settings_are_safe(**_options: Any) -> list[CheckMessage]:
    """Everything production relies on, each by a sentence that names it."""
    found = (*door_faults(), *cookie_faults(), *worker_faults(), *place_faults())
    return [Error(text, id=f"showfloor.{key}") for key, text in found]


def door_faults() -> Iterator[tuple[str, str]]:
    """The key, the hosts, and what a password is held to."""
    weak = [key for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS) if len(key) < 50]
    if weak:
        yield "E001", "A signing key is shorter than 50 characters."
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield "E002", "ALLOWED_HOSTS does not name the hosts served."
    if not all(origin.startswith("https://") for origin in settings.CSRF_TRUSTED_ORIGINS):
        yield "E003", "CSRF_TRUSTED_ORIGINS names an origin without https."
    rules = {rule["NAME"].rpartition(".")[2]: rule for rule in settings.AUTH_PASSWORD_VALIDATORS}
    length = rules.get("MinimumLengthValidator", {}).get("OPTIONS", {}).get("min_length", 0)
    if length < LEAST_LENGTH or not rules.keys() >= {"CommonPasswordValidator", "NotGuessable"}:
        yield "E004", "AUTH_PASSWORD_VALIDATORS lacks length, common words or trade words."


def cookie_faults() -> Iterator[tuple[str, str]]:
    """Cookies go over https to this host alone, and browsers know."""
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    secure = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
    if not secure or not all(name.startswith("__Host-") for name in names):
        yield "E005", "Session and CSRF cookies are not __Host- cookies."
    if settings.SECURE_HSTS_SECONDS < YEAR_S or not settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        yield "E006", "HSTS is shorter than a year or leaves subdomains out."


def worker_faults() -> Iterator[tuple[str, str]]:
    """No task is taken up again while it may still run, and none that the code does not name."""
    queue = settings.Q_CLUSTER
    clusters = [queue, *({**queue, **other} for other in queue["ALT_CLUSTERS"].values())]
    if any(one["retry"] <= one["timeout"] for one in clusters):
        yield "E007", "A cluster's `retry` is not above its `timeout`: a task could run twice."
    if not queue.get("broker_class", "").endswith("queue.NamedTasks") or not queue.get("cached"):
        yield "E008", "The worker's queue is not the one that runs named tasks only."


def place_faults() -> Iterator[tuple[str, str]]:
    """Files lie apart from public ones, moments have a zone, SQLite waits its turn and keeps."""
    public = [Path(folder) for folder in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS)]
    if any(Path(settings.MEDIA_ROOT).is_relative_to(folder) for folder in public):
        yield "E009", "MEDIA_ROOT lies among the static files."
    if not settings.USE_TZ or not settings.TIME_ZONE:
        yield "E010", "Moments are kept without a time zone."
    options = connection.settings_dict["OPTIONS"]
    wanted = ("journal_mode=WAL", "synchronous=FULL")
    is_safe = options.get("transaction_mode") == "IMMEDIATE" and all(
        word in options.get("init_command", "") for word in wanted
    )
    if connection.vendor == "sqlite" and not is_safe:
        yield "E011", "SQLite lacks IMMEDIATE, WAL or synchronous=FULL."


@register(Tags.security, deploy=True)
def seniors_need_two_steps(**_options: Any) -> list[CheckMessage]:
    """A warning where somebody senior may sign in with a password alone (ASVS 6.3.3)."""
    try:
        today = timezone.localdate()
        held = Membership.objects.valid_on(today).filter(user__is_active=True)
        seniors = set(held.order_by().values_list("role", flat=True)) & roles.SENIOR
        open_doors = sorted(seniors - roles_with_second_step())
    except DatabaseError:  # not migrated yet, or away: the start says so itself
        return []
    if not open_doors:
        return []
    text = f"These roles need no two-step sign-in: {', '.join(open_doors)}."
    hint = "An administrator chooses the roles under “Two-step sign-in”."
    return [checks.Warning(text, hint=hint, id="showfloor.W001")]


@register(Tags.security, deploy=True)
def trail_is_out_of_reach(**_options: Any) -> list[CheckMessage]:
    """Warnings where the product could change its own trail, or its head stays in the house."""
    try:
        held = excess_rights()
    except DatabaseError:  # not migrated yet, or away: the start says so itself
        return []
    found: list[CheckMessage] = []
    if held:
        text = f"The database role of the product may change the audit trail ({'; '.join(held)})."
        hint = "Let web and worker connect as a role of their own: manage.py audit_grants ROLE."
        found.append(checks.Warning(text, hint=hint, id="showfloor.W002"))
    if not head_leaves():
        text = "The head of the audit trail goes nowhere else: a chain sealed anew would pass."
        hint = "Set AUDIT_HEAD_TO with a mail server, or collect the log elsewhere (LOG_SYSLOG)."
        found.append(checks.Warning(text, hint=hint, id="showfloor.W003"))
    return found
