"""On any small floor the product's figures are those of the plain reading of kpi.md."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import chinese_calendar
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.records.kpis import By, Question, Scope
from crm.records.periods import Period, week_of
from crm.reports.board import Asked, read
from crm.reports.kpis import KPIS
from crm.reports.queues.sheet import sheet
from crm.rulebook.queues import working_calendar
from tests.reports import plain_kpis
from tests.reports.floor import ZONE, load_floor

# Around the National Day holiday of 2026 with its make-up days on 20 September and 10 October.
FIRST, LAST = date(2026, 9, 28), date(2026, 10, 11)
# More than a quarter: counted in steps, joined and not looked up.
LONG_AGO = date(2026, 7, 1)
PEOPLE = ("ann", "bob", "cai", "dan")
STAFF = [
    {"username": "ann", "name": "Ann", "role": "salesperson", "store": "S1", "team": "x"},
    {"username": "bob", "name": "Bob", "role": "salesperson", "store": "S1", "team": "x"},
    {"username": "cai", "name": "Cai", "role": "service_agent", "store": "S1", "team": ""},
    {"username": "dan", "name": "Dan", "role": "salesperson", "store": "S2", "team": "x"},
]
STORES = [{"code": "S1", "name": "One"}, {"code": "S2", "name": "Two"}]
CARDS = ("c1", "c2", "c3")
SECOND = timedelta(seconds=1)
ANSWERS = ("completed_at", "satisfaction", "repurchase", "recommend", "audit")

# Moments that matter: a period's bounds to the second, and plain hours all around it.
BOUNDS = [datetime(2026, 9, 28), datetime(2026, 10, 5), datetime(2026, 10, 12)]
EDGES = [bound + shift for bound in BOUNDS for shift in (-SECOND, timedelta(0), SECOND)]
moments = st.one_of(
    st.sampled_from(EDGES),
    st.integers(0, 24 * 40).map(lambda n: datetime(2026, 9, 15) + timedelta(hours=n)),
    st.integers(0, 24 * 4).map(lambda n: datetime(2026, 7, 1) + timedelta(hours=6 * n)),
).map(lambda at: at.isoformat(sep=" "))
people = st.sampled_from(PEOPLE)
nobody_or = st.sampled_from(("", *PEOPLE))
cards = st.sampled_from(CARDS)


def maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), values)


def either(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


def rows(most: int, **columns: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    return st.lists(st.fixed_dictionaries(columns), max_size=most)


def numbered(sheets: list[dict[str, str]], key: str) -> list[dict[str, str]]:
    return [{**row, key: f"{key[0]}{number}"} for number, row in enumerate(sheets, 1)]


def later(row: dict[str, str], since: str, *columns: str) -> dict[str, str]:
    """The row with no time before its beginning: the constraints of every real floor."""
    fixed = {c: max(row[c], row[since]) if row[c] else "" for c in columns}
    return {**row, **fixed}


@st.composite
def floors(draw: st.DrawFn) -> dict[str, list[dict[str, str]]]:
    """The sheets of a small floor that no constraint of the database refuses."""
    card = st.fixed_dictionaries(
        {
            "owner": nobody_or,
            "first_owner": nobody_or,
            "store": either("S1", "S2"),
            "opened_at": moments,
            "status": either("open", "open", "ordered", "lost", "pool"),
            "lost_at": maybe(moments),
        }
    )
    sheets: dict[str, Any] = {"Stores": STORES, "Staff": STAFF}
    sheets["Customers"] = [
        later({**draw(card), "card_no": number, "name": number}, "opened_at", "lost_at")
        for number in CARDS
    ]
    for row in sheets["Customers"]:
        if row["owner"]:
            row["store"] = "S2" if row["owner"] == "dan" else "S1"
    sheets["Plans"] = [
        {"plan_no": f"p{number}", "card_no": f"c{number}", **plan}
        for number, plan in enumerate(draw(plans), 1)
    ]
    sheets["PlannedContacts"] = numbered(draw(planned), "planned_no")
    sheets["Contacts"] = numbered(draw(contacts), "contact_no")
    for row in sheets["Contacts"]:
        steps = [
            s["planned_no"]
            for s in sheets["PlannedContacts"]
            if s["plan_no"][1:] == row["card_no"][1:]
        ]
        row["planned_no"] = steps[int(row["step"]) % len(steps)] if steps and row["step"] else ""
    sheets["Orders"] = numbered(draw(orders), "order_no")
    for row in sheets["Orders"]:
        row["signed_at"] = row["signed_at"] if row["status"] != "draft" else ""
    sheets["Recoveries"] = [
        later(row, "opened_at", "closed_at") for row in numbered(draw(recoveries), "recovery_no")
    ]
    sheets["Reception"] = numbered(draw(entries), "entry_no")
    for row in sheets["Reception"]:
        if row["staff"]:
            row["store"] = "S2" if row["staff"] == "dan" else "S1"
    times = ("deadline", "onsite_at", "resolved_at", "closed_at", "reopened_at")
    sheets["Tickets"] = [
        later(row, "reported_at", *times) for row in numbered(draw(tickets), "ticket_no")
    ]
    sheets["Visits"] = [answered(row) for row in numbered(draw(visits), "visit_no")]
    return sheets


def answered(row: dict[str, str]) -> dict[str, str]:
    """A visit that is not completed has neither time nor answers."""
    if row["status"] == "completed":
        return row
    return {
        **row,
        **dict.fromkeys(("completed_at", "satisfaction", "repurchase", "recommend", "audit"), ""),
    }


plan = {
    "author": people,
    "created_at": moments,
    "status": either("approved", "approved", "completed", "draft", "cancelled"),
}
plans = st.lists(st.fixed_dictionaries(plan), min_size=3, max_size=3)
planned = rows(
    5,
    plan_no=either("p1", "p2", "p3"),
    due_at=moments,
    method=st.just("phone"),
    status=either("planned", "done", "cancelled"),
    assignee=nobody_or,
)
contacts = rows(
    8,
    card_no=cards,
    staff=people,
    occurred_at=moments,
    method=either("phone", "sms"),
    direction=either("out", "out", "in"),
    outcome=either("reached", "replied", "sent", "no_answer"),
    purpose=either("", "sales", "care"),
    step=either("", "0", "1"),
)
orders = rows(
    4,
    card_no=cards,
    staff=people,
    signed_at=moments,
    status=either("signed", "delivered", "cancelled", "draft"),
)
recoveries = rows(
    2,
    card_no=cards,
    stage=either("1", "2"),
    handler=people,
    opened_at=moments,
    closed_at=maybe(moments),
    order_no=either("", "o1", "o2"),
)
entries = rows(
    4,
    kind=st.just("walk_in"),
    arrived_at=moments,
    staff=nobody_or,
    store=either("S1", "S2"),
    first_time=either("true", "false"),
    card_no=maybe(cards),
)
tickets = rows(
    5,
    card_no=maybe(cards),
    kind=either("complaint", "problem", "help"),
    reported_at=moments,
    reporter=nobody_or,
    responsible=nobody_or,
    deadline=maybe(moments),
    needs_onsite=either("true", "false"),
    onsite_at=maybe(moments),
    resolved_at=maybe(moments),
    closed_at=maybe(moments),
    reopened_at=maybe(moments),
    status=either("open", "resolved", "closed", "cancelled"),
)
visits = rows(
    8,
    card_no=cards,
    kind=either("regular", "new_purchase", "complaint"),
    due_on=moments.map(lambda at: at[:10]),
    assignee=nobody_or,
    owner=nobody_or,
    status=either("completed", "completed", "due", "cancelled"),
    completed_at=moments,
    satisfaction=either("", "1", "3", "4", "5"),
    repurchase=either("", "yes", "no"),
    recommend=either("", "0", "6", "7", "9", "10"),
    audit=either("", "accurate", "inaccurate"),
)


@pytest.mark.django_db
@settings(max_examples=20)
@given(sheets=floors(), first=st.sampled_from((FIRST, LONG_AGO)))
def test_any_floor_has_the_figures_of_the_plain_reading(
    sheets: dict[str, list[dict[str, str]]], first: date
) -> None:
    floor = plain_kpis.Floor(sheets, chinese_calendar.is_workday)
    with transaction.atomic():
        load_floor(sheets)
        for by, plain in (
            (By.PERSON, plain_kpis.by_person),
            (By.TEAM, plain_kpis.by_team),
            (By.STORE, plain_kpis.by_store),
        ):
            got = sheet(Period(first, LAST, ZONE), Scope(), by)
            assert got["rows"] == plain(floor, first, LAST)
        assert got["kpis"] == plain_kpis.total(floor, first, LAST)
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=10)
@given(sheets=floors())
def test_several_periods_asked_at_once_are_the_periods_asked_alone(
    sheets: dict[str, list[dict[str, str]]],
) -> None:
    weeks = tuple(Period(FIRST, FIRST, ZONE).shifted(7 * n) for n in range(-2, 2))
    weeks = tuple(week_of(day.first, ZONE) for day in weeks)
    with transaction.atomic():
        load_floor(sheets)
        calendar = working_calendar()
        together: list[Asked] = [(key, Question(weeks, calendar)) for key in KPIS]
        alone: list[Asked] = [(k, Question((w,), calendar)) for k in KPIS for w in weeks]
        at_once = [answer.number(n) for answer in read(together) for n in range(4)]
        assert at_once == [answer.number() for answer in read(alone)]
        transaction.set_rollback(True)


@pytest.mark.django_db
@settings(max_examples=10)
@given(sheets=floors(), by=st.sampled_from((None, By.PERSON, By.TEAM)))
def test_long_periods_asked_at_once_are_shorter_ones_asked_alone(
    sheets: dict[str, list[dict[str, str]]], by: By | None
) -> None:
    """Those of more than a quarter together are read apart, and count the same."""
    months = Period(LONG_AGO, date(2026, 8, 31), ZONE), Period(date(2026, 9, 1), LAST, ZONE)
    with transaction.atomic():
        load_floor(sheets)
        calendar = working_calendar()
        whole = Question(months, calendar, by=by)
        assert whole.is_long
        at_once = read([(key, whole) for key in KPIS])
        for n, period in enumerate(months):
            alone = read([(key, Question((period,), calendar, by=by)) for key in KPIS])
            for together, one in zip(at_once, alone, strict=True):
                groups = {group for _period, group in [*together.numbers, *one.numbers]}
                for group in groups:
                    assert together.number(n, group) == one.number(0, group)
        transaction.set_rollback(True)
