"""Lin moves a planned contact; Chen gives one up."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.notices.models import Notice, Reminder
from crm.records.states import Stale
from followups import actions
from followups.models import PlannedContact
from tests.people import NOW, local, make_contact, make_plan, make_planned

FRIDAY = local("2026-03-13 16:00")


@pytest.fixture
def plan(card):
    card.last_contact_at = local("2026-03-11 19:42")
    card.save()
    return make_plan(card, state="approved")


@pytest.fixture
def planned(plan):
    step = make_planned(plan, NOW + dt.timedelta(hours=3))
    actions.arm_reminders([step], now=NOW)
    return step


def move(planned, by, due_at=FRIDAY, **fields):
    fields = {"version": 1, "reason": "客户临时出差", "now": NOW, **fields}
    return actions.reschedule_planned(planned, by=by, due_at=due_at, **fields)


def test_the_old_row_is_closed_and_the_new_one_linked_with_reminders_of_its_own(
    cast, card, planned
):
    successor = move(planned, cast.lin)

    planned.refresh_from_db()
    card.refresh_from_db()
    assert (planned.state, planned.moved_to, planned.closed_reason) == (
        "rescheduled",
        successor,
        "客户临时出差",
    )
    assert (successor.due_at, successor.moves, successor.content) == (FRIDAY, 1, planned.content)
    assert card.next_contact_at == FRIDAY
    assert not Reminder.objects.filter(about_id=planned.public_id).still_to_ring().exists()
    assert Reminder.objects.filter(about_id=successor.public_id).still_to_ring().exists()
    assert successor.plan.state == "approved"


def test_moved_beyond_the_cycle_the_plan_waits_for_chen(cast, plan, planned):
    move(planned, cast.lin, local("2026-03-14 10:00"))

    plan.refresh_from_db()
    assert plan.state == "adjusting"
    assert Notice.objects.get(recipient=cast.chen).kind == "plan_waiting"


def test_moved_by_chen_it_stays_approved(cast, plan, planned):
    move(planned, cast.chen, local("2026-03-14 10:00"))

    plan.refresh_from_db()
    assert plan.state == "approved"


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"reason": " "}, "reason"), ({"due_at": NOW - dt.timedelta(hours=1)}, "due_at")],
)
def test_a_reason_and_a_time_to_come_are_needed(cast, planned, fields, field):
    with pytest.raises(ValidationError) as refused:
        move(planned, cast.lin, **fields)

    assert field in refused.value.message_dict
    assert PlannedContact.objects.get().state == "planned"


def test_what_was_done_or_moved_meanwhile_is_stale(cast, planned):
    move(planned, cast.lin)

    with pytest.raises(Stale):
        move(PlannedContact.objects.get(pk=planned.pk), cast.lin)

    assert PlannedContact.objects.count() == 2


def test_sent_twice_it_moves_once(cast, planned):
    move(planned, cast.lin, request_id="r1")

    assert move(planned, cast.lin, request_id="r1") is None
    assert PlannedContact.objects.count() == 2


@pytest.mark.parametrize("name", ["zhou", "otto", "wu", "shen", "adele"])
def test_only_lin_and_her_supervisor_move_it(cast, planned, name):
    with pytest.raises(PermissionDenied):
        move(planned, getattr(cast, name))


def test_chen_gives_a_contact_up_with_a_reason(cast, card, planned):
    actions.cancel_planned(planned, by=cast.chen, version=1, reason="客户已退休搬走", now=NOW)

    card.refresh_from_db()
    assert planned.state == "cancelled"
    assert card.next_contact_at is None
    assert not Reminder.objects.still_to_ring().exists()


def test_giving_up_needs_a_reason_and_a_supervisor(cast, planned):
    with pytest.raises(ValidationError):
        actions.cancel_planned(planned, by=cast.chen, version=1, reason="", now=NOW)
    with pytest.raises(PermissionDenied):
        actions.cancel_planned(planned, by=cast.lin, version=1, reason="不想打", now=NOW)


def test_a_moved_row_is_not_counted_twice(cast, card, planned):
    successor = move(planned, cast.lin)
    make_contact(card, FRIDAY, planned=successor)

    assert list(PlannedContact.objects.overdue(FRIDAY + dt.timedelta(days=1))) == [successor]
