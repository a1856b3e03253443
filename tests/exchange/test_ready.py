"""Rows made ready by the hundred thousand are what Django itself would have written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from complaints.models import Ticket
from crm.customers.models import Card, Customer, LevelChange, Ownership, TimelineEntry
from crm.exchange.actions.ready import columns_of, ready
from crm.exchange.sheets.registry import BY_KEY
from crm.orders.models import Order
from crm.people.models import PublicIdField
from followups.models import Contact, Plan, PlannedContact
from tests.exchange.books import bring, floor
from visits.models import Visit

AT = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
MODELS = (
    *(Card, Customer, LevelChange, Ownership, TimelineEntry, Contact, Plan, PlannedContact),
    *(Order, Ticket, Visit),
)


def some(field: Any) -> Any:
    """A value such as a file gives."""
    if isinstance(field, models.ForeignKey):
        return 7
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.IntegerField):
        return 3
    if isinstance(field, models.DateTimeField):
        return AT
    if isinstance(field, models.DateField):
        return AT.date()
    if isinstance(field, models.DecimalField):
        return Decimal("12.30")
    if isinstance(field, models.JSONField):
        return {"name": "王\t\\\n"}
    return "王\t\\\n"[: field.max_length or 9]


def plain(row: tuple[Any, ...]) -> list[str]:
    """Values as they can be compared, without what the driver wraps some of them in."""
    shown = [getattr(value, "obj", value) for value in row]
    own = (bool, type(None))
    return [repr(int(v)) if isinstance(v, int) and type(v) not in own else repr(v) for v in shown]


def by_django(obj: models.Model) -> tuple[Any, ...]:
    """As a save would send it, the key first."""
    fields = [field for field in obj._meta.concrete_fields if not field.primary_key]
    values = [(field, field.pre_save(obj, add=True)) for field in fields]
    # What the database would fill in by itself is a plain value with us.
    plain = [(f, f.db_default if isinstance(v, DatabaseDefault) else v) for f, v in values]
    return (obj.pk, *(field.get_db_prep_save(value, connection) for field, value in plain))


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("full", [True, False])
def test_a_row_is_what_django_writes(model: type[models.Model], full: bool) -> None:
    """Given and not given, as an instance and as its fields."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    given = {field.attname: some(field) for field in fields if full}
    given |= {f.attname: "given" for f in fields if isinstance(f, PublicIdField)}
    given |= {
        f.attname: AT
        for f in fields
        if isinstance(f, models.DateTimeField) and f.has_default() and f.attname not in given
    }
    obj = model(pk=5, **given)
    columns = columns_of(model)
    expected = plain(by_django(obj))
    assert plain(ready(given, 5, columns)) == expected
    assert plain(ready(obj, 5, columns)) == expected


@pytest.mark.django_db
def test_what_is_not_given_is_new_for_each_row() -> None:
    columns = columns_of(Card)
    place = 1 + [column.name for column in columns].index("public_id")
    ids = {ready({}, 5, columns)[place] for _turn in range(20)}
    assert len(ids) == 20
    assert all(ids)


@pytest.mark.django_db
def test_a_relation_may_be_given_as_the_row_it_leads_to() -> None:
    columns = columns_of(Card)
    place = 1 + [column.name for column in columns].index("customer_id")
    assert ready({"customer": Customer(pk=31)}, 5, columns)[place] == 31


def renumbered(sheet: str) -> dict[str, str]:
    """The floor's only row of a sheet once more, under another number and for the second card."""
    (row,) = floor()[sheet]
    columns = BY_KEY[sheet]
    again = row | {columns.key_column.key: f"{row[columns.key_column.key]}-2"}
    own = {column.key for column in columns.references if column.refers_to not in STAYS}
    return {key: value for key, value in again.items() if key not in own or key == "card_no"}


STAYS = ("Staff", "Products", "Customers", "Plans", "Orders")


@pytest.mark.django_db
def test_every_sheet_comes_in_where_everybody_is_there_already(tmp_path: Path) -> None:
    """Nothing new that others need: rows are made ready ahead, also those of tickets and visits."""
    assert bring(tmp_path / "first", floor()).saved
    sheets = ("Reception", "PlannedContacts", "Contacts", "Payments", "Tickets", "Visits")
    again = {sheet: [renumbered(sheet)] for sheet in sheets}
    outcome = bring(tmp_path / "second", again)
    assert not outcome.findings.refused
    assert outcome.saved
    assert {sheet: count.created for sheet, count in outcome.counts.items()} == dict.fromkeys(
        sheets, 1
    )
    assert Ticket.objects.get(ticket_no="T1-2").version == 1
    assert Ticket.objects.get(ticket_no="T1-2").misses == 0
