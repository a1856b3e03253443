"""What the product's own database role may do to the trail, and how to take the rest away (D44).

On PostgreSQL alone: SQLite knows no roles, its file belongs to whoever may write it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import connection

if connection.vendor == "postgresql":
    from psycopg import sql

CONSOLE = "django.core.mail.backends.console.EmailBackend"
APPENDED = ("records_auditevent", "records_auditseal")
TAKEN = ("UPDATE", "DELETE", "TRUNCATE")
HELD = """
SELECT c.relname, pg_has_role(current_user, c.relowner, 'MEMBER'),
       array_remove(ARRAY[{rights}], NULL)
FROM pg_class c WHERE c.oid = ANY(ARRAY[{tables}]::regclass[]) ORDER BY c.relname
"""


def excess_rights() -> list[str]:
    """Why the connected role could change the trail: table by table; nothing on SQLite."""
    if connection.vendor != "postgresql":
        return []
    rights = ", ".join(
        f"CASE WHEN has_table_privilege(c.oid, '{right}') THEN '{right}' END" for right in TAKEN
    )
    tables = ", ".join(f"'{table}'" for table in APPENDED)
    with connection.cursor() as cursor:
        cursor.execute(HELD.format(rights=rights, tables=tables))
        rows = cursor.fetchall()
    return [
        f"{table}: " + ("owned by it" if owned else ", ".join(held))
        for table, owned, held in rows
        if owned or held
    ]


def head_leaves() -> bool:
    """Whether the head reaches, daily, a place that nobody with rights on the database does."""
    mails = settings.EMAIL_BACKEND != CONSOLE and bool(settings.AUDIT_HEAD_TO)
    return mails or bool(settings.LOG_SYSLOG)


def statements(role: str) -> Iterator[str]:
    """What lets `role` run the product and only append to the trail, said by the tables' owner.

    Tables of later migrations are granted to it as they are made.
    """
    name = sql.Identifier(role)
    rows, numbers = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
    tables = sql.SQL(", ").join(sql.Identifier(table) for table in APPENDED)
    for text in (
        "GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {{name}}",
        f"GRANT {numbers} ON ALL SEQUENCES IN SCHEMA public TO {{name}}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} ON TABLES TO {{name}}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {numbers} ON SEQUENCES TO {{name}}",
        "REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON {tables} FROM {name}, PUBLIC",
    ):
        yield sql.SQL(text).format(name=name, tables=tables).as_string()
