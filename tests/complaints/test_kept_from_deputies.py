"""Whom a complaint is about hears nothing of it, nor where they stand in for others (CP-15)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from complaints import actions
from complaints.models import DepartmentTask, Ticket
from crm.notices import dispatch
from crm.notices.models import Delivery, Notice, Reminder
from crm.people import roles
from crm.people.models import Delegation, Department, Membership, User
from tests.complaints.answers import proposed
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser, make_problem
from tests.people import NOW, Cast, make_cast, make_user

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def xia(cast: Cast) -> User:
    """Xia, who stands in for Wu, Xu and the head of technical this week."""
    head = make_user("kong", "孔主任", roles.HANDLER, cast.pudong)
    Department.objects.filter(pk=cast.technical.pk).update(head=head)
    cast.technical.refresh_from_db()
    xia = make_user("xia", "夏服", roles.SERVICE_AGENT, cast.pudong)
    begins, ends = NOW.date(), NOW.date() + 7 * DAY
    for away in (cast.wu, cast.xu, head):
        Delegation.objects.create(user=away, deputy=xia, starts_on=begins, ends_on=ends)
    return User.objects.get(pk=xia.pk)


def told(user: User) -> set[str]:
    return set(Notice.objects.filter(recipient=user).values_list("kind", flat=True))


def sweep(*hours: float) -> None:
    for after in hours:
        actions.sweep_clocks(now=NOW + after * HOUR)
        dispatch.drain(now=NOW + after * HOUR)


def test_a_complaint_about_xia_rings_for_wu_and_the_next_holder(cast: Cast, xia: User) -> None:
    make_complaint(cast, about=xia)
    make_complaint(cast, by=cast.lin, about=xia)
    sweep(1.6, 3, 12)
    assert told(xia) == set()
    assert "clock_soon" in told(cast.wu)
    assert told(cast.shen) >= {"complaint_registered", "clock_late"}


def test_one_about_somebody_else_rings_for_the_deputy(cast: Cast, xia: User) -> None:
    make_complaint(cast, about=cast.lin)
    sweep(1.6, 3)
    assert told(xia) >= {"clock_soon", "clock_late"}
    assert told(cast.wu) == set()


def test_a_solution_is_put_before_xu_herself(cast: Cast, xia: User) -> None:
    ticket = proposed(cast, ticket_fields={"about": xia})
    assert ticket.state == "approving"
    dispatch.drain(now=NOW + 6 * DAY)
    assert told(xia) == set()
    assert "proposal_waiting" in told(cast.xu)
    assert Notice.objects.filter(recipient=cast.xu, step="limit").exists()


def test_what_is_armed_already_is_kept_from_whom_it_is_about_now(cast: Cast, xia: User) -> None:
    ticket = make_problem(cast)
    assert "ticket_routed" in told(xia)
    body = {"about": xia.public_id, "reason": "客户来电说明", "version": ticket.version}
    path = f"/complaints/{ticket.public_id}/colleague/"
    assert browser(cast.shen).post(path, body).status_code == 302
    assert not Notice.objects.still_open().filter(recipient=xia).exists()
    before = Notice.objects.filter(recipient=xia).count()
    dispatch.drain(now=NOW + 6 * DAY)
    assert Notice.objects.filter(recipient=xia).count() == before
    assert "task_silent" in told(cast.technical.head)


def test_xia_reads_no_bell_of_it_nor_how_it_was_sent(cast: Cast, xia: User) -> None:
    for about, seen in ((cast.lin, True), (xia, False)):
        ticket: Ticket = make_complaint(cast, about=about)
        sweep(1.6)
        bell = Reminder.objects.get(kind="clock_soon", subject=f"ticket:{ticket.public_id}")
        sent = Delivery.objects.create(
            key=f"{bell.key}/mail", reminder=bell, recipient=cast.wu, channel="mail"
        )
        assert Reminder.objects.visible_to(xia).filter(pk=bell.pk).exists() == seen
        assert Delivery.objects.visible_to(xia).filter(pk=sent.pk).exists() == seen


def test_a_deputy_sees_what_reaches_the_head_but_nothing_about_the_head(
    cast: Cast, xia: User
) -> None:
    deputy = make_user("dai", "戴代", roles.SALESPERSON, cast.pudong, cast.team_two)
    head = cast.technical.head
    assert head is not None
    begins, ends = NOW.date(), NOW.date() + 7 * DAY
    Delegation.objects.create(user=head, deputy=deputy, starts_on=begins, ends_on=ends)
    deputy = User.objects.get(pk=deputy.pk)
    other, theirs = make_problem(cast), make_problem(cast, about=head)
    assert list(Ticket.objects.visible_to(deputy)) == [other]
    tasks = DepartmentTask.objects
    assert {task.ticket_id for task in tasks.visible_to(deputy)} == {other.pk}
    assert {task.ticket_id for task in tasks.of_reach(deputy.reach)} == {other.pk}
    assert browser(deputy).get(f"/complaints/{theirs.public_id}/").status_code == 404
    assert browser(deputy).get(f"/complaints/{other.public_id}/").status_code == 200


def test_who_stands_in_for_two_sees_what_is_about_one_in_the_place_of_the_other(
    cast: Cast, xia: User
) -> None:
    head = cast.technical.head
    assert head is not None
    Membership.objects.filter(user=xia).delete()
    reader = User.objects.get(pk=xia.pk)
    about_head = make_complaint(cast, about=head)
    about_xu = make_complaint(cast, about=cast.xu)
    make_complaint(cast, by=cast.lin, about=cast.wu)
    # Wu answers for the first two: who stands in for Wu sees them in Wu's place.
    assert set(Ticket.objects.visible_to(reader)) == {about_head, about_xu}


def test_a_salespersons_deputy_sees_no_complaint_about_the_salesperson(cast: Cast) -> None:
    begins, ends = NOW.date(), NOW.date() + 7 * DAY
    Delegation.objects.create(user=cast.lin, deputy=cast.ma, starts_on=begins, ends_on=ends)
    deputy = User.objects.get(pk=cast.ma.pk)
    about_lin, other = make_complaint(cast, about=cast.lin), make_complaint(cast)
    assert list(Ticket.objects.visible_to(deputy)) == [other]
    assert about_lin in Ticket.objects.visible_to(cast.xu)
