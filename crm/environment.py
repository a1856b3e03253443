"""How options are read from the environment: each reader refuses what it cannot understand.

A value that cannot be understood raises ``ImproperlyConfigured`` with a sentence that names it.
"""

import ipaddress
import os
import re
import secrets
import socket
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

SYSLOG_PORT = 514
SYSLOG_EXPECTS = "it is udp://host:514 or a socket such as /dev/log"


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


def secret_key(folder: Path, *, production: bool) -> str:
    """The signing key; outside production it is made once and kept in ``folder`` (mode 0600)."""
    if given := text("SECRET_KEY"):
        if production:
            must_be_random("SECRET_KEY", given)
        return given
    if production:
        raise ImproperlyConfigured("SECRET_KEY is required with PRODUCTION=1.")
    path = folder / "secret_key"
    folder.mkdir(mode=0o700, exist_ok=True)
    fresh = folder / f"secret_key.{os.getpid()}"
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
    if path.stat().st_mode & 0o077:
        raise ImproperlyConfigured(f"{path} may be read by others: chmod 600 {path}")
    return path.read_text().strip()


def must_be_random(name: str, key: str) -> None:
    """Refuse a key somebody could guess: short, repeated, or made by a project template."""
    if len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(f"{name} must be 50 random characters or more.")


def retired_keys(*, production: bool) -> list[str]:
    """Keys that signed before the present one; each as hard to guess."""
    keys = words("SECRET_KEY_FALLBACKS")
    for key in keys if production else []:
        must_be_random("SECRET_KEY_FALLBACKS", key)
    return keys


def addresses(name: str) -> list[str]:
    """An option that lists network addresses, never a name or a wildcard (D29)."""
    found = words(name)
    for one in found:
        try:
            ipaddress.ip_address(one)
        except ValueError:
            raise refuse(name, "it lists network addresses such as 10.0.0.5") from None
    return found


def private_folder(name: str, default: Path, *, public: tuple[Path, ...]) -> Path:
    """A folder for people's files, outside what the web server hands to anybody."""
    found = Path(text(name, str(default))).resolve()
    if any(found.is_relative_to(folder) or folder.is_relative_to(found) for folder in public):
        raise refuse(name, "it lies apart from the static files, which anybody may read")
    return found


def mail(name: str, default: str) -> dict[str, Any]:
    """Where mail leaves, from its URL."""
    try:
        found: dict[str, Any] = environ.Env.email_url_config(text(name, default))
    except (KeyError, ValueError, ImproperlyConfigured) as error:
        raise refuse(name, "it is an address such as smtp+tls://user:word@host:587") from error
    return found


def bots(name: str, scheme: str) -> dict[str, str]:
    """A chat bot's address for the house, or one a store as ``CODE=address``, by code.

    The address is a secret: the sentence that refuses it does not repeat it.
    """
    found: dict[str, str] = {}
    for word in text(name).split():
        code, joint, url = word.rpartition(f"{scheme}://")
        store, equals, rest = code.partition("=")
        if not (joint and url and not rest and bool(store) == bool(equals)):
            words = f"it is {scheme}://… or a list of STORE={scheme}://…"
            raise ImproperlyConfigured(f"{name} cannot be understood: {words}.")
        found[store] = f"{scheme}://{url}"
    return found


def gateway(name: str, schemes: tuple[str, ...]) -> str:
    """The address of a service outside; a secret as well."""
    value = text(name)
    if value and urlsplit(value).scheme not in schemes:
        words = f"it begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"
        raise ImproperlyConfigured(f"{name} cannot be understood: {words}.")
    return value


def syslog(name: str) -> dict[str, Any]:
    """Where log lines go besides, as the handler of the standard library wants it; empty: nowhere.

    `udp://host:514`, or the path of a socket of this machine such as `/dev/log`.
    """
    value = text(name)
    if not value or value.startswith("/"):
        return {"address": value, "socktype": socket.SOCK_DGRAM} if value else {}
    parts = urlsplit(value)
    try:
        port = parts.port or SYSLOG_PORT
    except ValueError:
        raise refuse(name, SYSLOG_EXPECTS) from None
    if parts.scheme != "udp" or not parts.hostname or parts.path:
        raise refuse(name, SYSLOG_EXPECTS)
    return {"address": (parts.hostname, port), "socktype": socket.SOCK_DGRAM}


def database(name: str, default: str, folder: Path) -> dict[str, Any]:
    """One database from its URL, with the options its engine needs to be safe under load.

    A relative SQLite path starts at ``folder``. ``PGBOUNCER`` and ``STATEMENT_TIMEOUT_S`` count
    for PostgreSQL.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found: dict[str, Any] = environ.Env.db_url_config(text(name, default))
        except (ValueError, ImproperlyConfigured):
            found = {}
    if found.get("ENGINE") == "django.db.backends.sqlite3" and found.get("NAME"):
        return found | sqlite_options(folder / found["NAME"])
    if found.get("ENGINE") == "django.db.backends.postgresql" and found.get("NAME"):
        return found | postgresql_options(found.get("OPTIONS", {}))
    raise refuse(name, "it begins with sqlite:/// or postgres:// and names a database")


def sqlite_options(path: Path) -> dict[str, Any]:
    """One writer at a time that waits its turn, and commits that survive a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


def postgresql_options(given: dict[str, Any]) -> dict[str, Any]:
    """Connections that are kept and checked, and a bound for every statement."""
    timeout = number("STATEMENT_TIMEOUT_S", 30, least=1, most=3600)
    found: dict[str, Any] = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": given}
    if switch("PGBOUNCER"):  # it passes no start-up options on; a cursor may not outlive its turn
        return found | {"DISABLE_SERVER_SIDE_CURSORS": True}
    # Compiling a statement costs more than it saves: a dashboard took 20 s instead of 1. And no
    # disk of today has a head to move: PostgreSQL would read a whole table to find a twentieth.
    options = f"-c statement_timeout={timeout}s -c jit=off -c random_page_cost=1.1"
    return found | {"OPTIONS": {"prepare_threshold": 5, **given, "options": options}}
