"""Scenario 17: a complaint about Lin, whole: unseen by her, approved, answered, reopened."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Ticket
from complaints.queues.corrections import owners_for
from complaints.queues.people import service_of, stage_owners_of
from crm.notices.models import Notice, Reminder
from crm.people import roles
from crm.people.models import Membership, User
from crm.records.states import Stale
from tests.complaints.answers import HOUR, decide, reply, solution
from tests.complaints.complaints import first_told, make_complaint
from tests.complaints.problems import browser
from tests.complaints.test_confirm_ticket import figures
from tests.people import (
    HIRED,
    NOW,
    SHANGHAI,
    Cast,
    local,
    make_card,
    make_cast,
    make_ticket,
    make_visit_rule,
)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def offer(ticket: Ticket, by: User, now: dt.datetime) -> None:
    actions.propose_solution(ticket, solution(), by=by, version=ticket.version, now=now)


def test_a_complaint_about_a_salesperson_from_intake_to_reopening(cast: Cast) -> None:
    make_visit_rule(cast.pudong, trigger="complaint", kind="complaint", name="投诉答复后回访")
    card = make_card(cast.lin, "王芳")
    settled = make_ticket(card, NOW, state="closed", resolved_at=NOW + HOUR, closed_at=NOW + HOUR)
    ticket = make_complaint(cast, card=card, category="staff_conduct", about=cast.lin)

    # Lin knows nothing of it, and may not be asked anything about it.
    page = f"/complaints/{ticket.public_id}/"
    assert browser(cast.lin).get(page).status_code == 404
    assert not Notice.objects.filter(recipient=cast.lin, about_room="complaints").exists()
    Membership.objects.create(
        user=cast.lin, role=roles.MANAGER, store=cast.pudong, valid_from=HIRED
    )
    Membership.objects.create(
        user=cast.lin, role=roles.SERVICE_SUPERVISOR, store=cast.pudong, valid_from=HIRED
    )
    cast.technical.head = cast.lin
    cast.technical.save()
    for offered in (service_of, stage_owners_of, owners_for):
        assert not offered(ticket, NOW).filter(pk=cast.lin.pk).exists()
    again = {
        "version": ticket.version,
        "category": "staff_conduct",
        "department": cast.technical.pk,
    }
    refused = browser(cast.wu).post(f"{page}routing/", again)
    assert refused.status_code == 422

    # Nothing is answered before it is approved; she cannot approve.
    with pytest.raises(Stale):
        reply(Ticket.objects.get(pk=ticket.pk), cast.wu)
    actions.visit_site(
        ticket, by=cast.wu, version=ticket.version, at=NOW + HOUR, words="核实", now=NOW + HOUR
    )
    first = {"way": "call", "words": "已受理", "has_plan": True, "named": True}
    with pytest.raises(ValidationError):
        offer(ticket, cast.wu, NOW + 2 * HOUR)
    actions.contact_customer(
        ticket, by=cast.wu, version=ticket.version, now=NOW + HOUR, next_at=NOW + 9 * HOUR, **first
    )
    offer(ticket, cast.wu, NOW + 2 * HOUR)
    lin = type(cast.lin).objects.get(pk=cast.lin.pk)
    with pytest.raises(PermissionDenied):
        decide(ticket, lin, "approve")
    with pytest.raises(PermissionDenied):
        decide(ticket, cast.xu, "approve")  # conduct is the manager's
    assert not Notice.objects.filter(recipient=cast.lin, about_room="complaints").exists()
    decide(ticket, cast.shen, "approve")
    reply(ticket, cast.wu)
    assert ticket.visits.count() == 1
    assert figures()["resolution_rate"] == (2, 2)
    assert figures()["reopen_rate"] == (0, 2)

    # The customer is not content: back to work, counted, a level higher.
    actions.hear_customer(
        ticket,
        by=cast.xu,
        version=ticket.version,
        content=False,
        words="没有道歉",
        now=NOW + 4 * HOUR,
    )
    assert (ticket.state, ticket.reopenings) == ("reopened", 1)
    assert ticket.clocks.filter(round=1, kind="resolution", void_at__isnull=True).count() == 1
    assert figures()["resolution_rate"] == (1, 2)
    assert figures()["reopen_rate"] == (1, 2)
    offer(first_told(ticket), cast.wu, NOW + 5 * HOUR)
    assert ticket.proposals.get(state="waiting").role == "general_manager"
    settled.refresh_from_db()
    assert settled.state == "closed"


def test_over_the_national_day_holiday_all_clocks_but_the_critical_ones_stand_still(
    cast: Cast,
) -> None:
    eve = local("2026-09-30 19:30")
    ticket = make_complaint(cast, now=eve, category="staff_conduct", about=cast.lin)
    due = {
        clock.kind: f"{clock.due_at.astimezone(SHANGHAI):%m-%d %H:%M}"
        for clock in ticket.clocks.all()
    }
    assert due == {
        "acknowledge": "10-08 10:00",  # half an hour on the eve, the rest on the first day back
        "reply": "10-08 23:59",
        "visit": "10-09 23:59",
        "solution": "10-10 23:59",  # a Saturday that is worked
        "resolution": "10-15 23:59",
    }
    for day in range(1, 8):
        swept = actions.sweep_clocks(now=local(f"2026-10-0{day} 12:00"))
        assert (swept.warned, swept.breached, swept.escalated) == (0, 0, 0)
    assert actions.sweep_clocks(now=local("2026-10-08 09:45")).warned > 0
    assert actions.sweep_clocks(now=local("2026-10-08 10:01")).breached == 1
    assert actions.sweep_clocks(now=local("2026-10-08 14:01")).escalated == 1
    told = Reminder.objects.filter(about_room="complaints", kind__in=("clock_soon", "clock_late"))
    assert not told.filter(recipient=cast.lin).exists()
    critical = make_complaint(cast, now=eve, severity="critical")
    at = critical.clocks.get(kind="acknowledge").due_at.astimezone(SHANGHAI)
    assert f"{at:%m-%d %H:%M}" == "09-30 20:00"
    assert actions.sweep_clocks(now=local("2026-10-01 09:00")).breached > 0
