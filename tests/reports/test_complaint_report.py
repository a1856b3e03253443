"""The complaint report: each clock in time, the backlog by age, what was put right, its rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from complaints import actions
from complaints.kpis import (
    backlog_of_age,
    clock_met_rate,
    closing_resolved_rate,
    complaints_per_100_base_customers,
    resolved_in_time_rate,
)
from complaints.models import Clock, Correction, Ticket
from crm.orders.models import Order
from crm.people.models import User
from crm.records.kpis import Part, Question, Rate
from crm.records.periods import Period
from crm.rulebook.queues import working_calendar
from tests.complaints.answers import (
    approved,
    content,
    decide,
    proposed,
    replied,
    reply,
    unreached,
)
from tests.complaints.complaints import make_complaint
from tests.people import NOW, SHANGHAI, Cast, make_card, make_order
from tests.reports.conftest import SignIn

PAGE = "/complaint-report/"
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
THIS_WEEK = Period(dt.date(2026, 3, 9), dt.date(2026, 3, 15), SHANGHAI)


def told(ticket: Ticket, by: User, now: dt.datetime, *, has_plan: bool = False) -> None:
    ticket.refresh_from_db()
    actions.contact_customer(
        ticket,
        by=by,
        version=ticket.version,
        now=now,
        way="call",
        words="已联系",
        has_plan=has_plan,
        named=True,
        next_at=now + DAY,
    )


def ask(period: Period = THIS_WEEK) -> Question:
    return Question((period,), working_calendar())


def counts(rate: Rate) -> tuple[int, int]:
    return rate.counts()


def shown(page: Any, part: str, key: str) -> str:
    lines = getattr(page.context["page"], part)
    return next(line.first.words for line in lines if line.first.key == key)


def boss(sign_in: SignIn, cast: Cast) -> Client:
    return sign_in(cast.shen)


def test_a_clock_counts_where_it_is_due_and_is_met_by_then(cast: Cast) -> None:
    prompt = make_complaint(cast, now=NOW - 6 * HOUR)
    told(prompt, cast.wu, NOW - 5 * HOUR)
    late = make_complaint(cast, now=NOW - 26 * HOUR)
    told(late, cast.wu, NOW)
    make_complaint(cast, now=NOW - 25 * HOUR)  # nobody was called
    assert counts(clock_met_rate(ask(), "acknowledge")) == (1, 3)
    assert counts(clock_met_rate(ask(Period(dt.date(2026, 3, 2), dt.date(2026, 3, 8), SHANGHAI)),
                                 "acknowledge")) == (0, 0)  # fmt: skip


def test_who_was_asked_after_the_answer_by_the_day_it_was_due(cast: Cast) -> None:
    for asked in (NOW + DAY, NOW + 9 * DAY):
        ticket = replied(cast)
        said = {"content": True, "words": "好", "now": asked}
        actions.hear_customer(ticket, by=cast.xu, version=ticket.version, **said)
    replied(cast)  # nobody asked
    due = Period(dt.date(2026, 3, 9), dt.date(2026, 3, 22), SHANGHAI)
    assert counts(clock_met_rate(ask(due), "follow_up")) == (1, 3)


def test_what_waits_for_the_customer_has_not_ended(cast: Cast) -> None:
    ticket = make_complaint(cast, now=NOW - 2 * DAY)
    before = counts(clock_met_rate(ask(), "reply"))
    actions.pause_clocks(ticket, by=cast.wu, version=ticket.version, reason="等客户", now=NOW)
    assert (before, counts(clock_met_rate(ask(), "reply"))) == ((0, 1), (0, 0))


def test_a_waived_visit_is_left_out_and_listed(cast: Cast, sign_in: SignIn) -> None:
    ticket = make_complaint(cast, now=NOW - 2 * DAY)
    kept = make_complaint(cast, now=NOW - 2 * DAY)
    actions.waive_visit(ticket, by=cast.wu, version=ticket.version, reason="客户在外地", now=NOW)
    assert counts(clock_met_rate(ask(), "visit")) == (0, 1)
    client, days = boss(sign_in, cast), {"period": "own", "first": "2026-03-09"}
    page = client.get(PAGE, {**days, "last": "2026-03-15"})
    assert shown(page, "in_time", "visits_waived") == "1"
    rows = client.get(f"{PAGE}rows/", {**days, "last": "2026-03-15", "kpi": "visits_waived"})
    assert [line.row.ticket for line in rows.context["lines"]] == [ticket]
    assert kept.ticket_no not in rows.content.decode()


@pytest.mark.parametrize(
    ("days_ago", "age"), [(0, 0), (2, 0), (3, 1), (7, 1), (8, 2), (14, 2), (15, 3), (90, 3)]
)
def test_the_backlog_is_counted_by_local_days(cast: Cast, days_ago: int, age: int) -> None:
    make_complaint(cast, now=NOW - days_ago * DAY)
    until_today = Period(dt.date(2026, 3, 9), timezone.localdate(NOW), SHANGHAI)
    found = [
        backlog_of_age(ask(until_today), first, last).rows.count()
        for first, last in ((0, 2), (3, 7), (8, 14), (15, None))
    ]
    assert found == [int(place == age) for place in range(4)]


def test_what_was_solved_before_the_end_is_no_backlog(cast: Cast) -> None:
    ticket = make_complaint(cast, now=NOW - 5 * DAY)
    Ticket.objects.filter(pk=ticket.pk).update(state="solved", resolved_at=NOW - DAY)
    week_before = Period(dt.date(2026, 3, 5), timezone.localdate(NOW - 2 * DAY), SHANGHAI)
    today = Period(dt.date(2026, 3, 9), timezone.localdate(NOW), SHANGHAI)
    assert backlog_of_age(ask(week_before), 3, 7).rows.count() == 1
    assert backlog_of_age(ask(today), 3, 7).rows.count() == 0


def test_a_correction_is_in_time_when_verified_by_the_end_of_its_day(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = make_complaint(cast)
    day, verified = timezone.localdate(NOW), {"state": "verified", "verified_by": cast.shen}
    common = {"ticket": ticket, "owner": cast.tang, "given_by": cast.wu, "store": ticket.store}
    evening = dt.datetime.combine(day, dt.time(23, 30), tzinfo=SHANGHAI)
    for number, done in enumerate((evening, evening + HOUR, None)):
        Correction.objects.create(
            what=f"第 {number} 件", due_on=day, **common,
            **({**verified, "verified_at": done} if done else {}),
        )  # fmt: skip
    page = boss(sign_in, cast).get(PAGE, {"period": "today"})
    assert shown(page, "in_time", "corrections_in_time") == "33.3%"


def test_complaints_stand_beside_the_cars_delivered(cast: Cast, sign_in: SignIn) -> None:
    for number in range(3):
        make_complaint(cast, now=NOW - number * HOUR)
    for _car in range(4):
        make_order(
            make_card(cast.lin, "高峰"), NOW - DAY, delivered_at=NOW - HOUR, state="delivered"
        )
    page = boss(sign_in, cast).get(PAGE, {"period": "today"})
    assert shown(page, "outcome", "complaints_per_100") == "75.0"
    assert 'href="/complaint-report/rows/?period=today&amp;kpi=complaints_per_100' in (
        page.content.decode()
    )


def test_complaints_stand_beside_the_base_customers_of_each_period(
    cast: Cast, sign_in: SignIn
) -> None:
    for number in range(3):
        make_complaint(cast, now=NOW - number * HOUR)
    delivered = {"delivered_at": NOW - 40 * DAY, "state": "delivered"}
    twice = make_card(cast.lin, "高峰")
    for card in (twice, twice, make_card(cast.lin, "沈洁")):
        make_order(card, NOW - 60 * DAY, **delivered)
    make_order(make_card(cast.lin, "陆远"), NOW - DAY)  # signed, nothing delivered
    make_order(make_card(cast.lin, "孙浩"), NOW - 60 * DAY, **{**delivered, "state": "cancelled"})
    erased = make_card(cast.lin, "钱进", state="anonymised")
    make_order(erased, NOW - 60 * DAY, **delivered)
    late = make_order(make_card(cast.lin, "吴迪"), NOW - 60 * DAY, **delivered)
    Order.objects.filter(pk=late.pk).update(delivered_at=NOW + 9 * DAY)
    assert counts(complaints_per_100_base_customers(ask())) == (3, 2)
    early = Period(dt.date(2026, 1, 12), dt.date(2026, 1, 18), SHANGHAI)
    assert counts(complaints_per_100_base_customers(ask(early))) == (0, 0)
    client = boss(sign_in, cast)
    page = client.get(PAGE, {"period": "today"})
    assert shown(page, "outcome", "complaints_per_100_base") == "150.0"
    lines = page.context["page"].outcome
    line = next(one for one in lines if one.first.key == "complaints_per_100_base")
    assert client.get(line.first.href).context["found"].count == 2


def test_every_number_of_the_page_opens_as_many_rows(cast: Cast, sign_in: SignIn) -> None:
    first = make_complaint(cast, now=NOW - 26 * HOUR)
    told(first, cast.wu, NOW - 25 * HOUR, has_plan=True)
    Ticket.objects.filter(pk=first.pk).update(lead_department=cast.technical)
    make_complaint(cast, now=NOW - 24 * HOUR)
    client = boss(sign_in, cast)
    page = client.get(PAGE).context["page"]
    tables = [one for table in page.tables for line in table.lines for one in line.figures]
    months = [one for month in page.months for one in month.figures]
    lists = [line.first for line in (*page.in_time, *page.outcome, *page.backlog)]
    opened = [one for one in (*page.tiles, *tables, *months, *lists) if one.number.denominator]
    assert len(opened) > 9
    for one in opened:
        assert client.get(one.href).context["found"].count == one.number.denominator, one.href


def test_a_line_of_a_department_opens_its_rows_alone(cast: Cast, sign_in: SignIn) -> None:
    first, _other = make_complaint(cast, now=NOW - HOUR), make_complaint(cast, now=NOW - HOUR)
    Ticket.objects.filter(pk=first.pk).update(lead_department=cast.technical)
    page = boss(sign_in, cast).get(PAGE).context["page"]
    table = next(one for one in page.tables if one.split.name == "department")
    assert [(line.label, line.first.words) for line in table.lines] == [(cast.technical.name, "1")]
    rows = boss(sign_in, cast).get(table.lines[0].first.href)
    assert [line.row for line in rows.context["lines"]] == [first]


def test_sales_sees_its_own_share_and_a_stranger_nothing(cast: Cast, sign_in: SignIn) -> None:
    make_complaint(cast, now=NOW - HOUR)
    own = sign_in(cast.lin).get(PAGE)
    assert own.status_code == 200
    assert own.context["page"].tiles[0].number.denominator == 0
    assert sign_in(cast.tang).get(PAGE).status_code == 403


def test_the_page_costs_as_many_statements_with_more_complaints(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    make_complaint(cast, now=NOW - HOUR)
    client = boss(sign_in, cast)
    client.get(PAGE)
    for number in range(12):
        make_complaint(cast, now=NOW - number * HOUR)
    with django_assert_max_num_queries(14):
        client.get(PAGE)


def test_each_tile_says_what_it_was_measured_of(cast: Cast, sign_in: SignIn) -> None:
    make_complaint(cast, now=NOW - HOUR)
    ticket = content(cast)
    actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + HOUR)
    page = boss(sign_in, cast).get(PAGE)
    said = {tile.key: tile.out_of for tile in page.context["page"].tiles}
    assert said["complaint_count"] == ""
    assert said["resolution_hours"] == "1 条投诉和回访问题"
    assert "新线索" not in page.content.decode()
    tiles = boss(sign_in, cast).get("/dashboard/").context["board"].tiles
    assert {tile.key: tile.out_of for tile in tiles}["first_response_hours"] == "0 条新线索"


def test_a_clock_of_a_ticket_that_turned_out_to_be_none_counts_nowhere(cast: Cast) -> None:
    ticket = make_complaint(cast, now=NOW - 2 * DAY)
    Ticket.objects.filter(pk=ticket.pk).update(state="withdrawn")
    assert Clock.objects.filter(ticket=ticket).exists()
    part: Part = clock_met_rate(ask(), "reply").parts[0]
    assert not part.rows.exists()


def test_a_reopened_complaint_counts_unresolved_where_it_was_first_closed(cast: Cast) -> None:
    """The new closing counts in its own period as resolved (K-37)."""
    week, later = NOW - 7 * DAY, NOW + HOUR
    last_week = Period(dt.date(2026, 3, 2), dt.date(2026, 3, 8), SHANGHAI)
    ticket, other = (content(cast) for _twice in range(2))
    for one in (ticket, other):
        actions.close_ticket(one, by=cast.xu, version=one.version, now=later)
        one.entries.filter(kind="closed").update(at=week)
    assert counts(closing_resolved_rate(ask(last_week))) == (2, 2)
    actions.reopen_complaint(
        ticket, by=cast.xu, version=ticket.version, words="又停了", now=later + HOUR
    )
    assert counts(closing_resolved_rate(ask(last_week))) == (1, 2)
    assert counts(closing_resolved_rate(ask())) == (0, 0)
    ticket.refresh_from_db()
    proposed(cast, ticket=ticket)
    decide(ticket, cast.shen, "approve")
    reply(ticket, cast.wu)
    why = "三天三次未接通"
    actions.hear_customer(
        ticket, by=cast.xu, version=ticket.version, content=True, words="好", now=later + 2 * HOUR
    )
    actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=later + 3 * HOUR)
    assert counts(closing_resolved_rate(ask())) == (1, 1)
    silent = unreached(cast)
    actions.close_ticket(
        silent, by=cast.xu, version=silent.version, reason=why, now=later + 3 * HOUR
    )
    assert counts(closing_resolved_rate(ask())) == (1, 2)  # nobody said yes


def test_resolved_as_promised_is_measured_by_the_first_date_given_in_a_call(cast: Cast) -> None:
    """Another date is another promise: the figure goes by the first (kpi.md)."""
    kept, late = (approved(cast, ticket_fields={"now": NOW - HOUR}) for _ticket in range(2))
    for ticket, first in ((kept, NOW + DAY), (late, NOW + 150 * MINUTE)):
        for next_at in (first, NOW + 2 * DAY):
            said = {"way": "call", "words": "再回电", "has_plan": False, "next_at": next_at}
            version = Ticket.objects.get(pk=ticket.pk).version
            actions.contact_customer(ticket, by=cast.wu, version=version, now=NOW, **said)
        ticket.refresh_from_db()
        assert ticket.deadline == first
        reply(ticket, cast.wu)  # three hours from now
    assert counts(resolved_in_time_rate(ask())) == (1, 2)
