"""On PostgreSQL the product's own role may only append to the trail (D44)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from crm.home.management.checks import trail_is_out_of_reach
from crm.records.audit import record
from crm.records.audit.grants import excess_rights, statements
from tests.people import Cast, make_cast

ROLE = "showfloor_app_of_a_test"
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no roles")


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def role(db) -> Iterator[str]:
    """A role of its own, gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        yield ROLE
        cursor.execute("RESET ROLE")


def ids() -> set[str]:
    return {str(message.id) for message in trail_is_out_of_reach()}


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "permission denied" in str(error)
    return False


@on_postgres
def test_a_role_that_owns_the_tables_is_told_of(db) -> None:
    assert "showfloor.W002" in ids()
    assert "owned by it" in excess_rights()[0]


@on_postgres
def test_a_granted_role_appends_and_changes_nothing(cast: Cast, role: str) -> None:
    call_command("audit_grants", role, apply=True, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    assert excess_rights() == []
    assert "showfloor.W002" not in ids()
    record("people.sign_in", by=cast.lin)
    for table, column in (("records_auditevent", "at"), ("records_auditseal", "hash")):
        change = f"UPDATE {table} SET {column} = {column}"
        for verb in (change, f"DELETE FROM {table}", f"TRUNCATE {table}"):
            assert refused(verb), verb
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_user SET name = name")
        cursor.execute("DELETE FROM records_auditwords")


@on_postgres
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_each_right_too_many_is_named(cast: Cast, role: str, right: str) -> None:
    call_command("audit_grants", role, apply=True, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT {right} ON records_auditseal TO {role}")
        cursor.execute(f"SET ROLE {role}")
    assert excess_rights() == [f"records_auditseal: {right}"]


@on_postgres
def test_without_apply_it_only_says_what_it_would_say(role: str) -> None:
    said = io.StringIO()
    call_command("audit_grants", role, stdout=said)
    assert "REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON" in said.getvalue()
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    assert refused("SELECT 1 FROM people_user")


@on_postgres
def test_the_owner_and_a_role_that_is_not_there_are_refused(db) -> None:
    for name in (connection.settings_dict["USER"], "nobody of this name"):
        with pytest.raises(CommandError):
            call_command("audit_grants", name, apply=True, stdout=io.StringIO())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows roles")
def test_sqlite_has_no_roles(db) -> None:
    assert excess_rights() == []
    with pytest.raises(CommandError):
        call_command("audit_grants", ROLE)


def test_a_name_is_quoted() -> None:
    if connection.vendor == "postgresql":
        assert all('"a""; DROP TABLE x; --"' in one for one in statements('a"; DROP TABLE x; --'))


def test_a_head_that_stays_in_the_house_is_told_of(db, settings: Any, client: Any) -> None:
    settings.AUDIT_HEAD_TO, settings.LOG_SYSLOG = [], None
    assert "showfloor.W003" in ids()
    settings.AUDIT_HEAD_TO = ["audit@example.com"]
    assert "showfloor.W003" not in ids()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "showfloor.W003" in ids()
    settings.LOG_SYSLOG = {"address": "/dev/log"}
    assert "showfloor.W003" not in ids()


def test_the_page_of_the_trail_says_so_in_production(
    cast: Cast, settings: Any, client: Any
) -> None:
    client.force_login(cast.pan)
    settings.AUDIT_HEAD_TO, settings.LOG_SYSLOG = [], None
    assert "AUDIT_HEAD_TO" not in client.get("/audit-events/").content.decode()
    settings.PRODUCTION = True
    assert "AUDIT_HEAD_TO" in client.get("/audit-events/").content.decode()
