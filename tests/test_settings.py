"""Options are understood, or the start stops with a sentence that names them."""

import logging
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from crm.environment import database, number, secret_key, switch, words
from crm.logs import Scrub
from crm.settings import Q_CLUSTER

KEY = "Zq7-pW3_xV9kR2mT8nB4" * 4
ROOT = Path(__file__).resolve().parent.parent


def start(tmp_path: Path, *command: str, **options: str) -> subprocess.CompletedProcess[str]:
    """Run one harmless command in a fresh process with these options only: `check` by itself."""
    return subprocess.run(
        [sys.executable, "manage.py", *(command or ("check",))],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite:///{tmp_path}/unused.sqlite3",
            **options,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    "option",
    [
        *("DATABASE_URL=oracle://x", "DATABASE_URL=rubbish", "PRODUCTION=maybe", "PORT=abc"),
        *("TIME_ZONE=Mars", "LANGUAGE_CODE=fr", "CALENDAR_REGION=US", "PHONE_REGION=86"),
        *("CURRENCY=yuan", "DEMO=perhaps", "EMAIL_URL=pigeon://x", "SITE_URL=crm"),
        *("LOG_FORMAT=xml", "LOG_SYSLOG=logs.example.com", "LOG_SYSLOG=udp://logs:x"),
    ],
)
def test_a_value_that_cannot_be_understood_is_named_in_one_sentence(
    tmp_path: Path, option: str
) -> None:
    name, _, value = option.partition("=")
    ended = start(tmp_path, **{name: value})
    assert ended.returncode == 1
    assert f"{name}='{value}' cannot be understood: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_production_asks_for_its_own_key_hosts_and_https(tmp_path: Path) -> None:
    assert "SECRET_KEY is required" in start(tmp_path, PRODUCTION="1").stderr
    key = {"PRODUCTION": "1", "SECRET_KEY": KEY}
    assert "SECRET_KEY must be" in start(tmp_path, PRODUCTION="1", SECRET_KEY="short").stderr
    weak = start(tmp_path, PRODUCTION="1", SECRET_KEY="ab" * 40)
    assert "SECRET_KEY must be" in weak.stderr
    retired = start(tmp_path, **key, SECRET_KEY_FALLBACKS="old")
    assert "SECRET_KEY_FALLBACKS must be" in retired.stderr
    assert "ALLOWED_HOSTS must" in start(tmp_path, **key).stderr
    assert "ALLOWED_HOSTS must" in start(tmp_path, **key, ALLOWED_HOSTS="*").stderr
    hosts = {**key, "ALLOWED_HOSTS": "crm.example.com"}
    assert "SITE_URL must" in start(tmp_path, **hosts).stderr
    assert start(tmp_path, **hosts, SITE_URL="https://crm.example.com").returncode == 0


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = secret_key(tmp_path, production=False)
    assert len(first) >= 50
    assert secret_key(tmp_path, production=False) == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_key_others_may_read_is_no_secret(tmp_path: Path) -> None:
    secret_key(tmp_path, production=False)
    (tmp_path / "secret_key").chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        secret_key(tmp_path, production=False)


def test_production_starts_with_safe_cookies_and_nothing_left_to_warn_of(tmp_path: Path) -> None:
    options = {
        "PRODUCTION": "1",
        "DEBUG": "1",
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "crm.example.com",
        "SITE_URL": "https://crm.example.com",
        "LOG_SYSLOG": "udp://127.0.0.1:514",
    }
    ended = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **options)
    assert ended.returncode == 0, ended.stderr
    asked = (
        *("DEBUG", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE"),
        *("CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SECURE_HSTS_SECONDS"),
        *("CSRF_TRUSTED_ORIGINS", "SECURE_SSL_REDIRECT"),
    )
    code = f"from django.conf import settings as s; print([getattr(s, n) for n in {asked}])"
    told = start(tmp_path, "shell", "--no-imports", "-c", code, **options).stdout.strip()
    assert told == str(
        [
            *(False, "__Host-sessionid", "__Host-csrftoken", True, True, True, 31_536_000),
            *(["https://crm.example.com"], True),
        ]
    )


@pytest.mark.parametrize(
    "option", ["TRUSTED_PROXIES=*", "TRUSTED_PROXIES=proxy", "MEDIA_ROOT=static"]
)
def test_a_proxy_is_an_address_and_files_lie_apart_from_static_ones(
    tmp_path: Path, option: str
) -> None:
    name, _, value = option.partition("=")
    given = str(ROOT / value) if name == "MEDIA_ROOT" else value
    assert f"{name}=" in start(tmp_path, **{name: given}).stderr


def test_a_task_is_given_up_before_it_is_taken_again() -> None:
    slow = Q_CLUSTER["ALT_CLUSTERS"]["slow"]
    assert all(one["retry"] > one["timeout"] for one in (Q_CLUSTER, slow))


def test_sqlite_writes_one_at_a_time_and_survives_a_power_cut(tmp_path: Path) -> None:
    found = database("NOT_SET", "sqlite:///var/floor.sqlite3", tmp_path)
    assert found["NAME"] == str(tmp_path / "var/floor.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["OPTIONS"]["timeout"] == 20
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_postgresql_keeps_checked_connections_and_bounds_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = database("NOT_SET", "postgres://u@host/floor", tmp_path)
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)
    options = "-c statement_timeout=30s -c jit=off -c random_page_cost=1.1"
    assert found["OPTIONS"]["options"] == options
    monkeypatch.setenv("PGBOUNCER", "1")
    found = database("NOT_SET", "postgres://u@host/floor", tmp_path)
    assert found["DISABLE_SERVER_SIDE_CURSORS"]
    assert "options" not in found["OPTIONS"]


def test_the_readers_refuse_what_is_out_of_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOW_MANY", "12")
    assert number("HOW_MANY", 1, least=1, most=12) == 12
    assert words("NOT_SET", ("a",)) == ["a"]
    with pytest.raises(ImproperlyConfigured, match="from 1 to 11"):
        number("HOW_MANY", 1, least=1, most=11)
    with pytest.raises(ImproperlyConfigured, match="1 or 0"):
        switch("HOW_MANY")


def test_phones_and_links_never_reach_the_log() -> None:
    line = logging.LogRecord(
        "x",
        logging.WARNING,
        "",
        0,
        "call +8613800138000 or 138 0013 8000 at /s/%s/\nfaked",
        ("Zm9vYmFyYmF6cXV4",),
        None,
    )
    assert Scrub().filter(line)
    assert line.getMessage() == "call *** or *** at /s/***/\\nfaked"


def test_static_files_of_production_name_each_other_correctly(settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()


def test_every_option_is_documented() -> None:
    reader = "text|switch|number|one_of|words|mail|database|bots|gateway|addresses|private_folder"
    reader += "|syslog"
    readers = rf'\b(?:{reader})\(\s*["\']([A-Z_]+)["\']'
    sources = [ROOT / "crm" / "settings.py", ROOT / "crm" / "environment.py"]
    used = {name for path in sources for name in re.findall(readers, path.read_text())}
    page = (ROOT / "docs/settings.md").read_text()
    cells = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+)", page, re.M)
    documented = {name for cell in cells for name in re.findall(r"[A-Z_]+", cell)}
    assert used
    assert used <= documented
    assert documented - used <= {"REQUIRE_ALL"}
