"""A closed complaint is reopened by the customer's own link, within so many days (4.7, N-35)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from complaints import actions
from complaints.models import AnswerLink, Ticket
from crm.notices.models import Notice
from tests.complaints.answers import HOUR, content, replied, unreached
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_cast

DAY = dt.timedelta(days=1)
CLOSED_AT = NOW + 4 * DAY
NO = {"content": "no", "words": "又停在 80%"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def later():
    with time_machine.travel(CLOSED_AT, tick=False):
        yield


def held(cast: Cast, ticket: Ticket, at: dt.datetime = NOW + 4 * HOUR) -> str:
    made = actions.make_answer_link(ticket, by=cast.wu, now=at)
    assert made
    return f"/links/{made[1]}/"


def close(cast: Cast, ticket: Ticket, **said: str) -> Ticket:
    ticket.refresh_from_db()
    actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=CLOSED_AT, **said)
    return ticket


def closed_unheard(cast: Cast) -> tuple[Ticket, str]:
    """Closed after three tries in vain; the customer opens the link of the answer afterwards."""
    ticket = unreached(cast)
    path = held(cast, ticket)
    return close(cast, ticket, reason="三天联系不上"), path


def test_the_link_of_the_answer_reopens_what_was_closed_without_the_customer(cast: Cast) -> None:
    ticket, path = closed_unheard(cast)
    phone = Client()
    page = phone.get(path).content.decode()
    assert 'value="yes"' not in page
    assert "充电" not in page
    assert phone.post(path, {"content": "no"}).status_code == 422
    with time_machine.travel(CLOSED_AT + 29 * DAY, tick=False):
        assert phone.post(path, NO).status_code == 200
        assert phone.post(path, NO).status_code == 404
        assert phone.get(path).content == phone.get("/links/no-such-link-at-all/").content
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("reopened", 1)
    assert ticket.entries.get(kind="reopened").words == NO["words"]
    assert ticket.clocks.open().exists()
    assert Notice.objects.filter(kind="complaint_reopened", recipient=cast.shen).exists()


def test_not_longer_than_it_may_be_reopened_at_all(cast: Cast) -> None:
    ticket, path = closed_unheard(cast)
    with time_machine.travel(CLOSED_AT + 31 * DAY, tick=False):
        gone = Client().post(path, NO)
        assert gone.status_code == 404
        assert gone.content == Client().post("/links/no-such-link-at-all/", NO).content
    ticket.refresh_from_db()
    assert ticket.state == "closed"


def test_service_gives_out_another_one_for_it_and_sees_and_takes_it_back(cast: Cast) -> None:
    ticket = close(cast, content(cast))
    page = f"/complaints/{ticket.public_id}/"
    assert f"{page}reply/link/" in browser(cast.wu).get(page).content.decode()
    with time_machine.travel(CLOSED_AT + 25 * DAY, tick=False):
        path = held(cast, ticket, CLOSED_AT + 25 * DAY)
        link = AnswerLink.objects.get()
        assert link.expires_at == CLOSED_AT + 30 * DAY
        listed = browser(cast.xu).get("/complaints/links/answers/")
        assert [one[0] for one in listed.context["rows"]] == [link]
        actions.revoke_answer_link(link, by=cast.xu, version=link.version, now=CLOSED_AT + 25 * DAY)
        assert Client().post(path, NO).status_code == 404
    with time_machine.travel(CLOSED_AT + 31 * DAY, tick=False):
        assert f"{page}reply/link/" not in browser(cast.wu).get(page).content.decode()


def test_a_yes_that_arrives_after_the_closing_is_kept_and_moves_nothing(cast: Cast) -> None:
    ticket, path = closed_unheard(cast)
    assert Client().post(path, {"content": "yes"}).status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert ticket.customer_words.get().content
    assert Client().post(path, NO).status_code == 404  # it counts once


def test_what_the_customer_was_content_with_in_a_call_they_reopen_by_their_link(cast: Cast) -> None:
    ticket = replied(cast)
    path = held(cast, ticket)
    said = {"content": True, "words": "好", "now": NOW + 5 * HOUR}
    actions.hear_customer(ticket, by=cast.xu, version=ticket.version, **said)
    assert Client().post(path, NO).status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "reopened"
    assert not AnswerLink.objects.live(CLOSED_AT).exists()


@pytest.mark.parametrize("end", ["withdrawn", "merged", "rejected"])
def test_no_link_goes_on_after_another_end(cast: Cast, end: str) -> None:
    _ticket, path = closed_unheard(cast)
    Ticket.objects.update(state=end)
    assert Client().get(path).status_code == 404
