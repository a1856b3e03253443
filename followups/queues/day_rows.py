"""The rows of a salesperson's day as plain values: what to do, each with what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import (
    Exists,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from crm.customers import access as customers
from crm.customers.models import Card, CaseAccess, PhoneView
from crm.people.models import User
from crm.people.roles import Reach
from crm.ui.lists import PAGE_SIZE
from crm.ui.statements import Row, rows_of
from followups.models import Contact, PlannedContact

ModelT = TypeVar("ModelT", bound=Model)


class ToDo(NamedTuple):
    """A planned contact with what its row says; `name` as its reader may read it."""

    pk: int
    public_id: str
    due_at: dt.datetime
    untimed: bool
    method: str
    reason: str
    content: str
    moves: int
    version: int
    plan_state: str
    card_pk: int
    card_id: str
    card_state: str
    level: str
    store_id: int | None
    team_id: int | None
    owner_id: int | None
    tries: int
    last_contact_at: dt.datetime | None
    opened_at: dt.datetime
    full_name: str
    phone: str
    model: str
    has_case: bool
    # Method, result and outcome of the contact before it, empty where there was none.
    last: str
    # Whether it is kept already that this person was shown the number today.
    noted: bool
    name: str
    dials: bool


def rows_to_do(user: User, keys: Sequence[int], *, now: dt.datetime) -> list[ToDo]:
    """The rows with these keys in their order; one statement."""
    if not keys:
        return []
    places = {f"k{place}": keys[min(place, len(keys) - 1)] for place in range(PAGE_SIZE)}
    day = timezone.localdate(now)
    rows = rows_of(("rows to do", user.reach, day), partial(_rows, user.reach, day), **places)
    found = {row[0]: row for row in rows}
    return [dressed(user, found[key]) for key in keys if key in found]


def dressed(user: User, row: Row) -> ToDo:
    """The row with the name as this person may read it, and whether they dial (security.md 1.3)."""
    plain = ToDo._make((*row, "", False))
    name = customers.name_for(user, plain, plain.full_name)
    return ToDo._make((*row, name, bool(plain.phone) and customers.dials(user, plain)))


def rows_of_form(row: ToDo) -> tuple[Card, PlannedContact]:
    """The card and the planned contact of a row with the columns its form looks at."""
    card = _partly(
        Card,
        id=row.card_pk,
        public_id=row.card_id,
        state=row.card_state,
        level=row.level,
        owner_id=row.owner_id,
        team_id=row.team_id,
        store_id=row.store_id,
    )
    card.has_case = row.has_case  # type: ignore[attr-defined]
    planned = _partly(
        PlannedContact,
        id=row.pk,
        public_id=row.public_id,
        card_id=row.card_pk,
        due_at=row.due_at,
        untimed=row.untimed,
        method=row.method,
        version=row.version,
    )
    return card, planned


def _partly(model: type[ModelT], **columns: Any) -> ModelT:
    """An instance that knows some of its columns; the others are read when asked for."""
    names = [one.attname for one in model._meta.concrete_fields if one.attname in columns]
    return model.from_db(connection.alias, names, [columns[name] for name in names])


def has_case(reach: Reach) -> Exists:
    """Whether this person works on an open case of a row's card."""
    return Exists(CaseAccess.objects.open_for(reach).filter(card=OuterRef("card")))


def _rows(reach: Reach, day: dt.date, **keys: int) -> QuerySet[PlannedContact, tuple[Any, ...]]:
    last = Contact.objects.filter(card=OuterRef("card")).order_by("-occurred_at", "-pk")
    words = Concat("method", Value(" "), "result", Value(" "), "outcome")
    noted = PhoneView.objects.filter(
        user=reach.user_id, card=OuterRef("card"), day=day, kind=PhoneView.Kind.SHOWN
    )
    return (
        PlannedContact.objects.filter(pk__in=list(keys.values()))
        .annotate(
            model=Coalesce("card__product__name", "card__model_text"),
            has_case=has_case(reach),
            last=Coalesce(Subquery(last.annotate(words=words).values("words")[:1]), Value("")),
            noted=Exists(noted),
        )
        .values_list(
            *("pk", "public_id", "due_at", "untimed", "method", "reason", "content", "moves"),
            *("version", "plan__state", "card_id", "card__public_id", "card__state"),
            *("card__level", "card__store_id", "card__team_id", "card__owner_id", "card__tries"),
            *("card__last_contact_at", "card__opened_at", "card__customer__name"),
            *("card__customer__phone", "model", "has_case", "last", "noted"),
        )
    )
