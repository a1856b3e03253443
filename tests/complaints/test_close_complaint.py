"""The customer's word by call or link; closed and filed, reopened, withdrawn (CP-18..32)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from complaints import actions
from complaints.models import File, Ticket
from complaints.queues.closing import unmet
from crm.customers.models import Consent
from crm.notices.models import Notice
from crm.people import roles
from crm.people.models import Membership, User
from crm.records.states import Stale
from tests.complaints.answers import (
    HOUR,
    closed,
    content,
    looked_at,
    proposed,
    replied,
    reply,
    unreached,
)
from tests.complaints.answers import approved as made_approved
from tests.complaints.problems import browser
from tests.people import HIRED, NOW, Cast, make_cast
from tests.permissions.answers import make_correction

DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(NOW + 6 * HOUR, tick=False):
        yield


def link_of(cast: Cast, ticket: Ticket) -> str:
    made = actions.make_answer_link(ticket, by=cast.wu, now=NOW + 4 * HOUR)
    assert made
    return f"/links/{made[1]}/"


def test_an_answer_by_phone_needs_the_customers_waiver_of_writing(cast: Cast) -> None:
    ticket = made_approved(cast)
    with pytest.raises(ValidationError):
        reply(ticket, cast.wu, way="call")
    reply(ticket, cast.wu, way="call", waived="客户说电话即可")
    assert ticket.state == "replied"


def test_who_proposed_it_enters_no_word_and_closes_nothing(cast: Cast) -> None:
    ticket = replied(cast)
    Membership.objects.create(
        user=cast.wu, role=roles.SERVICE_SUPERVISOR, store=cast.pudong, valid_from=HIRED
    )
    wu = type(cast.wu).objects.get(pk=cast.wu.pk)
    for path in ("customer-word", "closing"):
        assert browser(wu).get(f"/complaints/{ticket.public_id}/{path}/").status_code == 403


def test_the_customer_says_yes_by_the_link_once(cast: Cast) -> None:
    ticket = replied(cast)
    path, phone = link_of(cast, ticket), Client()
    page = phone.get(path)
    assert page["Cache-Control"] == "no-store"
    text = page.content.decode()
    assert "王" not in text  # who holds the link learns no name (D43)
    assert "充电" not in text  # nothing of the complaint
    ticket.refresh_from_db()
    assert ticket.state == "replied"  # looking changes nothing
    assert browser(cast.wu).post(path, {"content": "yes"}).status_code == 422
    assert phone.post(path, {"content": "yes"}).status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "visited"
    assert ticket.customer_words.get().by is None
    assert phone.post(path, {"content": "no", "words": "x"}).status_code == 404
    assert phone.get("/links/no-such-link-anywhere/").status_code == 404


def test_a_no_by_the_link_needs_words_and_reopens(cast: Cast) -> None:
    ticket = replied(cast)
    path, phone = link_of(cast, ticket), Client()
    assert phone.post(path, {"content": "no"}).status_code == 422
    assert phone.post(path, {"content": "no", "words": "还是停"}).status_code == 200
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings) == ("reopened", 1)


def test_a_second_link_ends_the_first(cast: Cast) -> None:
    ticket = replied(cast)
    first, second = link_of(cast, ticket), link_of(cast, ticket)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_it_closes_once_the_checklist_is_so_and_is_filed_by_year(cast: Cast) -> None:
    ticket = content(cast)
    late = make_correction(
        ticket.card, cast.lin, ticket=ticket, due_on=NOW.date() - DAY, given_by=cast.wu
    )
    assert len(unmet(ticket, NOW)) == 1
    path = f"/complaints/{ticket.public_id}/closing/"
    assert browser(cast.xu).post(path, {"version": ticket.version}).status_code == 422
    type(late).objects.filter(pk=late.pk).update(state="verified", verified_by=cast.xu)
    assert browser(cast.xu).post(path, {"version": ticket.version}).status_code == 302
    assert File.objects.get().file_no == "DA-2026-0001" or File.objects.get().year == 2026
    page = browser(cast.shen).get("/complaints/files/", {"year": "2026", "q": ticket.ticket_no})
    assert File.objects.get().file_no in page.content.decode()


def test_without_the_customers_yes_it_closes_after_tries_in_vain(cast: Cast) -> None:
    ticket = replied(cast)
    path = f"/complaints/{ticket.public_id}/closing/"
    for days in (1, 2, 3):
        page = browser(cast.xu).post(path, {"version": ticket.version, "reason": "联系不上客户"})
        assert page.status_code == 422  # a sentence alone is no ground
        assert f"已记录 {days - 1} 次" in page.context["form"].errors["reason"][0]
        at = NOW + days * DAY
        actions.miss_customer(ticket, by=cast.wu, version=ticket.version, way="call", now=at)
    with pytest.raises(ValidationError):
        actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + 4 * DAY)
    ticket.refresh_from_db()
    page = browser(cast.xu).post(path, {"version": ticket.version, "reason": "三天三次未接通"})
    assert page.status_code == 302
    assert File.objects.get().reason == "三天三次未接通"


def test_tries_before_the_answer_are_no_ground_to_close(cast: Cast) -> None:
    ticket = unreached(cast)
    Ticket.objects.filter(pk=ticket.pk).update(told_at=NOW + 2 * DAY)
    ticket.refresh_from_db()
    with pytest.raises(ValidationError):
        actions.close_ticket(
            ticket, by=cast.xu, version=ticket.version, reason="未接通", now=NOW + 4 * DAY
        )


def test_who_refused_every_contact_need_not_be_tried(cast: Cast) -> None:
    ticket = replied(cast)
    facts = {"said_at": NOW, "withdrawn_at": NOW, "words": "别再联系", "heard": "phone"}
    Consent.objects.create(customer=ticket.card.customer, purpose="contact", channel="", **facts)
    actions.close_ticket(
        ticket, by=cast.xu, version=ticket.version, reason="客户拒绝联系", now=NOW + 5 * HOUR
    )
    assert ticket.file.reason == "客户拒绝联系"


def test_a_closed_one_is_reopened_within_thirty_days_and_keeps_its_file(cast: Cast) -> None:
    ticket = closed(cast)
    number = ticket.file.file_no
    late = NOW + 31 * DAY
    with pytest.raises(ValidationError):
        actions.reopen_complaint(
            ticket, by=cast.wu, version=ticket.version, words="又停了", now=late
        )
    actions.reopen_complaint(
        ticket, by=cast.wu, version=ticket.version, words="又停了", now=NOW + 29 * DAY
    )
    assert ticket.state == "reopened"
    assert File.objects.get().file_no == number
    assert ticket.clocks.filter(round=1).count() == 4


def test_the_thirty_days_run_from_the_latest_closing(cast: Cast) -> None:
    ticket = closed(cast)
    again = NOW + 29 * DAY
    actions.reopen_complaint(ticket, by=cast.wu, version=ticket.version, words="又停了", now=again)
    # answered once more after the thirty days of the first closing
    Ticket.objects.filter(pk=ticket.pk).update(state="replied")
    ticket.refresh_from_db()
    late = NOW + 40 * DAY
    actions.reopen_complaint(ticket, by=cast.wu, version=ticket.version, words="还停", now=late)
    assert (ticket.state, ticket.reopenings) == ("reopened", 2)


def test_nobody_waits_for_the_customer_of_a_withdrawn_complaint(cast: Cast) -> None:
    ticket = looked_at(cast)
    actions.pause_clocks(ticket, by=cast.wu, version=ticket.version, reason="等视频", now=NOW)
    actions.withdraw_ticket(
        ticket, by=cast.wu, version=ticket.version, words="不用了", now=NOW + HOUR
    )
    assert ticket.pauses.get().ended_at == NOW + HOUR
    assert actions.sweep_clocks(now=NOW + 30 * DAY).resumed == 0
    assert not Notice.objects.filter(kind="clocks_resumed").exists()


def waited_for(cast: Cast) -> Ticket:
    """One whose customer was waited for when the answer was approved."""
    ticket = made_approved(cast)
    actions.pause_clocks(
        ticket, by=cast.wu, version=ticket.version, reason="等视频", now=NOW + 2 * HOUR
    )
    return ticket


def test_nobody_waits_for_the_customer_who_has_the_answer(cast: Cast) -> None:
    ticket = waited_for(cast)
    reply(ticket, cast.wu)
    assert ticket.pauses.get().ended_at == NOW + 3 * HOUR
    assert actions.sweep_clocks(now=NOW + 30 * DAY).resumed == 0
    assert not Notice.objects.filter(kind="clocks_resumed").exists()


def test_a_no_ends_what_stood_still_since_before_the_answer(cast: Cast) -> None:
    ticket = waited_for(cast)
    reply(ticket, cast.wu)
    ticket.pauses.update(ended_at=None)  # answered before an answer ended it
    actions.hear_customer(
        ticket, by=cast.xu, version=ticket.version, content=False, words="没好", now=NOW + 4 * HOUR
    )
    assert ticket.pauses.get().ended_at == NOW + 4 * HOUR
    assert not ticket.clocks.open().filter(paused_at__isnull=False).exists()


def test_withdrawn_ends_everything_that_waited(cast: Cast) -> None:
    ticket = proposed(cast)
    actions.withdraw_ticket(
        ticket, by=cast.wu, version=ticket.version, words="不用了", now=NOW + 2 * HOUR
    )
    assert (ticket.state, ticket.proposals.get().state) == ("withdrawn", "void")
    assert not ticket.clocks.open().exists()


def test_approved_against_withdrawn_one_wins(cast: Cast) -> None:
    ticket = proposed(cast)
    stale = Ticket.objects.get(pk=ticket.pk)
    actions.withdraw_ticket(
        ticket, by=cast.wu, version=ticket.version, words="不用了", now=NOW + 2 * HOUR
    )
    path = f"/complaints/{ticket.public_id}/proposal/decision/"
    late = browser(cast.xu).post(path, {"version": stale.version, "verdict": "approve"})
    assert late.status_code == 409
    with pytest.raises(Stale):
        reply(stale, cast.wu)


def no(ticket: Ticket, by: User, **fields: Any) -> None:
    said = {"words": "询问", "way": "call", "now": NOW, **fields}
    actions.reject_ticket(ticket, by=by, version=ticket.version, **said)


def test_only_the_supervisor_says_that_it_is_no_complaint(cast: Cast) -> None:
    ticket = looked_at(cast)
    with pytest.raises(PermissionDenied):
        no(ticket, cast.wu)
    no(ticket, cast.xu)
    assert ticket.state == "rejected"
