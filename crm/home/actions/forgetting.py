"""Walks the tables of fates over one customer's rows, in the caller's transaction (D48)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Case, F, Field, Model, QuerySet, Value, When
from django.db.models.functions import TruncYear

from crm.home.queues.erasures import TABLES, Person, fates_of, model_of, rows_of
from crm.records.fates import HIDDEN, Kind, Table
from crm.rulebook.models import Option

MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d[\d:.]*(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)


def forget_rows(person: Person) -> None:
    """Give every column of every row its fate; rows with a version rise by one."""
    known = {*codes(), *Option.objects.values_list("code", flat=True)}
    known |= person.ids | person.numbers
    for table in TABLES:
        if any(fate.kind is not Kind.KEEP for fate in table.fates.values()):
            rows = rows_of(table, person)
            _strip(rows, table, known)
            _blank(rows, table)


def _blank(rows: QuerySet[Any], table: Table) -> None:
    """Empty, hide and coarsen whole columns by one statement."""
    columns = {one.name: one for one in model_of(table)._meta.concrete_fields}
    changes: dict[str, Any] = {name: empty(columns[name]) for name in fates_of(table, Kind.EMPTY)}
    changes |= {
        name: Case(When(**{name: ""}, then=Value("")), default=Value(HIDDEN))
        for name in fates_of(table, Kind.HIDE)
    }
    changes |= {name: TruncYear(name) for name in fates_of(table, Kind.YEAR)}
    if not changes:
        return
    if "version" in columns:
        changes["version"] = F("version") + 1
    rows.update(**changes)


def empty(column: Field[Any, Any]) -> Any:
    """What an empty column holds."""
    if column.null:
        return None
    return column.get_default() if column.has_default() and not column.empty_strings_allowed else ""


def _strip(rows: QuerySet[Any], table: Table, known: set[str]) -> None:
    """Leave codes alone in a column and take every word out of it."""
    names = fates_of(table, Kind.CODES)
    if not names:
        return
    changed: list[Model] = []
    for row in rows.only(*names).iterator(500):
        before = {name: getattr(row, name) for name in names}
        after = {name: stripped(value, known) for name, value in before.items()}
        if after != before:
            for name, value in after.items():
                setattr(row, name, value)
            changed.append(row)
    model_of(table)._default_manager.bulk_update(changed, names, batch_size=200)


def stripped(value: Any, known: Iterable[str]) -> Any:
    """A value without words: codes, our own numbers, dates and figures stay."""
    if isinstance(value, dict):
        return {key: stripped(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [stripped(one, known) for one in value]
    if isinstance(value, str) and value not in known and not MOMENT.fullmatch(value):
        return ""
    return value


@cache
def codes() -> frozenset[str]:
    """Every code a column of ours may hold, and the names of the columns."""
    found: set[str] = set()
    for model in apps.get_models():
        for one in model._meta.concrete_fields:
            found |= {one.name, *(str(code) for code, _words in one.flatchoices or ())}
    return frozenset(found)
