"""One consistent copy of the database while people write, and a scratch database to prove it.

SQLite writes its copy by `VACUUM INTO`; PostgreSQL by `pg_dump -Fc` in a snapshot in which the
rows are counted too. Passwords go by the environment, never on a command line.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess  # nosec B404: PostgreSQL's own programs and our own commands only
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE = {SQLITE: "database.sqlite3", POSTGRESQL: "database.dump"}
TABLES = {
    SQLITE: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    POSTGRESQL: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}
SEALS = "records_auditseal"
KEPT = "records_attachment"
# What libpq calls the parameters of a connection in the environment.
LIBPQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
}

Ask = Callable[[str], list[tuple[Any, ...]]]


class BackupFailed(Exception):
    """Why there is no backup, or why it cannot be trusted; the text is one sentence."""


@dataclass(frozen=True)
class Facts:
    """What a database holds: rows by table, migrations applied, the end of the audit chain.

    `kept` are size and hash of each file a row names, by its random name.
    """

    rows: dict[str, int]
    migrations: list[str]
    head: str
    kept: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scratch:
    """A restored copy: what it holds, and the environment in which our commands work on it."""

    facts: Facts
    environment: dict[str, str]
    faults: list[str]


def facts_of(ask: Ask, engine: str) -> Facts:
    """Count and list what a database holds; `ask` answers a statement with its rows."""
    tables = sorted(str(row[0]) for row in ask(TABLES[engine]))
    count = 'SELECT count(*) FROM "{}"'
    rows = {table: int(ask(count.format(table))[0][0]) for table in tables}
    done = ask("SELECT app, name FROM django_migrations")
    ends = ask(f"SELECT number, hash FROM {SEALS} ORDER BY number DESC LIMIT 1")  # noqa: S608  # nosec B608
    head = ":".join(str(part) for part in ends[0]) if ends else ""
    named = f"SELECT stored_as, size, sha256 FROM {KEPT} WHERE gone_at IS NULL"  # noqa: S608  # nosec B608
    found = ask(named) if KEPT in rows else []  # an older release had none
    kept = {str(name): (int(size), str(text)) for name, size, text in found}
    return Facts(rows, sorted(f"{app}.{name}" for app, name in done), head, kept)


def copy_database(folder: Path) -> tuple[Path, Facts]:
    """Write a consistent copy into `folder`; raises `BackupFailed`."""
    target = folder / FILE[connection.vendor]
    try:
        if connection.vendor == SQLITE:
            return target, copy_sqlite(Path(connection.settings_dict["NAME"]), target)
        return target, copy_postgresql(target)
    except (sqlite3.Error, psycopg.Error) as error:
        raise BackupFailed(f"The database could not be copied: {first_line(error)}.") from error


def copy_sqlite(source: Path, target: Path) -> Facts:
    """A reader of its own: writers go on meanwhile."""
    with closing(sqlite3.connect(source, timeout=60, isolation_level=None)) as plain:
        plain.execute("VACUUM INTO ?", (str(target),))
    with closing(sqlite3.connect(target)) as plain:
        return facts_of(lambda words: plain.execute(words).fetchall(), SQLITE)


def copy_postgresql(target: Path) -> Facts:
    """Dump and counts share one exported snapshot."""
    program = program_named("pg_dump")
    with psycopg.connect(**connection.get_connection_params()) as server:
        server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        server.read_only = True
        server.execute("SET LOCAL statement_timeout = 0")
        server.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        found = server.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = str(found[0]) if found else ""
        words = ["--format=custom", "--no-owner", "--no-privileges", "--no-password"]
        words += [f"--snapshot={snapshot}", f"--file={target}"]
        call([program, *words], {**server_environment(), "PGDATABASE": database_name()})
        return facts_of(lambda words: server.execute(words.encode()).fetchall(), POSTGRESQL)


@contextmanager
def restored(source: Path, engine: str) -> Iterator[Scratch]:
    """`source` restored into a scratch database that is gone afterwards; raises `BackupFailed`."""
    if engine != connection.vendor:
        raise BackupFailed(
            f"The backup is of a {engine} database: check it where DATABASE_URL names one."
        )
    try:
        if engine == SQLITE:
            yield restored_sqlite(source)
        else:
            with scratch_database() as name:
                yield restored_postgresql(source, name)
    except (sqlite3.Error, psycopg.Error) as error:
        raise BackupFailed(f"The backup cannot be restored: {first_line(error)}.") from error


def restored_sqlite(source: Path) -> Scratch:
    """The file is the database."""
    with closing(sqlite3.connect(source)) as plain:
        found = [str(row[0]) for row in plain.execute("PRAGMA integrity_check").fetchall()]
        faults = [f"the file is damaged: {found[0]}"] if found != ["ok"] else []
        if plain.execute("PRAGMA foreign_key_check").fetchone():
            faults.append("rows point at rows that are missing")
        facts = facts_of(lambda words: plain.execute(words).fetchall(), SQLITE)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{source.resolve()}"}
    return Scratch(facts, environment, faults)


def restored_postgresql(source: Path, name: str) -> Scratch:
    """Restored by `pg_restore` into the database `name`."""
    environment = {**server_environment(), "DATABASE_URL": f"postgres:///{name}"}
    words = ["--no-owner", "--no-privileges", "--no-password", "--exit-on-error"]
    call([program_named("pg_restore"), *words, f"--dbname={name}", str(source)], environment)
    params = {**connection.get_connection_params(), "dbname": name}
    with psycopg.connect(**params) as server:
        facts = facts_of(lambda words: server.execute(words.encode()).fetchall(), POSTGRESQL)
    return Scratch(facts, environment, [])


@contextmanager
def scratch_database() -> Iterator[str]:
    """An empty database beside the own one, dropped afterwards."""
    name = f"restore_check_{uuid.uuid4().hex[:12]}"
    params = connection.get_connection_params()
    with psycopg.connect(**params, autocommit=True) as server:
        try:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
            )
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupFailed(
                f"The database user may not create a scratch database: ALTER ROLE"
                f" {params.get('user', '…')} CREATEDB allows it."
            ) from error
        try:
            yield name
        finally:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            server.execute(drop.format(sql.Identifier(name)))


def run_manage(environment: dict[str, str], *words: str) -> tuple[int, str]:
    """One of our own commands on another database: its exit code and what it said last."""
    done = subprocess.run(  # noqa: S603  # nosec B603: our own command
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stderr or done.stdout).strip().splitlines()
    return done.returncode, said[-1] if said else ""


# --- PostgreSQL's programs ---------------------------------------------------------------


def program_named(name: str) -> str:
    """Where a program of PostgreSQL's client lies; raises `BackupFailed`."""
    if found := shutil.which(name):
        return found
    places = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(places, key=lambda path: int("0" + path.parts[-3].split(".")[0]), default=None)
    if newest is None:
        raise BackupFailed(
            f"{name} is not found: install PostgreSQL's client (apt-get install postgresql-client)."
        )
    return str(newest)


def database_name() -> str:
    return str(connection.settings_dict["NAME"])


def server_environment() -> dict[str, str]:
    """How PostgreSQL's programs and libpq reach the server of the own database."""
    params = connection.get_connection_params()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    found = {LIBPQ[key]: str(value) for key, value in params.items() if value and key in LIBPQ}
    return {**clean, **found}


def call(words: list[str], environment: dict[str, str]) -> None:
    """Run a program to its end; raises `BackupFailed` with what it said."""
    done = subprocess.run(  # noqa: S603  # nosec B603: PostgreSQL's own program
        words,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise BackupFailed(f"{Path(words[0]).name} failed: {said[0].rstrip('.')}.")


def first_line(error: Exception) -> str:
    """What an error says, without its second line and full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
