"""What a list that can be taken out is made of: its rows, its columns, how a cell reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from crm.customers.access import masked_phone, shown_name
from crm.exchange.sheets.definitions import Value
from crm.people.models import User
from crm.reports.queues.whole import WholeFigure
from crm.ui.lists import Listing, ListSpec


@dataclass(frozen=True)
class Asked:
    """For whom the rows are read, by which filter, and when; `unmasked` was approved."""

    user: User
    query: Mapping[str, str]
    now: dt.datetime
    unmasked: bool = False


@dataclass(frozen=True)
class ListColumn:
    """A column of a list: its key, its words, and what a row shows in it."""

    key: str
    label: Any
    read: Callable[[Any, Asked], Value]


@dataclass(frozen=True)
class ExportList:
    """A list that can be taken out; `rows` gives all of its pages, or the listing they are of.

    One that tells of no customer, figures alone, counts against nobody's rows of the day. One
    whose page is no listing is not `is_paged`; `shown` are the words of its chips. `more` names
    the columns that hang on what is asked for.
    """

    key: str
    label: Any
    may: frozenset[str]
    rows: Callable[[Asked], Sequence[Any] | QuerySet[Any] | WholeFigure | Listing[Any]]
    columns: Sequence[ListColumn]
    has_phones: bool = False
    tells_of_customers: bool = True
    is_paged: bool = True
    shown: Mapping[str, Any] = field(default_factory=dict)
    more: Callable[[Asked], Sequence[ListColumn]] | None = None

    def columns_for(self, asked: Asked) -> Sequence[ListColumn]:
        """The columns of what is asked for: those of the list, and those its rows bring along."""
        return (*self.columns, *(self.more(asked) if self.more else ()))

    def every(self, asked: Asked) -> Sequence[Any] | QuerySet[Any] | WholeFigure:
        """The rows of all pages, filtered and sorted as the page at hand."""
        rows = self.rows(asked)
        return rows.every() if isinstance(rows, Listing) else rows

    def count(self, asked: Asked) -> int:
        """How many rows the list has."""
        rows = self.every(asked)
        return rows.count() if isinstance(rows, QuerySet) else len(rows)

    def lines(self, asked: Asked, most: int) -> Iterable[list[Value]]:
        """What the file holds, row by row; no more than were counted and approved."""
        rows = self.every(asked)
        found: Iterable[Any]
        if isinstance(rows, WholeFigure):
            found = rows.first(most)
        else:
            found = rows[:most].iterator(500) if isinstance(rows, QuerySet) else rows[:most]
        columns = self.columns_for(asked)
        for row in found:
            yield [column.read(row, asked) for column in columns]


def pages(spec: ListSpec, rows: QuerySet[Any], asked: Asked) -> Listing[Any]:
    """A list filtered and sorted as its page is."""
    return spec.show(rows, asked.query)


def local(moment: dt.datetime | None) -> Value:
    """A moment as people read it, in the store's zone."""
    return None if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def name_of(card: Any, asked: Asked) -> Value:
    """The customer as the list shows them."""
    return shown_name(asked.user, card) if card is not None else None


def phone_of(card: Any, asked: Asked) -> Value:
    """The number, masked unless somebody approved it in full."""
    return str(card.customer.phone) if asked.unmasked else masked_phone(card)


def person(user: Any) -> Value:
    """Somebody's name."""
    return user.name if user is not None else None


def words(row: Any, field: str) -> Value:
    """A choice in words."""
    return str(getattr(row, f"get_{field}_display")())
