"""What is no complaint goes on as an opinion; who is back too late is registered anew (4.7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions, due
from complaints.models import Ticket
from crm.notices.models import Notice
from crm.people.models import User
from crm.promises.models import Promise
from crm.rulebook.numbers import Numbers
from tests.complaints.answers import HOUR, closed, looked_at
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_cast

DAY = dt.timedelta(days=1)
LATE = NOW + 40 * DAY
STRANGER = {"name": "王芳", "phone": "+8613900001111", "demand": "换一根桩"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(NOW + HOUR, tick=False):
        yield


def reject(cast: Cast, ticket: Ticket, **sent: str) -> Any:
    body = {"version": ticket.version, "words": "只是询问，已说明", "way": "call", **sent}
    return browser(cast.xu).post(f"/complaints/{ticket.public_id}/rejection/", body)


def anew(ticket: Ticket, by: User, now: dt.datetime = LATE, **said: Any) -> Ticket:
    told = {"channel": "phone", "words": "又停了", "severity": "normal", **said}
    return actions.register_anew(ticket, by=by, now=now, **told)


def test_what_is_no_complaint_goes_on_as_an_inquiry_of_who_answered_for_it(cast: Cast) -> None:
    ticket = make_complaint(cast, card=None, told=STRANGER, about=cast.lin)
    answer = reject(cast, ticket, becomes="inquiry", answer_by="2026-03-12 18:00")
    assert answer.status_code == 302
    ticket.refresh_from_db()
    opinion = Ticket.objects.get(kind="inquiry")
    assert (ticket.state, opinion.state) == ("rejected", "registered")
    assert (opinion.responsible, opinion.about) == (cast.wu, cast.lin)
    assert (opinion.description, opinion.intake.phone) == (ticket.description, STRANGER["phone"])
    assert [clock.kind for clock in opinion.clocks.open()] == ["reply"]
    assert not ticket.clocks.open().exists()
    assert opinion.deadline is not None
    assert ticket.entries.get(kind="rejected").data == {"way": "call", "becomes": "inquiry"}
    html = browser(cast.xu).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert opinion.ticket_no in html
    assert "转为咨询" in html
    heard = Notice.objects.get(kind="complaint_turned")
    assert (heard.recipient, heard.about_id) == (cast.wu, opinion.public_id)
    assert ticket.ticket_no in browser(cast.wu).get("/inbox/").content.decode()


def test_what_was_promised_over_the_inquiry_is_owed_by_who_answers_it(cast: Cast) -> None:
    ticket = make_complaint(cast, by=cast.fang)
    answer = reject(cast, ticket, becomes="inquiry", answer_by="2026-03-12 18:00")
    assert answer.status_code == 302
    promise, opinion = Promise.objects.get(), Ticket.objects.get(kind="inquiry")
    assert (promise.responsible, promise.source_id) == (cast.fang, opinion.public_id)
    sent = {"version": opinion.version, "words": "周六可以试驾"}
    told = browser(cast.fang).post(f"/complaints/{opinion.public_id}/opinion/", sent)
    assert told.status_code == 302
    promise.refresh_from_db()
    assert (promise.state, promise.answer) == ("kept", "周六可以试驾")


def test_without_a_choice_it_ends_and_how_the_customer_was_told_is_asked_for(cast: Cast) -> None:
    ticket = looked_at(cast)
    refused = reject(cast, ticket, becomes="ends", way="")
    assert refused.status_code == 422
    assert "way" in refused.context["form"].errors
    assert reject(cast, ticket, becomes="ends").status_code == 302
    assert Ticket.objects.get().state == "rejected"


def test_praise_is_nothing_a_complaint_turns_into(cast: Cast) -> None:
    ticket = looked_at(cast)
    said = {"words": "询问", "way": "call", "now": NOW}
    with pytest.raises(ValidationError):
        actions.reject_ticket(ticket, by=cast.xu, version=ticket.version, becomes="praise", **said)
    ticket.refresh_from_db()
    assert ticket.state == "registered"


@pytest.mark.parametrize(("days", "late"), [(29, False), (30, False), (31, True)])
def test_after_thirty_days_it_is_too_late_to_reopen(days: int, late: bool) -> None:
    at = NOW + days * DAY
    assert due.too_late_to_reopen(NOW, at, numbers=Numbers()) is late


def test_who_is_back_too_late_gets_a_ticket_linked_with_the_old_one(cast: Cast) -> None:
    ticket = closed(cast, ticket_fields={"about": cast.lin})
    page = f"/complaints/{ticket.public_id}/"
    wu = browser(cast.wu)
    assert f"{page}renewal/" not in wu.get(page).content.decode()
    with time_machine.travel(LATE, tick=False):
        html = browser(cast.wu).get(page).content.decode()
        assert f"{page}renewal/" in html
        assert f"{page}reopening/" not in html
        sent = {"version": ticket.version, "request_id": "a1", "channel": "phone"}
        sent |= {"words": "又停了", "severity": "high", "answer_by": "2026-04-22 10:00"}
        answers = [browser(cast.wu).post(f"{page}renewal/", sent) for _twice in range(2)]
    found = Ticket.objects.exclude(pk=ticket.pk).get()
    assert [answer.url for answer in answers] == [f"/complaints/{found.public_id}/"] * 2
    assert (found.kind, found.state, found.severity) == ("complaint", "registered", "high")
    assert (found.card, found.category, found.about) == (
        *(ticket.card, ticket.category),
        cast.lin,
    )
    assert (found.responsible, found.description) == (cast.wu, "又停了")
    assert found.intake.name == "王芳"
    assert found.ledger_no != ticket.ledger_no
    assert found.clocks.open().count() == 5
    assert Promise.objects.filter(source_id=found.public_id).count() == 1
    assert ticket.ticket_no in wu.get(f"/complaints/{found.public_id}/").content.decode()
    assert browser(cast.lin).get(f"/complaints/{found.public_id}/").status_code == 404
    ticket.refresh_from_db()
    assert ticket.state == "closed"


def test_the_second_of_two_reads_where_it_goes_on(cast: Cast) -> None:
    ticket = closed(cast)
    found = anew(ticket, cast.wu)
    with pytest.raises(ValidationError, match=found.ticket_no):
        anew(ticket, cast.xu)
    Ticket.objects.filter(pk=found.pk).update(state="withdrawn")
    assert anew(ticket, cast.xu).pk != found.pk


def test_one_that_can_be_reopened_is_not_registered_anew(cast: Cast) -> None:
    ticket = closed(cast)
    with pytest.raises(ValidationError):
        anew(ticket, cast.wu, NOW + 29 * DAY)
    with pytest.raises(PermissionDenied):
        anew(ticket, cast.lin)
    assert Ticket.objects.count() == 1
