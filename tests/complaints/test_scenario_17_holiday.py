"""Scenario 17 over the National Day: eight days stand still, a make-up Saturday counts (7.2, 17).

Every step is a page of its own, every warning the worker's.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from complaints.kpis import reopen_rate, resolution_rate
from complaints.models import Ticket
from complaints.tasks import sweep_clocks
from crm.notices.dispatch import drain
from crm.notices.models import Notice
from crm.people.models import User
from crm.records.kpis import Question
from crm.records.periods import Period
from crm.rulebook.queues import working_calendar
from tests.complaints.problems import browser
from tests.people import SHANGHAI, Cast, local, make_card, make_cast, make_visit_rule
from visits.models import Visit

AUTUMN = Period(dt.date(2026, 9, 1), dt.date(2026, 10, 31), SHANGHAI)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def on(moment: str) -> Any:
    return time_machine.travel(local(f"2026-{moment}"), tick=False)


def press(user: User, ticket: Ticket, verb: str, **sent: str) -> None:
    """Send a form of the ticket's page as it stands now."""
    ticket.refresh_from_db()
    body = {"version": ticket.version, "request_id": f"{verb}-{ticket.version}", **sent}
    answer = browser(user).post(f"/complaints/{ticket.public_id}/{verb}/", body)
    assert answer.status_code == 302, answer.context and answer.context.get("form").errors
    ticket.refresh_from_db()


def worker() -> None:
    """The worker's minute: clocks are swept, bells are rung."""
    sweep_clocks()
    drain(now=timezone.now())


def due(ticket: Ticket, times: int = 0) -> dict[str, str]:
    rows = ticket.clocks.filter(round=times, void_at__isnull=True)
    return {one.kind: f"{one.due_at.astimezone(SHANGHAI):%m-%d %H:%M}" for one in rows}


def told(user: User, *kinds: str) -> bool:
    return Notice.objects.filter(recipient=user, kind__in=kinds).exists()


def figures() -> tuple[tuple[int, int], tuple[int, int]]:
    ask = Question((AUTUMN,), working_calendar())
    return resolution_rate(ask).counts(), reopen_rate(ask).counts()


def test_a_complaint_about_lin_from_the_eve_of_the_holiday_to_its_reopening(cast: Cast) -> None:
    make_visit_rule(
        cast.pudong, trigger="complaint", kind="complaint", name="投诉答复后回访", wait=2
    )
    card = make_card(cast.lin, "王芳")

    with on("09-30 19:30"):
        form = {
            "kind": "complaint",
            "channel": "phone",
            "card": card.public_id,
            "category": "staff_conduct",
            "severity": "normal",
            "description": "交车时态度生硬，不肯讲解",
            "about": cast.lin.public_id,
        }
        assert browser(cast.wu).post("/complaints/new/", form).status_code == 302
        ticket = Ticket.objects.get()
        assert browser(cast.lin).get(f"/complaints/{ticket.public_id}/").status_code == 404
    assert due(ticket) == {
        "acknowledge": "10-08 10:00",  # half an hour on the eve, the rest on the first day back
        "reply": "10-08 23:59",
        "visit": "10-09 23:59",
        "solution": "10-10 23:59",  # a Saturday that is worked
        "resolution": "10-15 23:59",
    }

    # Seven days in which the worker has nothing to say of it.
    for day in range(1, 8):
        with on(f"10-0{day} 12:00"):
            worker()
    assert not told(cast.wu, "clock_soon", "clock_late")
    with on("10-08 09:45"):
        worker()
        assert told(cast.wu, "clock_soon")
        contact = {"way": "call", "words": "周六前给您答复", "has_plan": "on", "named": "on"}
        contact["next_at"] = "2026-10-10 18:00"
        press(cast.wu, ticket, "contacts", **contact)
    with on("10-08 10:01"):
        worker()
    assert not told(cast.xu, "clock_late")

    # Looked at in time; proposed, decided and answered on the make-up Saturday.
    with on("10-09 17:00"):
        found = {"at": "2026-10-09 15:00", "words": "录音属实"}
        press(cast.wu, ticket, "site-visit", **found)
    with on("10-10 10:00"):
        assert browser(cast.wu).get(f"/complaints/{ticket.public_id}/reply/").status_code == 200
        early = {"version": ticket.version, "way": "letter", "words": "致歉", "request_id": "early"}
        refused = browser(cast.wu).post(f"/complaints/{ticket.public_id}/reply/", early)
        assert refused.status_code == 409  # nothing is approved
        offered = {
            "cause": "未按流程讲解",
            "liability": "service",
            "words": "当面致歉，补讲一次",
            "grant": "nothing",
        }
        press(cast.wu, ticket, "proposal", **offered)
    with on("10-10 11:00"):
        press(cast.shen, ticket, "proposal/decision", verdict="approve")
    with on("10-10 14:00"):
        press(cast.wu, ticket, "reply", way="letter", words="当面致歉，补讲一次")
    met = ticket.clocks.filter(met_at__isnull=False).values_list("kind", "met_at", "due_at")
    assert {kind for kind, at, limit in met if at <= limit} == {
        *("acknowledge", "reply", "visit", "solution", "resolution"),
    }
    assert due(ticket)["follow_up"] == "10-13 23:59"
    visit = Visit.objects.get()
    assert (visit.kind, visit.due_on) == ("complaint", dt.date(2026, 10, 13))
    with on("10-12 09:00"):
        lin = browser(cast.lin)
        assert lin.get(f"/visits/{visit.public_id}/").status_code == 404
        assert visit.visit_no not in lin.get("/visits/", {"show": "all"}).content.decode()
        assert lin.get("/search/", {"q": visit.visit_no}).url.startswith("/customers/")
    assert figures() == ((1, 1), (0, 1))

    # Not content: back to work, with clocks of its own and a level higher.
    with on("10-13 10:00"):
        press(cast.xu, ticket, "customer-word", content="no", words="没有人来致歉")
    assert (ticket.state, ticket.reopenings) == ("reopened", 1)
    assert due(ticket, 1) == {
        "acknowledge": "10-13 12:00",
        "reply": "10-14 23:59",
        "solution": "10-16 23:59",
        "resolution": "10-22 23:59",
    }
    assert figures() == ((0, 1), (1, 1))
    with on("10-13 12:01"):
        worker()
    assert told(cast.xu, "clock_late")
    with on("10-14 10:00"):
        press(cast.wu, ticket, "contacts", **{**contact, "next_at": "2026-10-15 18:00"})
        press(cast.wu, ticket, "proposal", **{**offered, "words": "店长登门致歉"})
    assert ticket.proposals.get(state="waiting").role == "general_manager"
    assert not Notice.objects.filter(recipient=cast.lin, about_room="complaints").exists()
