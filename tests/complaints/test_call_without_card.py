"""After an answer to somebody without a card no visit follows: a colleague calls (CP-24)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from complaints import actions
from complaints.kpis import content_with_answer_rate
from complaints.models import Ticket
from crm.notices.models import Notice, Reminder
from crm.people import roles
from crm.people.models import User
from crm.records.kpis import Question
from crm.records.periods import Period
from crm.rulebook.queues import working_calendar
from tests.complaints.answers import HOUR, replied
from tests.complaints.problems import browser
from tests.people import NOW, SHANGHAI, Cast, local, make_cast, make_user
from visits.models import Visit

WHOLE = "136 5555 0199"
TOLD = {"name": "过路人", "phone": "+8613655550199", "plate": "沪A12345"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(NOW + 4 * HOUR, tick=False):
        yield


@pytest.fixture
def xia(cast: Cast) -> User:
    """Xia of customer service, who has done nothing for the ticket."""
    return make_user("xia", "夏服", roles.SERVICE_AGENT, cast.pudong)


def answered(cast: Cast) -> Ticket:
    """The passer-by's complaint, to which Wu has given the answer he proposed."""
    return replied(cast, ticket_fields={"card": None, "told": TOLD})


def hear(ticket: Ticket, by: User, *, content: bool = True) -> None:
    ticket.refresh_from_db()
    actions.hear_customer(
        ticket, by=by, version=ticket.version, content=content, words="还是黑屏", now=NOW + 5 * HOUR
    )


def test_the_supervisor_is_told_and_warned_so_that_another_than_wu_calls(cast: Cast) -> None:
    ticket = answered(cast)
    assert not Visit.objects.exists()
    assert Notice.objects.filter(recipient=cast.xu, kind="complaint_to_call").count() == 1
    page = browser(cast.xu).get("/inbox/").content.decode()
    assert "没有客户卡" in page
    actions.sweep_clocks(now=local("2026-03-16 09:00"))
    clock = ticket.clocks.get(kind="follow_up")
    (bell,) = Reminder.objects.filter(about_id=clock.public_id)
    assert (bell.kind, bell.role, bell.recipient) == ("clock_soon", "service_supervisor", None)


def test_who_did_not_propose_it_is_warned_themselves(cast: Cast, xia: User) -> None:
    ticket = answered(cast)
    Ticket.objects.filter(pk=ticket.pk).update(responsible=xia)
    actions.sweep_clocks(now=local("2026-03-16 09:00"))
    clock = ticket.clocks.get(kind="follow_up")
    assert Reminder.objects.get(about_id=clock.public_id).recipient == xia


def test_whoever_calls_reads_the_number_until_the_customer_has_spoken(
    cast: Cast, xia: User
) -> None:
    ticket, client = answered(cast), browser(xia)
    form = f"/complaints/{ticket.public_id}/customer-word/"
    page = client.get(form).content.decode()
    assert WHOLE in page
    assert "过路人" in page
    assert WHOLE in client.get(f"/complaints/{ticket.public_id}/").content.decode()
    sent = client.post(form, {"content": "yes", "words": "", "version": ticket.version})
    assert sent.status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "visited"
    assert WHOLE not in client.get(f"/complaints/{ticket.public_id}/").content.decode()
    assert ticket.clocks.get(kind="follow_up").met_at is not None


def test_whoever_calls_writes_down_tries_in_vain_before_the_answer_nobody_else_does(
    cast: Cast, xia: User
) -> None:
    ticket = answered(cast)
    tried = {"way": "call", "now": NOW + 5 * HOUR}
    actions.miss_customer(ticket, by=xia, version=ticket.version, **tried)
    assert ticket.misses == 1
    hear(ticket, xia)
    with pytest.raises(PermissionDenied):
        actions.miss_customer(ticket, by=xia, version=ticket.version, **tried)


def test_with_a_card_the_visit_asks_and_the_ticket_shows_no_number_of_its_own(
    cast: Cast, xia: User
) -> None:
    ticket = replied(cast, ticket_fields={"told": TOLD})
    assert not Notice.objects.filter(kind="complaint_to_call").exists()
    form = f"/complaints/{ticket.public_id}/customer-word/"
    assert WHOLE not in browser(xia).get(form).content.decode()
    with pytest.raises(PermissionDenied):
        actions.miss_customer(
            ticket, by=xia, version=ticket.version, way="call", now=NOW + 5 * HOUR
        )


def test_a_no_in_the_call_reopens_it_and_both_words_count(cast: Cast, xia: User) -> None:
    first, second = answered(cast), answered(cast)
    hear(first, xia, content=False)
    hear(second, xia)
    first.refresh_from_db()
    assert (first.state, first.reopenings) == ("reopened", 1)
    week = Period(dt.date(2026, 3, 9), dt.date(2026, 3, 15), SHANGHAI)
    assert content_with_answer_rate(Question((week,), working_calendar())).counts() == (1, 2)
