"""Rows by the ten thousand, written and changed in one statement a batch.

All values of a batch travel as one JSON text, which costs a tenth of an instance a row. Only for
rows that nothing but the database's own constraints watches over.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection, models

from crm.people.models import PublicIdField, new_public_ids

Values = Mapping[str, Any]
WRITE = "INSERT INTO {table} ({names}) SELECT {values} FROM {rows} WHERE true {conflict}"
CHANGE = "UPDATE {table} SET {sets} FROM {rows} WHERE {table}.{key} = t.{key}"


def write_rows(model: type[models.Model], rows: Sequence[Values], *, twice: str = "") -> None:
    """Write new rows, given by their columns, each by the same ones.

    What is not given is as in a new instance. A row whose unique column `twice` is there already
    is left out. Moments are aware.
    """
    if not rows:
        return
    fields = [field for field in _columns_of(model) if not field.primary_key]
    ids: list[Any] = [field for field in fields if isinstance(field, PublicIdField)]
    sent = [field for field in fields if field in ids or field.column in rows[0]]
    same = [field for field in fields if field not in sent]
    made = [_row(row) for row in rows]
    for field in ids:
        for row, public_id in zip(made, new_public_ids(len(rows)), strict=True):
            row[field.column] = public_id
    quote = connection.ops.quote_name
    columns = [quote(field.column) for field in sent]
    values = ", ".join([*columns, *["%s"] * len(same)])
    names = ", ".join([*columns, *(quote(field.column) for field in same)])
    conflict = f"ON CONFLICT ({quote(twice)}) DO NOTHING" if twice else ""
    first = [field.get_db_prep_save(field.get_default(), connection) for field in same]
    _send(WRITE, model, sent, made, first, names=names, values=values, conflict=conflict)


def change_rows(model: type[models.Model], rows: Sequence[Values]) -> None:
    """Set columns of rows found by their key, given with it; the same columns of each."""
    if not rows:
        return
    key: Any = model._meta.pk
    fields = [field for field in _columns_of(model) if field.column in rows[0]]
    quote = connection.ops.quote_name
    sets = ", ".join(
        f"{quote(field.column)} = t.{quote(field.column)}" for field in fields if field is not key
    )
    _send(CHANGE, model, fields, [_row(row) for row in rows], [], sets=sets, key=quote(key.column))


def _send(
    sql: str,
    model: type[models.Model],
    fields: Sequence[Any],
    rows: Sequence[Values],
    first: Sequence[Any],
    **parts: str,
) -> None:
    """Send one statement with its rows; names come from the models alone, values from nowhere."""
    quote = connection.ops.quote_name
    table = _recordset(fields, quote) if _has_server() else _each(fields, quote)
    named = sql.format(table=quote(model._meta.db_table), rows=table, **parts)
    with connection.cursor() as cursor:
        cursor.execute(named, [*first, json.dumps(rows, ensure_ascii=False)])


def _recordset(fields: Sequence[Any], quote: Callable[[str], str]) -> str:
    """The rows as PostgreSQL reads them: a table of the columns' own types."""
    columns = ", ".join(f"{quote(field.column)} {field.db_type(connection)}" for field in fields)
    return f"json_to_recordset(%s::json) AS t({columns})"


def _each(fields: Sequence[Any], quote: Callable[[str], str]) -> str:
    """The same as SQLite reads them."""
    columns = ", ".join(
        f"json_extract(value, '$.{field.column}') AS {quote(field.column)}" for field in fields
    )
    return f"(SELECT {columns} FROM json_each(%s)) AS t"  # noqa: S608  # nosec B608: names of ours


def _columns_of(model: type[models.Model]) -> Sequence[Any]:
    """The fields of a model that are columns of its table."""
    return model._meta.concrete_fields


def _row(row: Values) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """A value as JSON, a moment as the database writes it."""
    if isinstance(value, dt.datetime):
        return str(connection.ops.adapt_datetimefield_value(value))
    return value


def _has_server() -> bool:
    return connection.vendor == "postgresql"
