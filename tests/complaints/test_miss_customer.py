"""Nobody was reached: counted until the customer is spoken to, and a ground to close (RV-30)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Ticket
from crm.notices.models import Notice, Reminder
from tests.complaints.answers import HOUR, decide, replied, reply, solution
from tests.complaints.complaints import clock_of, make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_cast

DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW + HOUR, tick=False):
        yield


def miss(cast: Cast, ticket: Ticket, at: dt.datetime, **more: object) -> None:
    ticket.refresh_from_db()
    facts = {"way": "call", **more}
    actions.miss_customer(ticket, by=cast.wu, version=ticket.version, now=at, **facts)


def test_a_try_in_vain_is_counted_and_shown_and_meets_no_clock(cast: Cast) -> None:
    ticket = make_complaint(cast)
    wu, path = browser(cast.wu), f"/complaints/{ticket.public_id}/"
    sent = {"way": "call", "words": "忙音", "version": ticket.version, "request_id": "r1"}
    for _twice in range(2):
        assert wu.post(f"{path}tries/", sent).status_code == 302
    ticket.refresh_from_db()
    (line,) = ticket.entries.filter(kind="unreached")
    assert (ticket.misses, line.words, line.data) == (1, "忙音", {"way": "call", "nth": 1})
    assert clock_of(ticket, "acknowledge").met_at is None
    assert "1 次未联系上" in wu.get(path).content.decode()
    assert "1 次未联系上" in wu.get("/complaints/").content.decode()


def test_who_is_spoken_to_is_counted_anew(cast: Cast) -> None:
    ticket = make_complaint(cast)
    miss(cast, ticket, NOW + HOUR)
    actions.contact_customer(
        ticket, by=cast.wu, version=ticket.version, way="call", words="已受理", has_plan=True,
        now=NOW + 2 * HOUR, named=True, next_at=NOW + DAY,
    )  # fmt: skip
    ticket.refresh_from_db()
    assert ticket.misses == 0


def test_the_next_try_rings_and_promises_nothing(cast: Cast) -> None:
    ticket = make_complaint(cast)
    miss(cast, ticket, NOW + HOUR, next_at=NOW + 6 * HOUR)
    rings = Reminder.objects.filter(kind="answer_due", about_id=ticket.public_id)
    assert cast.wu in {one.recipient for one in rings}
    assert not ticket.card.promises.filter(due_at=NOW + 6 * HOUR).exists()


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ((8, 32, 56), "未联系上：2026-03-12 18:20、2026-03-13 18:20、2026-03-14 18:20"),
        ((8, 9, 10), ""),
    ],
)
def test_tries_on_enough_days_are_the_reason_to_close_without_a_yes(cast, hours, words) -> None:
    ticket = replied(cast)
    for hour in hours:
        miss(cast, ticket, NOW + hour * HOUR)
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        page = browser(cast.xu).get(f"/complaints/{ticket.public_id}/closing/")
    assert page.context["form"]["reason"].value() == words


def test_only_who_answers_for_it_tries_and_nobody_once_it_is_closed(cast: Cast) -> None:
    ticket = make_complaint(cast)
    with pytest.raises(PermissionDenied):
        actions.miss_customer(ticket, by=cast.lin, version=ticket.version, way="call", now=NOW)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed")
    page = browser(cast.wu).post(
        f"/complaints/{ticket.public_id}/tries/", {"way": "call", "version": ticket.version}
    )
    assert page.status_code in (403, 422)


def test_the_supervisor_hears_once_that_tries_on_enough_days_were_in_vain(cast: Cast) -> None:
    ticket = make_complaint(cast)
    for day, told in ((0, 0), (1, 0), (2, 1), (3, 1)):
        miss(cast, ticket, NOW + HOUR + day * DAY)
        lines = Notice.objects.filter(kind="complaint_unreached", about_id=ticket.public_id)
        assert [line.recipient for line in lines] == [cast.xu] * told
    with time_machine.travel(NOW + 4 * DAY, tick=False):
        inbox = browser(cast.xu).get("/inbox/").content.decode()
    assert f"{ticket.ticket_no}：{cast.wu.name}多日联系不上客户。" in inbox


def test_who_was_spoken_to_meanwhile_and_is_lost_again_is_told_again(cast: Cast) -> None:
    ticket = make_complaint(cast)
    for day in (0, 1, 2):
        miss(cast, ticket, NOW + HOUR + day * DAY)
    ticket.refresh_from_db()
    said = {"way": "call", "words": "已受理", "has_plan": True, "version": ticket.version}
    first = {"named": True, "next_at": NOW + 4 * DAY}
    actions.contact_customer(ticket, by=cast.wu, now=NOW + 3 * DAY, **first, **said)
    for day in (4, 5):
        miss(cast, ticket, NOW + day * DAY)
    assert Notice.objects.filter(kind="complaint_unreached").count() == 1
    miss(cast, ticket, NOW + 6 * DAY)
    assert Notice.objects.filter(kind="complaint_unreached").count() == 2


def test_a_supervisor_the_complaint_is_about_is_not_the_one_who_hears(cast: Cast) -> None:
    ticket = make_complaint(cast, about=cast.xu)
    for day in (0, 1, 2):
        miss(cast, ticket, NOW + HOUR + day * DAY)
    assert Notice.objects.get(kind="complaint_unreached").recipient == cast.shen


def test_who_is_never_reached_is_answered_in_writing_all_the_same(cast: Cast) -> None:
    ticket = make_complaint(cast, no_visit_because="客户在外地，远程查看")
    page, form = f"/complaints/{ticket.public_id}/", f"/complaints/{ticket.public_id}/proposal/"
    wu = browser(cast.wu)
    for day in (0, 1, 2):
        assert form not in wu.get(page).content.decode()
        with pytest.raises(ValidationError):
            propose(cast, ticket, NOW + 2 * HOUR + day * DAY)
        miss(cast, ticket, NOW + HOUR + day * DAY)
    assert form in wu.get(page).content.decode()
    ticket.refresh_from_db()
    propose(cast, ticket, NOW + 3 * DAY)
    assert clock_of(ticket, "acknowledge").met_at is None
    decide(ticket, cast.xu, "approve")
    reply(ticket, cast.wu, now=NOW + 4 * DAY)
    assert (ticket.state, clock_of(ticket, "acknowledge").met_at) == ("replied", NOW + 4 * DAY)


def propose(cast: Cast, ticket: Ticket, now: dt.datetime) -> None:
    actions.propose_solution(ticket, solution(), by=cast.wu, version=ticket.version, now=now)


def test_who_is_reached_after_all_still_hears_who_looks_after_it(cast: Cast) -> None:
    ticket = make_complaint(cast)
    for day in (0, 1, 2):
        miss(cast, ticket, NOW + HOUR + day * DAY)
    ticket.refresh_from_db()
    said = {"way": "call", "words": "已受理", "has_plan": False, "version": ticket.version}
    with pytest.raises(ValidationError) as refused:
        actions.contact_customer(ticket, by=cast.wu, now=NOW + 3 * DAY, **said)
    assert set(refused.value.message_dict) == {"next_at", "named"}
