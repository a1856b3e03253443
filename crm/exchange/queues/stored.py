"""Reading stored rows: by key for an import, by time and store for an export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from crm.customers import states as card_states
from crm.customers.models import Card
from crm.exchange.queues.tables import Table, tables
from crm.exchange.sheets.defaults import OPTION_COLUMNS
from crm.exchange.sheets.definitions import Kind, Value, Values
from crm.exchange.sheets.names import loose
from crm.rulebook.models import Option
from crm.vehicles.models import Product
from followups.models import Contact, Plan

AT_ONCE = 500
ANONYMISED = "anonymised_at"


def in_chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    """Keys in the amounts one statement takes."""
    found = sorted({key for key in keys if key})
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]


class StoredRows:
    """The database's side of a workbook (`sheets.checking.Stored`), times in the store's zone."""

    def __init__(self) -> None:
        self.tables = tables()
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self._labels = {kind: option_labels(kind) for _s, _c, kind in OPTION_COLUMNS}
        self._empty: dict[str, bool] = {}

    def is_empty(self, sheet: str) -> bool:
        """Whether the sheet has no stored row at all: asked once."""
        if sheet not in self._empty:
            self._empty[sheet] = not self.tables[sheet].rows.exists()
        return self._empty[sheet]

    def rows(self, sheet: str, keys: Iterable[str]) -> dict[str, Values]:
        """The stored rows with these keys."""
        if self.is_empty(sheet):
            return {}
        table = self.tables[sheet]
        key = table.sheet.key_column.key
        found: dict[str, Values] = {}
        for chunk in in_chunks(keys):
            rows = table.rows.filter(**{f"{table.key_path}__in": chunk})
            found.update({str(values[key]): values for values in self.read(table, rows)})
        return found

    def read(self, table: Table, rows: QuerySet[Any]) -> Iterator[dict[str, Value]]:
        """Rows of a table in the workbook's terms, oldest first."""
        columns = [column.key for column in table.sheet.columns]
        paths = [self._path(table, column) for column in columns]
        gone = f"{table.card}__customer__{ANONYMISED}" if table.card else ""
        if table.sheet.key == "Customers":
            gone = f"customer__{ANONYMISED}"
        extra = [*_models(table), *([gone] if gone else [])]
        for found in rows.order_by("pk").values_list(*paths, *extra).iterator(2000):
            raw = dict(zip([*columns, *extra], found, strict=True))
            yield self._values(table, raw, anonymised=bool(gone and raw[gone]))

    def _path(self, table: Table, column: str) -> str:
        if column == "status":
            return "state"
        if column == "model":
            return "model_text"
        return table.path(column)

    def _values(
        self, table: Table, raw: Mapping[str, object], *, anonymised: bool
    ) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for column in table.sheet.columns:
            value = raw[column.key]
            if anonymised and column.personal:
                value = None
            values[column.key] = self._value(column.kind, value)
        if "status" in values:
            values["status"] = table.status_of(str(raw["status"])) or gone_status(values)
        if "model" in values:
            values["model"] = values["model"] or self._value(Kind.TEXT, raw["product__code"])
        for sheet, key, kind in OPTION_COLUMNS:
            if sheet == table.sheet.key and values[key]:
                values[key] = self._labels[kind].get(str(values[key]), values[key])
        return values

    def _value(self, kind: Kind, value: object) -> Value:
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.astimezone(self.zone).replace(microsecond=0)
        if kind is Kind.MONEY:
            return Decimal(str(value)).quantize(Decimal("0.01"))
        return value  # type: ignore[return-value]

    def live_plans(self, cards: Iterable[str]) -> dict[str, list[str]]:
        """Card number to the numbers of its live plans."""
        found: dict[str, list[str]] = defaultdict(list)
        for chunk in in_chunks(cards):
            plans = Plan.objects.live().filter(card__card_no__in=chunk)
            for card, plan in plans.values_list("card__card_no", "plan_no"):
                found[card].append(plan)
        return found

    def first_contacts(self, cards: Iterable[str]) -> dict[str, dict[str, datetime]]:
        """Card number to its contacts' numbers and times, earliest first."""
        found: dict[str, dict[str, datetime]] = defaultdict(dict)
        for chunk in in_chunks(cards):
            contacts = Contact.objects.filter(card__card_no__in=chunk).order_by("occurred_at")
            for card, number, moment in contacts.values_list(
                "card__card_no", "contact_no", "occurred_at"
            ):
                found[card][number] = moment
        return found

    def products(self) -> dict[str, str]:
        """Code to name of every product."""
        return dict(Product.objects.values_list("code", "name"))

    def options(self, kind: str) -> dict[str, str]:
        """Every way to write an option to the one way it is exported."""
        ways: dict[str, str] = {}
        for option in Option.objects.filter(kind=kind):
            shown = option.label_zh_hans or option.code
            for way in (option.code, option.label_zh_hans, option.label_zh_hant, option.label_en):
                if way:
                    ways.setdefault(loose(way), shown)
        return ways

    def merged(self, cards: Iterable[str]) -> dict[str, str]:
        """Merged card to the card that survived it."""
        rows = Card.objects.filter(state=card_states.MERGED)
        if not rows.exists():
            return {}
        return {
            card: survivor
            for chunk in in_chunks(cards)
            for card, survivor in rows.filter(card_no__in=chunk).values_list(
                "card_no", "merged_into__card_no"
            )
        }

    def phones(
        self, numbers: Iterable[str], stores: Collection[str] | None = None
    ) -> dict[str, dict[str, str]]:
        """Phone to the cards that have it, card number to the name as it is compared.

        With `stores`, cards of other stores are not looked at: a file is no way to ask for them.
        """
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for chunk in in_chunks(numbers):
            rows = Card.objects.filter(Q(customer__phone__in=chunk) | Q(customer__phone2__in=chunk))
            if stores is not None:
                rows = rows.filter(store__code__in=stores)
            columns = ("card_no", "customer__name", "customer__phone", "customer__phone2")
            for card, name, *phones in rows.values_list(*columns):
                for phone in phones:
                    found[phone][card] = loose(name)
        return found


def _models(table: Table) -> list[str]:
    return ["product__code"] if "model" in table.sheet.by_key else []


def option_labels(kind: str) -> dict[str, str]:
    """Code to the way an option is exported."""
    rows = Option.objects.filter(kind=kind)
    return {option.code: option.label_zh_hans or option.code for option in rows}


def gone_status(values: Values) -> str:
    """The status of a card that was anonymised: what it was last, as far as it is known."""
    return "lost" if values.get("lost_at") else "open"
