"""What rings of a complaint reaches nobody who may not read it, also where its people have left."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from complaints import actions
from complaints.models import DepartmentTask, Ticket
from crm.notices.dispatch import drain
from crm.notices.models import Notice, Reminder
from crm.people import roles
from crm.people.models import Department, User
from crm.promises.models import Promise
from tests.complaints.complaints import make_complaint
from tests.people import NOW, Cast, make_cast, make_user

DAY = dt.timedelta(days=1)
STRANGER = {"name": "王芳", "phone": "+8613900001111"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def leave(*people: User) -> None:
    User.objects.filter(pk__in=[person.pk for person in people]).update(is_active=False)


def ring_for_days(days: int = 12) -> list[Notice]:
    """Sweep and drain for some days; every line that came of it."""
    for day in range(1, days):
        at = NOW + day * DAY
        with time_machine.travel(at, tick=False):
            actions.sweep_clocks(now=at)
            drain(now=at)
    return list(Notice.objects.select_related("recipient"))


def told_blindly(lines: list[Notice]) -> list[tuple[str, str]]:
    """Who was told of a ticket, or of what was promised over one, without seeing it."""
    sees = {
        "complaints:ticket": Ticket.objects,
        "promises:promise": Promise.objects,
    }
    return [
        (line.kind, line.recipient.username)
        for line in lines
        if line.link_name in sees
        and line.recipient.is_active
        and not sees[line.link_name]
        .visible_to(User.objects.get(pk=line.recipient_id))
        .filter(public_id=line.link_id)
    ]


def test_of_a_ticket_without_a_card_whose_owner_left_service_hears(cast: Cast) -> None:
    ticket = make_complaint(cast, card=None, told=STRANGER, answer_by=NOW + DAY)
    leave(cast.wu)
    lines = ring_for_days()
    heard = {line.recipient for line in lines if line.kind == "clock_soon"}
    assert heard == {cast.xu}
    assert told_blindly(lines) == []
    assert not Ticket.objects.visible_to(cast.chen).filter(pk=ticket.pk).exists()


def test_the_head_of_another_store_who_left_leaves_it_to_the_tickets_service(cast: Cast) -> None:
    head = make_user("kong", "孔主任", roles.HANDLER, cast.chaoyang)
    Department.objects.filter(pk=cast.technical.pk).update(head=head)
    ticket = make_complaint(cast, card=None, told=STRANGER)
    department = Department.objects.get(pk=cast.technical.pk)
    actions.route_ticket(
        ticket,
        by=cast.xu,
        version=ticket.version,
        category="technical",
        department=department,
        task="查原因",
        due_at=NOW + DAY,
        now=NOW,
    )
    assert DepartmentTask.objects.filter(ticket=ticket).exists()
    leave(head)
    lines = ring_for_days()
    assert {line.kind for line in lines} >= {"task_silent", "task_late"}
    assert told_blindly(lines) == []


def test_sales_hears_of_no_promise_given_over_a_ticket(cast: Cast) -> None:
    """Lin wrote it down and promised; her supervisor reads promises of cards, none of tickets."""
    make_complaint(cast, by=cast.lin, answer_by=NOW + DAY)
    bells = Reminder.objects.filter(kind="promise_due")
    assert bells.filter(role=roles.SERVICE_SUPERVISOR).exists()
    assert not bells.filter(role=roles.SALES_SUPERVISOR).exists()
    assert told_blindly(ring_for_days()) == []
