"""What takes long has stages with a person and a day; a late one is seen (RV-37, HP-07)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from complaints.models import Stage, Ticket
from crm.notices.models import Reminder
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import accepted, browser
from tests.people import NOW, Cast, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def plan(cast: Cast, ticket, owner, by=None, **sent: str):
    body = {"title": "零件到货", "owner": owner.pk, "due_on": "2026-03-16", **sent}
    path = f"/complaints/{ticket.public_id}/stages/"
    return browser(by or cast.wu).post(path, {"version": ticket.version, **body})


def test_a_stage_has_a_person_who_is_reminded_and_ticks_it_off(cast: Cast) -> None:
    ticket = accepted(cast)
    assert plan(cast, ticket, cast.tang).status_code == 302
    stage = Stage.objects.get()
    assert Reminder.objects.still_to_ring().filter(kind="stage_due", recipient=cast.tang).exists()
    path = f"/complaints/stages/{stage.public_id}/completion/"
    assert browser(cast.lin).post(path, {"version": stage.version}).status_code == 404
    assert browser(cast.tang).post(path, {"version": stage.version}).status_code == 302
    stage.refresh_from_db()
    assert (stage.done_by, stage.done_at) == (cast.tang, NOW)
    assert not Reminder.objects.still_to_ring().filter(kind="stage_due").exists()
    again = browser(cast.tang).post(path, {"version": stage.version})
    assert again.status_code == 409


def test_a_late_stage_is_marked_on_the_ticket(cast: Cast) -> None:
    ticket = accepted(cast)
    plan(cast, ticket, cast.tang)
    path = f"/complaints/{ticket.public_id}/"
    assert "st-late" not in browser(cast.wu).get(path).content.decode()
    with time_machine.travel(NOW + dt.timedelta(days=6), tick=False):
        assert "st-late" in browser(cast.xu).get(path).content.decode()


def test_only_who_works_on_it_owns_a_stage_and_only_ahead(cast: Cast) -> None:
    ticket = accepted(cast)
    assert plan(cast, ticket, cast.lin).status_code == 422
    past = plan(cast, ticket, cast.tang, due_on="2026-03-11")
    assert past.status_code == 422
    assert "due_on" in past.context["form"].errors
    assert not Stage.objects.exists()


def test_a_complaint_has_a_timetable_until_it_has_ended(cast: Cast) -> None:
    ticket = make_complaint(cast)
    assert browser(cast.wu).get(f"/complaints/{ticket.public_id}/").context["may_plan"]
    assert plan(cast, ticket, cast.xu).status_code == 302
    assert Stage.objects.get().owner == cast.xu
    Ticket.objects.filter(pk=ticket.pk).update(state="withdrawn")
    assert plan(cast, ticket, cast.xu).status_code == 422
