"""Whether a request changed anything: what every table holds, in one fingerprint."""

import hashlib
from typing import Any

from django.db import connection

# Sessions and sign-in counters move with every request; a refusal may be written to the trail, a
# wrong link is counted, and that a number stood in full on a page is kept (security.md 1.3).
LEFT_OUT = (
    *("django_session", "axes_", "sqlite_"),
    *("records_auditevent", "records_wronglink", "customers_phoneview"),
)


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


def rows_written() -> int:
    """The database's own count of rows written within this transaction, those left out apart.

    The same count before and after proves that nothing changed without reading a table. What was
    written and rolled back to a savepoint counts as well: the count only grows.
    """
    counted = WRITTEN[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(counted)
        found: int = cursor.fetchone()[0]
    raw: Any = connection.connection
    # SQLite counts for all tables at once: what a refusal appends, or a wrong link, is taken off.
    return int(raw.total_changes) - found if connection.vendor == "sqlite" else found


WRITTEN = {
    "sqlite": "SELECT (SELECT count(*) FROM records_auditevent) + "
    "(SELECT coalesce(sum(times + 1), 0) FROM records_wronglink)",
    "postgresql": "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint "
    "FROM pg_stat_xact_user_tables WHERE NOT (relname ~ '^(" + "|".join(LEFT_OUT) + ")')",
}
