"""Lin logs a contact with Zhang Wei; tries count; the plan continues itself."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.customers.models import Card, CaseAccess, LevelChange
from crm.notices.models import Notice, Reminder
from crm.records.models import AuditEvent, Draft
from crm.records.states import Stale
from followups import actions
from followups.models import Contact, Plan, PlannedContact
from followups.steps import Happened, Step
from tests.people import NOW, local, make_card, make_plan, make_planned

SATURDAY = local("2026-03-14 14:30")
SUNDAY = local("2026-03-15 14:30")


@pytest.fixture
def plan(card):
    return make_plan(card, state="approved")


@pytest.fixture
def planned(plan):
    step = make_planned(plan, NOW + dt.timedelta(minutes=10))
    actions.arm_reminders([step], now=NOW)
    return step


def told(result="progress", **fields):
    step = Step(due_at=SATURDAY, method="phone")
    fields = {"method": "phone", "occurred_at": NOW, "level": "H", "next_step": step, **fields}
    return Happened(result=result, **fields)


def log(card, by, planned=None, **fields):
    request_id = fields.pop("request_id", "")
    now = fields.pop("now", NOW)
    return actions.log_contact(
        card, told(**fields), by=by, now=now, planned=planned, request_id=request_id
    )


# --- the contact ---------------------------------------------------------------------------


def test_a_contact_closes_its_planned_one_and_plans_the_next(cast, card, planned):
    contact = log(card, cast.lin, planned, note="周六带夫人来看第二排")

    planned.refresh_from_db()
    card.refresh_from_db()
    following = PlannedContact.objects.open().get()
    assert (planned.state, planned.closed_at) == ("done", NOW)
    assert (contact.planned, contact.outcome, contact.staff) == (planned, "reached", cast.lin)
    assert (contact.team, contact.store) == (cast.team_one, cast.pudong)
    assert (following.due_at, following.assignee) == (SATURDAY, cast.lin)
    assert "周六带夫人来看第二排" in following.reason
    assert following.content
    assert (card.last_contact_at, card.next_contact_at, card.tries) == (NOW, SATURDAY, 0)


def test_its_reminders_are_void_and_those_of_the_next_are_armed(cast, card, planned):
    log(card, cast.lin, planned)

    old = Reminder.objects.filter(about_id=planned.public_id)
    assert old.exists()
    assert not old.still_to_ring().exists()
    following = PlannedContact.objects.open().get()
    armed = Reminder.objects.filter(about_id=following.public_id).still_to_ring()
    assert armed.exists()
    assert not any(reminder.unapproved for reminder in armed)


def test_every_unanswered_try_counts_and_plans_the_next_try(cast, card, planned):
    for count, result in enumerate(("no_answer", "absent", "no_answer"), start=1):
        step = Step(due_at=NOW + dt.timedelta(days=1, hours=count), method="phone")
        contact = log(
            card, cast.lin, PlannedContact.objects.open().get(), result=result, next_step=step
        )
        assert contact.attempt == count
        assert card.tries == count
    contact = log(card, cast.lin, PlannedContact.objects.open().get(), result="thinking")

    assert (contact.attempt, card.tries) == (0, 0)
    assert Contact.objects.count() == 4
    assert PlannedContact.objects.filter(state="done").count() == 4
    assert PlannedContact.objects.open().count() == 1


def test_the_level_is_confirmed_or_changed_by_each_contact(cast, card, planned):
    step = Step(due_at=local("2026-03-18 10:00"), method="phone")
    contact = log(card, cast.lin, planned, level="A", next_step=step)

    change = LevelChange.objects.get()
    assert (change.before, change.after, contact.level_after) == ("H", "A", "A")
    assert Card.objects.get().level == "A"
    assert Plan.objects.get().state == "approved"


def test_a_form_sent_twice_makes_one_row_and_shows_the_same(cast, card, planned):
    Draft.objects.create(user=cast.lin, form="log_contact", subject_id=card.public_id)

    first = log(card, cast.lin, planned, request_id="r1")
    again = log(card, cast.lin, planned, request_id="r1")

    assert again == first
    assert Contact.objects.count() == 1
    assert PlannedContact.objects.open().count() == 1
    assert not Draft.objects.exists()


def test_a_form_sent_again_for_another_step_changes_nothing(cast, card, planned):
    later = make_planned(planned.plan, NOW + dt.timedelta(days=3))
    first = log(card, cast.lin, planned, request_id="r1")

    assert log(card, cast.lin, later, request_id="r1") == first

    later.refresh_from_db()
    assert (later.state, Contact.objects.count()) == ("planned", 1)


def test_the_form_of_somebody_else_is_no_copy_of_mine(cast, card, planned):
    log(card, cast.lin, planned, request_id="r1")

    with pytest.raises(Stale):
        log(card, cast.chen, planned, request_id="r1")


def test_of_two_devices_the_second_is_told(cast, card, planned):
    other = PlannedContact.objects.select_related("card").get(pk=planned.pk)
    log(card, cast.lin, planned, request_id="phone")

    with pytest.raises(Stale):
        log(other.card, cast.lin, other, request_id="desk")

    assert Contact.objects.count() == 1


def test_a_planned_contact_moved_meanwhile_is_stale(cast, card, planned):
    with pytest.raises(Stale):
        log(card, cast.lin, planned, planned_version=7)

    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"result": "perhaps"}, "result"),
        ({"method": "pigeon"}, "method"),
        ({"level": "Z"}, "level"),
        ({"direction": "up"}, "direction"),
        ({"occurred_at": NOW + dt.timedelta(hours=1)}, "occurred_at"),
        ({"occurred_at": NOW - dt.timedelta(days=4)}, "occurred_at"),
        ({"next_step": Step(due_at=NOW, method="phone")}, "next_at"),
        ({"next_step": Step(due_at=SATURDAY, method="pigeon")}, "method"),
        ({"note": "长" * 2001}, "note"),
        ({"next_step": None}, "next"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(
    cast, card, planned, fields, field
):
    with pytest.raises(ValidationError) as refused:
        log(card, cast.lin, planned, **fields)

    assert field in refused.value.message_dict
    assert not Contact.objects.exists()
    planned.refresh_from_db()
    assert planned.state == "planned"


def test_an_invisible_sign_is_left_out(cast, card, planned):
    assert log(card, cast.lin, planned, note="周\x00六").feedback == "周六"


def test_a_late_entry_is_marked_and_a_very_late_one_is_chens(cast, card, planned):
    yesterday = log(card, cast.lin, planned, occurred_at=NOW - dt.timedelta(hours=25))
    last_week = log(card, cast.chen, occurred_at=NOW - dt.timedelta(days=6), request_id="by chen")

    assert yesterday.entered_late
    assert last_week.entered_late
    assert (last_week.entered_at, last_week.created_at) == (NOW, NOW)
    assert card.last_contact_at == yesterday.occurred_at


def test_without_a_next_step_the_plans_own_next_one_stands(cast, card, plan, planned):
    later = make_planned(plan, SATURDAY)

    log(card, cast.lin, planned, next_step=None)

    assert PlannedContact.objects.open().get() == later
    assert card.next_contact_at == SATURDAY


def test_a_customer_who_bought_needs_no_next_step(cast, card):
    Card.objects.update(state="delivered")
    card.refresh_from_db()

    contact = log(card, cast.lin, next_step=None)

    assert contact.pk
    assert card.next_contact_at is None


def test_a_merged_card_takes_no_contact(cast, card):
    other = make_card(cast.lin, "张伟")
    Card.objects.filter(pk=card.pk).update(state="merged", merged_into=other)
    card.refresh_from_db()

    with pytest.raises(ValidationError):
        log(card, cast.lin)


# --- who -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chen", "wu", "xu"])
def test_supervisor_and_service_help_and_the_contact_is_theirs(cast, card, planned, name):
    helper = getattr(cast, name)

    contact = log(card, helper, planned)

    assert contact.staff == helper
    assert PlannedContact.objects.open().get().assignee == cast.lin


@pytest.mark.parametrize("name", ["zhou", "he", "otto", "fang", "shen", "bai", "pan", "tang"])
def test_nobody_else_logs(cast, card, planned, name):
    with pytest.raises(PermissionDenied):
        log(card, getattr(cast, name), planned)

    assert not Contact.objects.exists()


def test_a_handler_logs_on_a_case_that_is_theirs(cast, card, planned):
    CaseAccess.objects.create(card=card, user=cast.tang)
    seen = Card.objects.with_case(cast.tang.reach).get()

    assert log(seen, cast.tang, next_step=None).staff == cast.tang


def test_a_contact_is_in_the_audit_trail_without_what_was_said(cast, card, planned):
    log(card, cast.lin, planned, note="电话 13800138000")

    event = AuditEvent.objects.get(action="followups.log_contact")
    assert event.after == {"result": "progress", "outcome": "reached", "method": "phone"}


# --- the plan continues itself ---------------------------------------------------------------


def state_after(card, by, planned, **fields):
    log(card, by, planned, **fields)
    plan = Plan.objects.filter(card=card).order_by("pk").last()
    assert plan
    return plan.state


def test_within_cycle_and_method_an_approved_plan_stays_approved(cast, card, planned):
    assert state_after(card, cast.lin, planned) == "approved"


@pytest.mark.parametrize(
    "step",
    [
        Step(due_at=SUNDAY, method="phone"),
        Step(due_at=SATURDAY, method="survey"),
    ],
)
def test_beyond_the_cycle_or_its_methods_the_plan_waits_for_chen_again(cast, card, planned, step):
    assert state_after(card, cast.lin, planned, next_step=step) == "adjusting"

    following = PlannedContact.objects.open().get()
    armed = Reminder.objects.filter(about_id=following.public_id).still_to_ring()
    assert armed.exists()
    assert all(reminder.unapproved for reminder in armed)
    assert Notice.objects.get(recipient=cast.chen).kind == "plan_waiting"


def test_the_cycle_is_that_of_the_level_after_the_contact(cast, card, planned):
    step = Step(due_at=SUNDAY, method="phone")

    assert state_after(card, cast.lin, planned, level="A", next_step=step) == "approved"


def test_chen_approves_an_adjusted_plan_again(cast, card, plan, planned):
    log(card, cast.lin, planned, next_step=Step(due_at=SUNDAY, method="phone"))
    plan.refresh_from_db()

    actions.approve_plan(plan, by=cast.chen, version=plan.version, now=NOW)

    assert plan.state == "approved"
    assert not Reminder.objects.still_to_ring().filter(unapproved=True).exists()


@pytest.mark.parametrize("state", ["draft", "returned", "submitted", "adjusting"])
def test_a_plan_not_approved_takes_the_next_contact_and_its_version_rises(cast, card, state):
    plan = make_plan(card, state=state, submitted_at=NOW)
    planned = make_planned(plan, NOW)

    assert state_after(card, cast.lin, planned) == state

    plan.refresh_from_db()
    assert plan.version == 2
    assert plan.steps.filter(state="planned").count() == 1


def test_an_approval_under_way_finds_the_plan_changed(cast, card):
    plan = make_plan(card, state="submitted", submitted_at=NOW)
    planned = make_planned(plan, NOW)
    seen = plan.version

    log(card, cast.lin, planned)

    with pytest.raises(Stale):
        actions.approve_plan(plan, by=cast.chen, version=seen, now=NOW)


@pytest.mark.parametrize("old", [None, "completed", "cancelled"])
def test_without_a_live_plan_a_new_draft_begins(cast, card, old):
    if old:
        make_plan(card, state=old)

    assert state_after(card, cast.lin, None) == "draft"

    assert Plan.objects.live().get().author == cast.lin
