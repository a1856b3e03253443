"""Whether a request changed anything: what every table holds, in one fingerprint."""

import hashlib
from typing import Any

from django.db import connection

# Sessions and sign-in counters move with every request; a refusal may be written to the trail,
# and that a number stood in full on a page is kept (security.md 1.3).
LEFT_OUT = ("django_session", "axes_", "records_auditevent", "customers_phoneview", "sqlite_")


def digest() -> str:
    """A fingerprint of all rows of all tables but those left out."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        found = hashlib.sha256()
        for table in tables:
            if table.startswith(LEFT_OUT):
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in sorted(map(repr, cursor.fetchall())):
                found.update(f"{table}{row}".encode())
    return found.hexdigest()


def rows_written() -> int | None:
    """SQLite's own count of rows written on this connection; None where there is none.

    The same count before and after proves that nothing changed without reading a table. What a
    refusal appends to the trail is taken off again.
    """
    if connection.vendor != "sqlite":
        return None
    raw: Any = connection.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_auditevent")
        appended: int = cursor.fetchone()[0]
    return int(raw.total_changes) - appended
