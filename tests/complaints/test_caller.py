"""Who stands behind a ticket: the number, the call, what was before, what was learnt."""

from __future__ import annotations

import pytest
import time_machine
from django.core.exceptions import ValidationError

from complaints import actions
from complaints.models import Case
from crm.customers.actions import note_consent
from crm.customers.phones import mask
from tests.complaints.answers import HOUR, content
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.complaints.test_cases import PARTS
from tests.people import NOW, Cast, make_card, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(NOW + 5 * HOUR, tick=False):
        yield


def page_of(user, ticket) -> str:
    return browser(user).get(f"/complaints/{ticket.public_id}/").content.decode()


def test_wu_reads_the_masked_number_calls_and_sees_what_was_complained_of_before(cast):
    card = make_card(cast.lin, "王芳")
    first = make_complaint(cast, card=card, now=NOW - HOUR)
    about_wu = make_complaint(cast, card=card, by=cast.xu, now=NOW - HOUR, about=cast.wu)
    ticket = make_complaint(cast, card=card)
    page = page_of(cast.wu, ticket)
    assert mask(card.customer.phone) in page
    assert card.customer.phone not in page
    assert f"/customers/{card.public_id}/phone/" in page
    assert first.ticket_no in page
    assert about_wu.ticket_no not in page
    assert first.ticket_no not in page_of(cast.wu, make_complaint(cast, card=make_card(cast.lin)))


def test_nobody_is_offered_to_call_whoever_wishes_no_calls(cast):
    ticket = make_complaint(cast)
    said = {"purpose": "contact", "channel": "phone", "words": "别打电话", "now": NOW}
    note_consent(ticket.card, by=cast.xu, allowed=False, **said)
    assert f"/customers/{ticket.card.public_id}/phone/" not in page_of(cast.wu, ticket)


def test_what_took_a_timetable_closes_once_a_case_is_written_from_it(cast):
    ticket = content(cast)
    actions.plan_stage(
        ticket, by=cast.xu, title="换桩", owner=cast.wu, due_on=NOW.date(), now=NOW + 4 * HOUR
    )
    with pytest.raises(ValidationError):
        actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + 5 * HOUR)
    ticket.refresh_from_db()
    actions.draft_case(ticket, by=cast.xu, now=NOW + 5 * HOUR, **PARTS)
    actions.close_ticket(ticket, by=cast.xu, version=ticket.version, now=NOW + 5 * HOUR)
    assert Case.objects.get().ticket == ticket


def test_the_queue_has_a_chip_of_those_not_reached(cast):
    missed, ticket = make_complaint(cast), make_complaint(cast, card=make_card(cast.lin))
    actions.miss_customer(missed, by=cast.wu, version=missed.version, way="call", now=NOW)
    page = browser(cast.wu).get("/complaints/?show=unreached").content.decode()
    assert missed.ticket_no in page
    assert ticket.ticket_no not in page
