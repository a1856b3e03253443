"""Two people on one ticket are shown to each other, and nobody else learns of it."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import actions
from complaints.models import Presence, Ticket
from crm.people.middleware import SEEN
from crm.records.models import AuditEvent
from crm.rulebook.models import Number
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_cast

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def opened(user, ticket: Ticket, **said: str):
    """What a page of this person that stands open is told."""
    return browser(user).post(f"/complaints/{ticket.public_id}/presence/", said)


def test_who_opens_a_ticket_somebody_has_open_reads_who_and_the_other_is_told(
    cast: Cast,
) -> None:
    ticket = make_complaint(cast)
    assert opened(cast.wu, ticket, known="").status_code == 204  # alone
    page = browser(cast.xu).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert f"{cast.wu.name}也在看" in page
    assert opened(cast.xu, ticket, known="").status_code == 200
    told = opened(cast.wu, ticket, known="")
    assert f"{cast.xu.name}也在看" in told.content.decode()
    assert cast.wu.name not in told.content.decode()  # nobody is shown to themselves
    mark = told.context["around"].mark
    assert opened(cast.wu, ticket, known=mark).status_code == 204  # and is told once


def test_whoever_types_is_shown_writing_until_they_leave_the_box(cast: Cast) -> None:
    ticket = make_complaint(cast)
    opened(cast.wu, ticket, writing="yes")
    form = browser(cast.xu).get(f"/complaints/{ticket.public_id}/proposal/")
    assert f"{cast.wu.name}正在写" in form.content.decode()
    opened(cast.wu, ticket)
    assert f"{cast.wu.name}也在看" in opened(cast.xu, ticket).content.decode()


def test_a_page_that_no_longer_asks_is_forgotten_by_itself(cast: Cast, clock) -> None:
    ticket = make_complaint(cast)
    Number.objects.create(key="ticket_presence_seconds", value="90", store=cast.pudong)
    opened(cast.wu, ticket)
    clock.move_to(NOW + 89 * SECOND)
    assert opened(cast.xu, ticket, known="").status_code == 200
    clock.move_to(NOW + 90 * SECOND)
    assert opened(cast.xu, ticket, known="").status_code == 204
    # And no list of who read what is kept.
    assert actions.forget_presences(now=NOW + 3600 * SECOND) == 2
    assert not Presence.objects.exists()


def test_it_is_written_no_more_often_than_others_need_it(cast: Cast, clock) -> None:
    ticket = make_complaint(cast)
    opened(cast.wu, ticket)
    before = AuditEvent.objects.count()
    for seconds, written in ((10, 0), (29, 0), (30, 1), (45, 0), (61, 1)):
        clock.move_to(NOW + seconds * SECOND)
        with CaptureQueriesContext(connection) as found:
            actions.watch_ticket(ticket, by=cast.wu, is_writing=False, now=NOW + seconds * SECOND)
        writes = [one for one in found if one["sql"].startswith(("UPDATE", "INSERT"))]
        assert len(writes) == written, seconds
        assert len(found) <= 4
    ticket_now = Ticket.objects.get(pk=ticket.pk)
    assert ticket_now.version == ticket.version
    assert AuditEvent.objects.count() == before


def test_whom_it_is_about_and_who_does_not_see_it_never_learn(cast: Cast) -> None:
    ticket = make_complaint(cast, about=cast.wu, by=cast.xu)
    opened(cast.xu, ticket)
    for user in (cast.wu, cast.otto, cast.ma):
        assert opened(user, ticket).status_code == 404
    assert set(Presence.objects.values_list("user", flat=True)) == {cast.xu.pk}
    assert not Presence.objects.visible_to(cast.wu).exists()


def test_a_page_left_open_keeps_no_session_alive_and_loses_nothing_typed(cast: Cast, clock) -> None:
    ticket = make_complaint(cast)
    client, asks = browser(cast.xu), {"HTTP_UNATTENDED": "yes", "HTTP_HX_REQUEST": "true"}
    address = f"/complaints/{ticket.public_id}/presence/"
    client.get("/complaints/")
    began = client.session[SEEN]
    clock.move_to(NOW + settings.SESSION_TOUCH_S * 2 * SECOND)
    client.post(address, **asks)
    assert client.session[SEEN] == began
    clock.move_to(NOW + (settings.SESSION_IDLE_SENIOR_S + 1) * SECOND)
    over = client.post(address, **asks)
    assert over.status_code == 401
    assert "HX-Redirect" not in over.headers  # the page stays, with what stands in its forms
