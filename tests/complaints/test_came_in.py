"""What came by letter is written down later: when it came in, its clocks run from then (CP-06)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from complaints import actions
from complaints.kpis import onsite_in_time_rate
from complaints.models import Ticket
from crm.records.kpis import Question
from crm.records.models import AuditEvent
from crm.records.periods import Period
from crm.rulebook.queues import working_calendar
from tests.complaints.complaints import clock_of, make_complaint
from tests.complaints.problems import accepted, browser
from tests.people import NOW, SHANGHAI, Cast, local, make_cast

FRIDAY, MONDAY = local("2026-03-06 15:00"), local("2026-03-09 10:00")
WEEK = Period(dt.date(2026, 3, 9), dt.date(2026, 3, 15), SHANGHAI)
FORM = {
    "kind": "complaint",
    "channel": "written",
    "name": "王芳",
    "category": "technical",
    "severity": "normal",
    "description": "夜间充电停在 80%",
}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def counted() -> tuple[int, int]:
    return onsite_in_time_rate(Question((WEEK,), working_calendar())).counts()


def test_the_clocks_of_a_letter_of_friday_run_from_friday(cast: Cast) -> None:
    sent = {**FORM, "came_at": "2026-03-06 15:00"}
    answer = browser(cast.wu).post("/complaints/new/", sent)
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.reported_at, ticket.created_at) == (FRIDAY, MONDAY)
    assert clock_of(ticket, "acknowledge").due_at == local("2026-03-06 17:00")
    assert clock_of(ticket, "visit").due_at == local("2026-03-10 23:59:59")
    page = browser(cast.wu).get(answer.url).content.decode()
    assert "收到于" in page
    event = AuditEvent.objects.get(action="complaints.register_ticket")
    assert event.after["came_at"] == ticket.entries.get(kind="registered").data["came_at"]


def test_its_visit_on_site_counts_from_the_day_it_came_in(cast: Cast) -> None:
    ticket = make_complaint(cast, now=MONDAY, came_at=FRIDAY)
    there = local("2026-03-11 09:00")  # two working days after Friday are over, after Monday not
    seen = {"at": there, "words": "属实", "now": there}
    actions.visit_site(ticket, by=cast.wu, version=ticket.version, **seen)
    assert counted() == (0, 1)
    assert clock_of(ticket, "visit").status(there) == "met_late"


def test_whoever_went_there_before_it_was_written_down_was_there_then(cast: Cast) -> None:
    ticket = make_complaint(cast, now=MONDAY, came_at=FRIDAY)
    there = FRIDAY + dt.timedelta(hours=2)
    seen = {"at": there, "words": "属实", "now": MONDAY}
    actions.visit_site(ticket, by=cast.wu, version=ticket.version, **seen)
    assert clock_of(ticket, "visit").met_at == there


@pytest.mark.parametrize("at", ["2026-03-09 10:01", "2026-02-23 09:59"])
def test_neither_still_to_come_nor_longer_ago_than_the_rulebook_says(cast: Cast, at: str) -> None:
    page = browser(cast.wu).post("/complaints/new/", {**FORM, "came_at": at})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"came_at"}
    assert page.context["form"]["came_at"].value() == at
    assert not Ticket.objects.exists()


def test_it_stands_in_the_ledger_of_the_year_it_came_in(cast: Cast) -> None:
    ticket = make_complaint(
        cast, card=None, now=local("2027-01-02 10:00"), came_at=local("2026-12-31 10:00")
    )
    assert ticket.ledger_no == "SH01-2026-0001"


def test_what_was_made_milder_again_keeps_the_beginning_of_its_clocks(cast: Cast) -> None:
    ticket = make_complaint(cast, now=MONDAY, came_at=FRIDAY)
    before = clock_of(ticket, "resolution").due_at
    for severity in ("critical", "normal"):
        said = {"severity": severity, "reason": "再看", "version": ticket.version}
        actions.judge_severity(ticket, by=cast.wu, now=MONDAY, **said)
        ticket.refresh_from_db()
    assert clock_of(ticket, "resolution").due_at == before


def test_a_problem_that_turns_out_to_be_a_complaint_has_one_limit_on_page_and_in_the_figure(
    cast: Cast,
) -> None:
    with time_machine.travel(NOW, tick=False):
        ticket = accepted(cast, now=MONDAY)  # written down on Monday, a complaint on Thursday
        told = actions.Told(channel="phone")
        actions.convert_problem(
            ticket, by=cast.wu, version=ticket.version, told=told, severity="normal", now=NOW
        )
    ticket.refresh_from_db()
    visit = clock_of(ticket, "visit")
    assert (visit.started_at, visit.due_at) == (MONDAY, local("2026-03-11 23:59:59"))
    there = local("2026-03-13 09:00")
    seen = {"at": there, "words": "属实", "now": there}
    actions.visit_site(ticket, by=cast.wu, version=ticket.version, **seen)
    assert (clock_of(ticket, "visit").status(there), counted()) == ("met_late", (0, 1))
    assert clock_of(ticket, "solution").started_at == NOW
