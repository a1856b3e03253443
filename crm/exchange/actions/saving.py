"""What every sheet's bulk verb needs: keys to primary keys, people's posts, bulk writing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import F, Model
from django.utils import timezone

from crm.exchange.actions.ledger import Ledger
from crm.exchange.actions.newcards import NewCards
from crm.exchange.actions.pending import Pending
from crm.exchange.actions.ready import Given
from crm.exchange.queues.stored import in_chunks
from crm.exchange.sheets.definitions import Value
from crm.exchange.sheets.rows import Book, Row
from crm.people.models import Membership, User
from crm.vehicles.models import Product

AT_ONCE = 1000
IN_ONE_STATEMENT = 400
BATCH = 4000


class Post(NamedTuple):
    """The store and team of somebody's main membership: what their rows keep."""

    store_id: int | None = None
    team_id: int | None = None


NOWHERE = Post()


@dataclass
class Counts:
    """How many rows of a sheet did what."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass
class Saving:
    """One import being saved: the clock, whose it is, and every key seen so far."""

    by: User | None
    now: dt.datetime
    pks: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    posts: dict[int, Post] = field(default_factory=dict)
    counts: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    ledger: Ledger = field(default_factory=Ledger)
    step: Callable[[int], None] = field(default=lambda _rows: None)
    # None writes at once; else writes are made ready first and done in one short transaction.
    pending: Pending | None = None
    new_cards: NewCards = field(default_factory=NewCards)

    def later(self, write: Callable[[], object]) -> None:
        """Do it in the transaction: at once, or when everything is ready."""
        if self.pending is None:
            write()
        else:
            self.pending.later(lambda: (write(), None)[1])

    def pk(self, sheet: str, key: Value) -> int | None:
        """The primary key of the row a reference names; None for an empty reference."""
        return self.pks[sheet][str(key)] if key else None

    def post(self, person: Value) -> Post:
        """Store and team of somebody on the staff list."""
        pk = self.pk("Staff", person)
        return self.posts.get(pk, NOWHERE) if pk else NOWHERE


def chunks(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    """Primary keys in the amounts one statement takes."""
    for start in range(0, len(pks), IN_ONE_STATEMENT):
        yield pks[start : start + IN_ONE_STATEMENT]


def good_rows(book: Book, sheet: str) -> list[Row]:
    """The rows of a sheet that are to be saved."""
    return [row for row in book.rows.get(sheet, []) if row.good]


def split(saving: Saving, rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """New and changed rows, counted; what would change nothing is left alone."""
    new: list[Row] = []
    changed: list[Row] = []
    for row in rows:
        counts = saving.counts[row.sheet.key]
        if row.is_new:
            new.append(row)
            counts.created += 1
        elif row.changed:
            changed.append(row)
            counts.updated += 1
        else:
            counts.unchanged += 1
    return new, changed


def know(saving: Saving, sheet: str, model: type[Model], key: str, keys: Iterable[Value]) -> None:
    """Learn the primary keys of stored rows that will be referred to."""
    known = saving.pks[sheet]
    for chunk in in_chunks(str(wanted) for wanted in keys if wanted and str(wanted) not in known):
        rows = model._default_manager.filter(**{f"{key}__in": chunk})
        known.update(rows.values_list(key, "pk"))


def referred(book: Book) -> dict[str, set[Value]]:
    """Every key by its sheet that rows to be saved name or have."""
    keys: dict[str, set[Value]] = defaultdict(set)
    for sheet, rows in book.rows.items():
        for row in rows:
            if row.good:
                keys[sheet].add(row.key)
                for column in row.sheet.references:
                    keys[column.refers_to].add(row.values.get(column.key))
    return keys


def save_rows(
    saving: Saving,
    rows: Sequence[Row],
    model: type[Model],
    fields_of: Callable[[Row], Mapping[str, Any]],
) -> None:
    """Create the new rows and update the changed ones, and remember their primary keys.

    `fields_of` gives the model's fields of a row; an updated row's version rises by one.
    """
    new, changed = split(saving, rows)
    if not new and not changed:
        return
    sheet = rows[0].sheet.key
    for part in batches(new):
        pks = create(saving, model, [fields_of(row) for row in part])
        saving.pks[sheet].update(zip((row.key for row in part), pks, strict=True))
    saving.later(lambda: update_rows(saving, changed, model, fields_of))


def batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    """In parts of which one is held in memory at a time."""
    rest = iter(items)
    while part := list(islice(rest, BATCH)):
        yield part


def create(saving: Saving, model: type[Model], rows: Iterable[Given]) -> list[int]:
    """Write new rows, or make them ready; note them for an undo, and say how far it is.

    Rows are instances, or the fields of one. Returns their keys.
    """
    found: list[int] = []
    for made in batches(rows):
        if saving.pending is not None:
            pks = saving.pending.insert(model, made, saving.step)
        else:
            pks = [obj.pk for obj in create_now(saving, model, made)]
        saving.ledger.note_made(model, pks)
        found += pks
    return found


def create_now(saving: Saving, model: type[Model], rows: Sequence[Given]) -> Iterator[Model]:
    """Write new rows at once, with Django's own hands."""
    objects = [row if isinstance(row, Model) else model(**row) for row in rows]
    for start in range(0, len(objects), AT_ONCE):
        part = objects[start : start + AT_ONCE]
        yield from model._default_manager.bulk_create(part)
        saving.step(len(part))


def update_rows(
    saving: Saving,
    rows: Sequence[Row],
    model: type[Model],
    fields_of: Callable[[Row], Mapping[str, Any]],
) -> None:
    """Write the changed rows in as few statements as their number allows.

    Rows are grouped by the fields they write, so that none touches what it does not name.
    """
    groups: dict[tuple[str, ...], list[Model]] = defaultdict(list)
    saving.ledger.remember(model, [saving.pks[row.sheet.key][row.key] for row in rows])
    for row in rows:
        fields = dict(fields_of(row))
        obj = model(pk=saving.pks[row.sheet.key][row.key], **fields)
        obj.version = F("version") + 1  # type: ignore[attr-defined]
        groups[tuple(sorted(fields))].append(obj)
    for names, objects in groups.items():
        model._default_manager.bulk_update(objects, [*names, "version"], batch_size=200)
        saving.step(len(objects))


def held_by(
    saving: Saving, row: Row, column: str, *, fallback: Value = None, prefix: str = ""
) -> dict[str, int | None]:
    """The team and store a row keeps: its person's, else the store `fallback` alone.

    Only for a new row or another person: a later move does not rewrite history.
    """
    if not row.is_new and column not in row.changed:
        return {}
    if person := row.values[column]:
        post = saving.post(person)
        return {f"{prefix}team_id": post.team_id, f"{prefix}store_id": post.store_id}
    return {f"{prefix}team_id": None, f"{prefix}store_id": saving.pk("Stores", fallback)}


def learn_posts(saving: Saving) -> None:
    """Look up the main membership of everybody known so far: the first one valid today."""
    pks = [pk for pk in saving.pks["Staff"].values() if pk not in saving.posts]
    today = timezone.localdate(saving.now)
    for start in range(0, len(pks), AT_ONCE):
        valid = Membership.objects.valid_on(today).filter(user__in=pks[start : start + AT_ONCE])
        for user, store, team in valid.values_list("user_id", "store_id", "team_id"):
            saving.posts.setdefault(user, Post(store, team))


def new_state(row: Row, groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The first state of the status' group, where the status is new or has changed.

    A status that says what is stored keeps the finer state.
    """
    if row.stored is not None and row.stored.get("status") == row.values["status"]:
        return {}
    return {"state": groups[str(row.values["status"])][0]}


def model_fields(row: Row, products: Mapping[str, int]) -> dict[str, Any]:
    """A model of interest: a product where the text names one, else the text itself."""
    model = row.values.get("model")
    product = products.get(str(model))
    return {"product_id": product, "model_text": "" if product else str(model or "")}


def all_products() -> dict[str, int]:
    """Code to primary key of every product."""
    return dict(Product.objects.values_list("code", "pk"))


def text(value: Value) -> str:
    """Text columns are empty rather than null."""
    return "" if value is None else str(value)
