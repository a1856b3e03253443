"""Figures counted from kept rows are the live ones, whatever happens, however late the worker.

Kept rows are PostgreSQL's; on SQLite every figure is live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.customers.models import Card
from crm.notices.models import Notice
from crm.orders.models import Order
from crm.people.models import Membership, User
from crm.reception.models import ReceptionEntry
from crm.records.kpis import By, Question, Scope
from crm.records.periods import Period, last_weeks
from crm.reports.actions import checking, keeping
from crm.reports.board import read
from crm.reports.board.keeping import state
from crm.reports.board.kept import may_be_kept, read_kept
from crm.reports.board.live import Asked, read_live
from crm.reports.kpis import FUNNEL
from crm.reports.models import Keeping, KeptCard, KeptOfAll, KeptSum, TouchedCard, TouchedHour
from crm.rulebook.queues import working_calendar
from followups.models import Contact, Plan, PlannedContact
from tests.reports.floor import ZONE, load_floor
from tests.reports.test_properties import floors, moments

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
# Two halves of a time in which something happens at the begin, in the middle and at the end.
HALVES = (
    Period(date(2026, 6, 20), date(2026, 10, 4), ZONE),
    Period(date(2026, 10, 5), date(2027, 1, 10), ZONE),
)
LATER = (Period(date(2026, 7, 3), date(2026, 10, 3), ZONE),)
WEEKS = last_weeks(13, date(2026, 10, 22), ZONE)
KEYS = (
    *(key for key in FUNNEL if key != "first_receptions"),
    *("prompt_contact_rate", "first_response_hours"),
    *("response_rate", "conversion_rate", "on_time_rate"),
)
of_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite keeps no figures"
)
Change = Callable[[Any, int, datetime], None]


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything inside reads as of one moment, as a page does, and is undone."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        if cursor.fetchone()[0] != "repeatable read":
            connection.connection.rollback()
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def keep() -> None:
    """What the worker does each minute, of as many days as are asked for here."""
    keeping.keep(now=NOW, days_back=140)


def questions() -> list[Asked]:
    """Everything kept rows may answer."""
    calendar = working_calendar()
    posed = (
        *((periods, None) for periods in (HALVES, LATER, WEEKS)),
        *((HALVES, By.PERSON), (LATER, By.TEAM)),
    )
    asked = [
        (key, Question(periods, calendar, by=by, asked_at=NOW))
        for periods, by in posed
        for key in KEYS
    ]
    return [one for one in asked if may_be_kept(*one)]


def assert_all_live() -> None:
    """Every kept figure is there and says what the rows of the business say."""
    asked = questions()
    kept = read_kept(dict(enumerate(asked)))
    assert kept.keys() == set(range(len(asked)))
    for number, live in enumerate(read_live(asked)):
        assert_same(asked[number], kept[number].numbers, live.numbers)


def assert_same(asked: Asked, kept: Any, live: Any) -> None:
    """The same numbers; one side may leave out that there is nothing."""

    def said(numbers: Any) -> dict[Any, Any]:
        return {at: one for at, one in numbers.items() if one.numerator or one.denominator}

    key, question = asked
    assert said(kept) == said(live), (key, question.by, question.periods)


def some(rows: Any, which: int) -> Any:
    """One of these rows, or None where there are none."""
    found = list(rows.order_by("pk"))
    return found[which % len(found)] if found else None


def enter_contact_late(people: Any, which: int, at: datetime) -> None:
    """A contact nobody had written down, in either direction, perhaps of something planned."""
    card = some(Card.objects, which)
    person = some(people, which)
    Contact.objects.create(
        contact_no=f"late-{Contact.objects.count()}-{which}",
        card=card,
        staff=person,
        team=person.memberships.get().team,
        store=person.memberships.get().store,
        occurred_at=at,
        method="in_person" if which % 2 else "phone",
        direction="in" if which % 3 else "out",
        outcome="reached" if which % 5 else "sent",
        planned=some(PlannedContact.objects.filter(card=card), which),
    )


def hear_back(_people: Any, which: int, _at: datetime) -> None:
    if contact := some(Contact.objects, which):
        Contact.objects.filter(pk=contact.pk).update(outcome="replied")


def move_contact(_people: Any, which: int, at: datetime) -> None:
    if contact := some(Contact.objects, which):
        Contact.objects.filter(pk=contact.pk).update(occurred_at=at)


def undo_contact(_people: Any, which: int, _at: datetime) -> None:
    if contact := some(Contact.objects, which):
        contact.delete()


def sign(people: Any, which: int, at: datetime) -> None:
    if order := some(Order.objects, which):
        order.pk, order.public_id, order.order_no = None, f"new{which}", f"new-{which}"
        order.state, order.signed_at, order.delivered_at = "signed", at, None
        order.staff = some(people, which)
        if not Order.objects.filter(order_no=order.order_no).exists():
            order.save(force_insert=True)


def cancel_order(_people: Any, which: int, _at: datetime) -> None:
    if order := some(Order.objects, which):
        Order.objects.filter(pk=order.pk).update(state="cancelled")


def deliver(_people: Any, which: int, at: datetime) -> None:
    if order := some(Order.objects.filter(signed_at__isnull=False), which):
        moment = max(at, order.signed_at)
        Order.objects.filter(pk=order.pk).update(state="delivered", delivered_at=moment)


def hand_over(people: Any, which: int, _at: datetime) -> None:
    """The card to a new owner, its steps with it; and who had it first is put right."""
    card, person = some(Card.objects, which), some(people, which // 3)
    place = person.memberships.get()
    where = {"team": place.team, "store": place.store}
    Card.objects.filter(pk=card.pk).update(owner=person, **where)
    PlannedContact.objects.filter(card=card).update(assignee=person, **where)
    if which % 2:
        first = {f"first_{name}": value for name, value in where.items()}
        Card.objects.filter(pk=card.pk).update(first_owner=person, **first)


def merge(_people: Any, which: int, _at: datetime) -> None:
    card, other = some(Card.objects, which), some(Card.objects, which + 1)
    if card != other:
        Contact.objects.filter(card=card).update(card=other)
        Order.objects.filter(card=card).update(card=other)
        Card.objects.filter(pk=card.pk).update(state="merged", merged_into=other)


def erase(_people: Any, which: int, _at: datetime) -> None:
    card = some(Card.objects, which)
    Card.objects.filter(pk=card.pk).update(state="anonymised")
    Contact.objects.filter(card=card).update(feedback="")


def open_earlier(_people: Any, which: int, at: datetime) -> None:
    card = Card.objects.filter(pk=some(Card.objects, which).pk)
    card.filter(lost_at=None).update(opened_at=at)
    card.exclude(lost_at=None).update(opened_at=at, lost_at=at)


def move_step(_people: Any, which: int, at: datetime) -> None:
    if step := some(PlannedContact.objects, which):
        PlannedContact.objects.filter(pk=step.pk).update(due_at=at)


def cancel_step(_people: Any, which: int, _at: datetime) -> None:
    if step := some(PlannedContact.objects, which):
        PlannedContact.objects.filter(pk=step.pk).update(state="cancelled")


def decide_plan(_people: Any, which: int, _at: datetime) -> None:
    plan = some(Plan.objects, which)
    Plan.objects.filter(pk=plan.pk).update(state=("approved", "draft", "cancelled")[which % 3])


def drive(_people: Any, which: int, at: datetime) -> None:
    if entry := some(ReceptionEntry.objects, which):
        card = some(Card.objects, which)
        ReceptionEntry.objects.filter(pk=entry.pk).update(card=card, test_drive=True, arrived_at=at)


CHANGES: tuple[Change, ...] = (
    *(enter_contact_late, hear_back, move_contact, undo_contact, sign, cancel_order, deliver),
    *(hand_over, merge, erase, open_earlier, move_step, cancel_step, decide_plan, drive),
)
changes = st.lists(
    st.tuples(st.sampled_from(CHANGES), st.integers(0, 30), moments), min_size=2, max_size=8
)


@of_postgresql
@pytest.mark.django_db
@settings(max_examples=8)
@given(sheets=floors(), before=changes, after=changes)
def test_kept_figures_are_the_live_ones_after_anything(
    sheets: Any, before: Any, after: Any
) -> None:
    with one_moment():
        load_floor(sheets)
        keep()
        for history in (before, after):
            for change, which, at in history:
                change(User.objects, which, datetime.fromisoformat(at).replace(tzinfo=ZONE))
            assert_all_live()
            keep()
            assert not TouchedHour.objects.exists()
            assert_all_live()


SHEETS: Any = {
    "Stores": [{"code": "S1", "name": "One"}],
    "Staff": [
        {"username": "ann", "name": "Ann", "role": "salesperson", "store": "S1", "team": "x"},
        {"username": "eve", "name": "Eve", "role": "admin", "store": "", "team": ""},
    ],
    "Customers": [
        {"card_no": f"c{n}", "name": f"c{n}", "owner": "ann", "store": "S1", "status": "open"}
        | {"opened_at": "2026-08-03 10:00:00"}
        for n in range(1, 15)
    ],
    "Plans": [
        {"plan_no": "p1", "card_no": "c1", "author": "ann", "status": "approved"}
        | {"created_at": "2026-08-03 10:00:00"}
    ],
    "PlannedContacts": [
        {"planned_no": "s1", "plan_no": "p1", "method": "phone", "status": "planned"}
        | {"due_at": "2026-08-10 10:00:00"}
    ],
    "Contacts": [
        {"contact_no": "k1", "card_no": "c1", "staff": "ann", "method": "phone"}
        | {"occurred_at": "2026-08-04 10:00:00", "outcome": "sent"}
    ],
}


def spoken_to() -> float | None:
    """How many customers were spoken to, as a page reads it."""
    question = Question(HALVES[:1], working_calendar(), asked_at=NOW)
    return read([("cards_spoken_to", question)])[0].number().value


def answer(occurred_on: int) -> Contact:
    """A contact that reached the first customer."""
    first = Contact.objects.get(contact_no="k1")
    at = first.occurred_at + timedelta(days=occurred_on)
    return Contact.objects.create(
        contact_no=f"a{occurred_on}",
        card=first.card,
        staff=first.staff,
        store=first.store,
        method="phone",
        outcome="reached",
        occurred_at=at,
    )


@of_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_page_reads_kept_rows_and_what_has_changed_since() -> None:
    load_floor(SHEETS)
    assert spoken_to() == 0
    keep()
    KeptCard.objects.filter(card__gt=0).update(spoken_at=NOW - timedelta(days=60))
    assert spoken_to() == 14, "kept rows are not read"
    answer(1)
    assert spoken_to() == 14
    KeptCard.objects.filter(card__gt=0).update(spoken_at=None)
    assert spoken_to() == 1, "the card that was touched is live"


@of_postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_committed_while_rows_are_made_stays_marked() -> None:
    load_floor(SHEETS)
    keep()
    with ThreadPoolExecutor(1) as others, transaction.atomic():
        answer(1)
        others.submit(keep_elsewhere).result()
    assert TouchedCard.objects.exists()
    assert TouchedHour.objects.exists()
    assert spoken_to() == 1
    keep()
    assert not TouchedCard.objects.exists()
    assert not TouchedHour.objects.exists()
    assert spoken_to() == 1


def keep_elsewhere() -> None:
    """The worker, in a process of its own."""
    try:
        keep()
    finally:
        connection.close()


@of_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [KeptCard, KeptOfAll, KeptSum])
def test_kept_rows_that_differ_are_thrown_away_and_it_is_told(model: Any) -> None:
    load_floor(SHEETS)
    Membership.objects.update(valid_from=date(2026, 1, 1))
    keep()
    assert sum(checking.check(now=NOW + timedelta(days=n)) for n in range(7)) == 0
    if model is KeptSum:
        KeptSum.objects.filter(below__gt=0).update(below=5)
    else:
        model.objects.all().delete()
    assert sum(checking.check(now=NOW + timedelta(days=n)) for n in range(7)) > 0
    assert state() is None
    assert not model.objects.exists()
    assert Notice.objects.filter(kind="figures_thrown_away").exists()
    keep()
    assert checking.check(now=NOW) == 0


@of_postgresql
@pytest.mark.django_db(transaction=True)
def test_other_rules_make_everything_anew() -> None:
    load_floor(SHEETS)
    keep()
    Keeping.objects.update(version="of an older release")
    KeptCard.objects.all().delete()
    assert spoken_to() == 0
    keep()
    assert KeptCard.objects.count() == 14


@pytest.mark.django_db
def test_figures_of_the_past_and_of_a_part_are_live() -> None:
    """A frozen report, a store, a source: kept rows say nothing of them."""
    whole = Question(HALVES[:1], working_calendar(), asked_at=NOW)
    assert may_be_kept("response_rate", whole) == (connection.vendor == "postgresql")
    for other in (
        replace(whole, is_past=True),
        replace(whole, scope=Scope(By.STORE, 1)),
        replace(whole, only=(Scope(By.SOURCE, "web"),)),
        replace(whole, periods=WEEKS[:4]),
        replace(whole, by=By.SOURCE),
    ):
        assert not may_be_kept("response_rate", other)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL keeps figures")
def test_sqlite_keeps_nothing() -> None:
    load_floor(SHEETS)
    assert keeping.keep(now=NOW) == 0
    assert checking.check(now=NOW) == 0
    assert spoken_to() == 0
    answer(1)
    assert spoken_to() == 1
