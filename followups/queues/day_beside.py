"""What stands beside the rows of a day: what is done, what needs attention, the own week."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    DateTimeField,
    F,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from crm.customers import access as customers
from crm.customers.models import Card, OwnershipConflict
from crm.orders.kpis import order_count
from crm.people.models import User
from crm.people.roles import Reach
from crm.records.kpis import By, Part, Question, Scope
from crm.records.models import Draft
from crm.records.periods import Period, week_so_far
from crm.ui.statements import rows_of
from crm.workdays import ONE_DAY, Calendar
from followups import kpis, states
from followups.models import Contact, Plan, PlannedContact
from followups.queues.day_rows import ToDo, has_case

LONGEST_DONE = 100
LONGEST_RAIL = 5
DRAFT_FORM = "log_contact"
DONE, RETURNED, CLAIM, AHEAD, DRAFT = "done", "returned", "claim", "ahead", "draft"
# The rates of a person's week, by the names `Week` has for them.
RATES: dict[str, Callable[[Question], tuple[Part, ...]]] = {
    "on_time": lambda ask: kpis.on_time_rate(ask).parts,
    "response": lambda ask: kpis.response_rate(ask).parts,
    "orders": lambda ask: (Part(order_count(ask).rows),),
}
Marked = tuple[str, QuerySet[Any, Any], dict[str, Any]]


@dataclass(frozen=True)
class Done:
    """A contact made today."""

    at: dt.datetime
    level: str
    name: str
    card_id: str
    model: str
    result: str
    outcome: str
    feedback: str
    next_at: dt.datetime | None


@dataclass(frozen=True)
class Returned:
    """A plan given back to its author."""

    at: dt.datetime | None
    plan_id: str
    customer: str
    reviewer: str
    comment: str


@dataclass(frozen=True)
class Claim:
    """A customer claimed twice and not ruled on yet."""

    conflict_id: str
    card_no: str
    owner: str
    claimant: str


@dataclass(frozen=True)
class Week:
    """A person's week so far, each rate with its numerator and denominator (kpi.md)."""

    period: Period
    on_time: tuple[int, int]
    response: tuple[int, int]
    orders: tuple[int, int]


@dataclass
class Beside:
    """What stands beside the rows; `ahead` and `draft` are those of the current row's form."""

    week: Week
    done: list[Done] = field(default_factory=list)
    returned: list[Returned] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    ahead: tuple[dt.datetime, bool] | None = None
    draft: Draft | None = None


class Placed(NamedTuple):
    """The part of a card that decides who reads its customer's name."""

    owner_id: int | None
    team_id: int | None
    store_id: int | None
    has_case: bool


def beside_day(
    user: User, current: ToDo | None, *, now: dt.datetime, today: dt.datetime, zone: dt.tzinfo
) -> Beside:
    """Done today, what needs attention, the own week, and what the current row's form offers.

    One statement.
    """
    period = week_so_far(today.date(), zone)
    moments = {"now": now, "today": today, "tomorrow": today + ONE_DAY}
    on = {"card": current.card_pk, "planned": current.pk} if current else {"card": 0, "planned": 0}
    build = partial(_beside, user.reach, period)
    rows = rows_of(("beside my day", user.reach, period), build, **moments, **on)
    week = dict.fromkeys(RATES, (0, 0))
    for rate, *_words, above, less, below, _flag, _then in rows:
        if rate in week:
            hits, every = week[rate]
            week[rate] = hits + above - less, every + below
    found = Beside(Week(period, **week))
    for row in sorted(rows, key=lambda row: (row[0], row[1] or now)):
        _put(found, user, *row)
    found.returned.reverse()
    found.claims.reverse()
    return found


def _put(found: Beside, user: User, part: str, at: dt.datetime, *rest: Any) -> None:
    key, a, b, c, d, e, owner, team, store, flag, then = rest
    if part == DONE:
        result, outcome = d.split(" ")
        name = customers.name_for(user, Placed(owner, team, store, flag), a)
        found.done.append(Done(at, c, name, key, b, result, outcome, e, then))
    elif part == RETURNED:
        found.returned.append(Returned(at, key, a, b, c))
    elif part == CLAIM:
        found.claims.append(Claim(key, a, b, c))
    elif part == AHEAD:
        found.ahead = (at, flag)
    elif part == DRAFT:
        found.draft = Draft(user=user, form=DRAFT_FORM, body=json.loads(a), saved_at=at)


def _beside(
    reach: Reach,
    period: Period,
    *,
    now: dt.datetime,
    today: dt.datetime,
    tomorrow: dt.datetime,
    card: int,
    planned: int,
) -> QuerySet[Any, tuple[Any, ...]]:
    """All parts in one statement, each row marked with its part."""
    person = _reader(reach)
    filler = {
        "at": Value(now, DateTimeField()),
        **dict.fromkeys(("key", "a", "b", "c", "d", "e"), Value("", TextField())),
        **dict.fromkeys(("n1", "n2", "n3"), Value(0, BigIntegerField())),
        "flag": Value(False),  # noqa: FBT003
        "then": Value(now, DateTimeField()),
    }
    first, *others = [
        rows.order_by()
        .annotate(**{f"x_{name}": value for name, value in {**filler, **values}.items()})
        .annotate(part=Value(part, TextField()))
        .values_list("part", *(f"x_{name}" for name in filler))
        for part, rows, values in (
            _done(person, today, tomorrow),
            _returned(person),
            _claims(person),
            _ahead(card, planned, now),
            _draft(person, card),
            *_week(reach, period),
        )
    ]
    whole: QuerySet[Any, tuple[Any, ...]] = first.union(*others, all=True)
    return whole


def _week(reach: Reach, period: Period) -> list[Marked]:
    """The counts of each rate's parts."""
    ask = Question((period,), Calendar(zone=period.zone), Scope(By.PERSON, reach.user_id))
    counts = {"n1": F("above"), "n2": F("less"), "n3": F("below")}
    return [(rate, part.summed(0), counts) for rate, parts in RATES.items() for part in parts(ask)]


def _reader(reach: Reach) -> User:
    """Whom the scopes of the models are asked for."""
    person = User(pk=reach.user_id)
    person.reach = reach
    return person


def _cut(rows: QuerySet[Any], most: int) -> QuerySet[Any]:
    """The first rows; SQLite cuts none inside a union."""
    found: QuerySet[Any] = rows.model._default_manager.filter(pk__in=rows.values("pk")[:most])
    return found


def _done(person: User, begin: dt.datetime, end: dt.datetime) -> Marked:
    """What this person logged between two moments."""
    rows = Contact.objects.filter(staff=person, occurred_at__gte=begin, occurred_at__lt=end)
    values = {
        "at": F("occurred_at"),
        "key": F("card__public_id"),
        "a": F("card__customer__name"),
        "b": Coalesce("card__product__name", "card__model_text"),
        "c": F("card__level"),
        "d": Concat("result", Value(" "), "outcome"),
        "e": F("feedback"),
        "n1": F("card__owner_id"),
        "n2": F("card__team_id"),
        "n3": F("card__store_id"),
        "flag": has_case(person.reach),
        "then": F("card__next_contact_at"),
    }
    return DONE, _cut(rows.order_by("occurred_at", "pk"), LONGEST_DONE), values


def _returned(person: User) -> Marked:
    """Plans given back to this person, the latest."""
    own = person.reach.own_ids
    rows = Plan.objects.visible_to(person).filter(state=states.RETURNED)
    mine = rows.filter(Q(author__in=own) | Q(card__owner__in=own)).order_by("-reviewed_at")
    values = {
        "at": F("reviewed_at"),
        "key": F("public_id"),
        "a": F("card__customer__name"),
        "b": F("reviewer__name"),
        "c": F("review_comment"),
    }
    return RETURNED, _cut(mine, LONGEST_RAIL), values


def _claims(person: User) -> Marked:
    """Customers of this person that are claimed twice and not ruled on yet."""
    own = person.reach.own_ids
    rows = OwnershipConflict.objects.visible_to(person).open()
    mine = rows.filter(Q(owner__in=own) | Q(claimant__in=own)).order_by("-created_at")
    values = {
        "at": F("created_at"),
        "key": F("public_id"),
        "a": F("card__card_no"),
        "b": F("owner__name"),
        "c": F("claimant__name"),
    }
    return CLAIM, _cut(mine, LONGEST_RAIL), values


def _ahead(card: int, planned: int, now: dt.datetime) -> Marked:
    """The next step of a card's plan beside the one being carried out."""
    rows = PlannedContact.objects.open().filter(card=card, due_at__gt=now).exclude(pk=planned)
    values = {"at": F("due_at"), "flag": F("untimed")}
    return AHEAD, _cut(rows.order_by("due_at", "pk"), 1), values


def _draft(person: User, card: int) -> Marked:
    """What was typed into the form of a card and not saved yet."""
    rows = Draft.objects.filter(
        user=person,
        form=DRAFT_FORM,
        subject_id__in=Card.objects.filter(pk=card).values("public_id"),
    )
    return DRAFT, rows, {"at": F("saved_at"), "a": Cast("body", TextField())}
