"""A problem found on a visit goes on as a complaint, and alarms like one (4.6, CP-34)."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Briefing, Clock, Ticket
from crm.notices.models import Notice
from tests.complaints.answers import HOUR, decide, proposed, reply
from tests.complaints.problems import accepted, browser, lead_of, make_problem, solved
from tests.people import NOW, Cast, make_cast

LATER = NOW + HOUR


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(LATER, tick=False):
        yield


def convert(ticket: Ticket, cast: Cast, **said: object) -> None:
    told = actions.Told(channel="phone", demand="换桩", confirmed=True)
    said = {"by": cast.wu, "version": ticket.version, "severity": "normal", **said}
    actions.convert_problem(ticket, told=told, now=LATER, **said)
    ticket.refresh_from_db()


def test_it_gets_number_clocks_and_register_and_its_department_works_on(cast):
    ticket = accepted(cast)
    convert(ticket, cast)
    assert (ticket.kind, ticket.state) == ("complaint", "investigating")
    assert ticket.ledger_no
    assert (ticket.intake.channel, ticket.intake.demand) == ("phone", "换桩")
    begun = dict(Clock.objects.filter(ticket=ticket).values_list("kind", "started_at"))
    assert len(begun) == 5
    assert begun.pop("visit") == ticket.reported_at
    assert set(begun.values()) == {LATER}
    assert lead_of(ticket).state == "accepted"
    assert Notice.objects.filter(recipient=cast.xu, kind="problem_converted").exists()
    actions.waive_visit(ticket, by=cast.wu, version=ticket.version, reason="远程", now=LATER)
    proposed(cast, ticket=ticket)
    decide(ticket, cast.xu, "approve")
    reply(ticket, cast.wu)
    assert ticket.state == "replied"


def test_one_page_and_two_presses_make_one_complaint(cast):
    ticket = make_problem(cast)
    wu, url = browser(cast.wu), f"/complaints/{ticket.public_id}/conversion/"
    assert url in wu.get(f"/complaints/{ticket.public_id}/").content.decode()
    sent = {"version": ticket.version, "request_id": "5f0c0c9e-7d6f-4b0b-9a55-0c37c2b7a002"}
    for _press in range(2):
        answer = wu.post(url, {**sent, "channel": "phone", "severity": "high"})
        assert answer.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.kind, ticket.state, ticket.severity) == ("complaint", "classified", "high")
    assert Clock.objects.filter(ticket=ticket).count() == 5


def test_what_is_solved_or_a_complaint_is_not_turned_and_only_by_service(cast):
    with pytest.raises(ValidationError):
        convert(solved(cast), cast)
    ticket = make_problem(cast)
    with pytest.raises(PermissionDenied):
        convert(ticket, cast, by=cast.tang)
    convert(ticket, cast)
    with pytest.raises(ValidationError):
        convert(ticket, cast)


def test_words_that_alarm_reach_the_manager_from_a_visit_on_and_make_it_critical(cast):
    ticket = make_problem(cast, description="刹车发软")
    told = Briefing.objects.filter(ticket=ticket, to=cast.shen, reason="safety")
    assert told.exists()
    page = browser(cast.shen).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert f"/complaints/briefings/{told.get().public_id}/acknowledgement/" in page
    convert(ticket, cast)
    assert ticket.severity == "critical"
    assert told.count() == 1
    assert Notice.objects.filter(recipient=cast.shen, kind="complaint_critical").exists()
