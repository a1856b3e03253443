"""New rows as the database takes them, made ready by the hundred thousand.

An instance a row and Django's preparation of each value cost ten times the row itself. What a
value of an everyday type becomes is known for each column before the first row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone

Given = models.Model | Mapping[str, Any]
Prepare = Callable[[Any], Any]


class Column(NamedTuple):
    """A column: what it is called, which types stay as they are, what becomes of the others."""

    name: str
    relation: str
    stays: frozenset[type]
    prepare: Prepare
    default: Callable[[], Any]
    before: Callable[[], Any] | None


@cache
def columns_of(model: type[models.Model]) -> list[Column]:
    """The columns of a model's table but its key, in their order."""
    return [_column(field) for field in model._meta.concrete_fields if not field.primary_key]


def ready(given: Given, pk: int, columns: list[Column]) -> tuple[Any, ...]:
    """A row with its key; what is not given is as in a new instance."""
    values = vars(given) if isinstance(given, models.Model) else given
    row = [pk]
    for column in columns:
        name = column.name
        if column.before is not None:
            value = column.before()
        elif name in values:
            value = values[name]
        elif column.relation in values:
            value = values[column.relation].pk
        else:
            value = column.default()
        row.append(value if value is None or type(value) in column.stays else column.prepare(value))
    return tuple(row)


def _column(field: Any) -> Column:
    # The connection itself: asking for it by its thread costs more than what is asked of it.
    database = connections[DEFAULT_DB_ALIAS]
    # The product's rows keep moments of their own, never days.
    now = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return Column(
        field.attname,
        field.name,
        _staying(field),
        lambda value: field.get_db_prep_save(_known(field, value), database),
        field.get_default,
        timezone.now if now else None,
    )


def _known(field: Any, value: Any) -> Any:
    """What the database would fill in by itself, said: rows are copied with all their columns."""
    return field.db_default if isinstance(value, DatabaseDefault) else value


def _staying(field: Any) -> frozenset[type]:
    """The types of value that the field hands to the database unchanged."""
    if isinstance(field, models.ForeignKey):
        return _staying(field.target_field)
    kind = type(field)
    if issubclass(kind, (models.CharField, models.TextField)):
        return frozenset({str}) if _is_plain(kind, models.CharField, models.TextField) else _NONE
    if issubclass(kind, models.BooleanField):
        return frozenset({bool})
    if issubclass(kind, (models.IntegerField, models.AutoField)):
        return frozenset({int})
    if issubclass(kind, models.DateTimeField) and connection.vendor == "postgresql":
        return frozenset({dt.datetime})
    return _NONE


def _is_plain(kind: type[Any], *bases: type[Any]) -> bool:
    """Whether a field prepares its values as one of these does."""
    plain = {base.get_prep_value for base in bases}
    return kind.get_prep_value in plain and kind.get_db_prep_value is models.Field.get_db_prep_value


_NONE: frozenset[type] = frozenset()
