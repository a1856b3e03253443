"""`manage.py check --deploy` names what is not safe, and whose role needs no second step (D52)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from crm.home.management.checks import seniors_need_two_steps, settings_are_safe
from crm.people import roles
from crm.people.models import Membership, SecondStepRule
from tests.people import Cast, make_cast

KEY = "Zq7-pW3_xV9kR2mT8nB4" * 4


@pytest.fixture
def production(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The settings of a production start; `tests/test_settings.py` starts one for real."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = KEY, []
    settings.ALLOWED_HOSTS = ["crm.example.com"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://crm.example.com"]
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    options = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    return settings


def found() -> set[str]:
    return {message.id.removeprefix("showfloor.") for message in settings_are_safe()}


def test_a_production_start_has_nothing_to_say(production: Any) -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("E001", "SECRET_KEY", "short"),
        ("E001", "SECRET_KEY_FALLBACKS", ["short"]),
        ("E002", "ALLOWED_HOSTS", ["*"]),
        ("E002", "ALLOWED_HOSTS", []),
        ("E003", "CSRF_TRUSTED_ORIGINS", ["http://crm.example.com"]),
        ("E004", "AUTH_PASSWORD_VALIDATORS", []),
        ("E005", "SESSION_COOKIE_SECURE", False),
        ("E005", "CSRF_COOKIE_NAME", "csrftoken"),
        ("E006", "SECURE_HSTS_SECONDS", 3600),
        ("E006", "SECURE_HSTS_INCLUDE_SUBDOMAINS", False),
        ("E009", "MEDIA_ROOT", Path(__file__).resolve().parents[2] / "static" / "media"),
        ("E010", "USE_TZ", False),
    ],
)
def test_each_that_is_not_safe_is_named(production: Any, key: str, name: str, value: Any) -> None:
    setattr(production, name, value)
    assert found() == {key}


def test_a_short_password_is_not_enough(production: Any) -> None:
    rules = [dict(rule) for rule in production.AUTH_PASSWORD_VALIDATORS]
    for rule in rules:
        if "OPTIONS" in rule:
            rule["OPTIONS"] = {"min_length": 8}
    production.AUTH_PASSWORD_VALIDATORS = rules
    assert found() == {"E004"}


def test_a_task_that_may_run_twice_or_another_queue_is_named(production: Any) -> None:
    queue = production.Q_CLUSTER
    slow = {"slow": {**queue["ALT_CLUSTERS"]["slow"], "retry": 900}}
    production.Q_CLUSTER = {**queue, "ALT_CLUSTERS": slow}
    assert found() == {"E007"}
    production.Q_CLUSTER = {**queue, "broker_class": "django_q.brokers.orm.ORM"}
    assert found() == {"E008"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own options")
def test_a_sqlite_that_may_lose_a_commit_is_named(
    production: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {**connection.settings_dict["OPTIONS"], "init_command": "PRAGMA synchronous=OFF;"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    assert found() == {"E011"}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_seniors_who_sign_in_with_a_password_alone_are_named(cast: Cast) -> None:
    (warning,) = seniors_need_two_steps()
    assert "manager" in warning.msg
    for role in roles.SENIOR - {roles.MANAGER}:
        SecondStepRule.objects.create(role=role)
    (warning,) = seniors_need_two_steps()
    assert warning.msg == "These roles need no two-step sign-in: manager."
    Membership.objects.filter(role=roles.MANAGER).delete()
    assert seniors_need_two_steps() == []


def test_a_role_nobody_holds_is_no_open_door(db: None) -> None:
    assert seniors_need_two_steps() == []


# --- the start ---------------------------------------------------------------------------


class Reached(Exception):
    """The web server would have been started here."""


@pytest.fixture
def started(production: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`manage.py serve` up to the moment it starts the web server; gives what it warned of."""

    def reached(*_words: Any) -> None:
        raise Reached

    def start() -> str:
        warned = io.StringIO()
        with pytest.raises(Reached):
            call_command("serve", port=0, stderr=warned)
        return warned.getvalue()

    monkeypatch.setattr("crm.home.management.commands.serve.start_web", reached)
    production.PRODUCTION = True
    return start


def test_production_does_not_start_with_a_fault_and_says_which(
    started: Any, cast: Cast, settings: Any
) -> None:
    settings.SECURE_HSTS_SECONDS = 3600
    settings.CSRF_COOKIE_NAME = "csrftoken"
    with pytest.raises(CommandError) as refused:
        call_command("serve", port=0)
    assert "E006) HSTS is shorter than a year" in str(refused.value)
    assert "E005) Session and CSRF cookies are not __Host- cookies" in str(refused.value)
    settings.PRODUCTION = False
    assert "E006" not in started()


def test_production_starts_and_warns_of_seniors_with_a_password_alone(
    started: Any, cast: Cast
) -> None:
    assert "These roles need no two-step sign-in: " in started()
    for role in roles.SENIOR:
        SecondStepRule.objects.create(role=role)
    assert "two-step" not in started()


def test_a_release_that_would_not_start_upgrades_nothing(
    production: Any, cast: Cast, settings: Any
) -> None:
    settings.PRODUCTION = True
    settings.ALLOWED_HOSTS = ["*"]
    with pytest.raises(CommandError, match="E002"):
        call_command("upgrade")
