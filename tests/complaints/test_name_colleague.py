"""Whom a complaint is about is known later: from then on they have no part in it (CP-15, CP-34)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from complaints import access, actions
from complaints.models import Correction, Proposal, Verification
from crm.notices.models import Notice, Reminder
from crm.people import roles
from crm.people.models import Delegation, Department, User
from crm.promises.models import Promise
from crm.records.models import AuditEvent
from tests.complaints.complaints import clock_of, first_told, make_complaint
from tests.complaints.problems import accepted, browser, lead_of, make_handler, make_problem
from tests.people import NOW, Cast, make_cast, make_user
from tests.records.samples import make_file

HOUR = dt.timedelta(hours=1)
SOLUTION = actions.Solution(
    cause="固件过旧", liability="service", words="升级固件", grant="service", amount=Decimal(200)
)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def name(ticket, about, by, **fields):
    ticket.refresh_from_db()
    body = {"about": about.public_id, "reason": "客户来电说明", "version": ticket.version, **fields}
    return browser(by).post(f"/complaints/{ticket.public_id}/colleague/", body)


def sees(user, ticket) -> int:
    return browser(user).get(f"/complaints/{ticket.public_id}/").status_code


def test_wu_answered_for_it_and_it_is_about_her(cast: Cast) -> None:
    ticket = make_complaint(cast, answer_by=NOW + dt.timedelta(days=1))
    kept = make_file(ticket, cast.wu)
    assert sees(cast.wu, ticket) == 200
    assert name(ticket, cast.wu, cast.xu).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.about, ticket.responsible) == (cast.wu, cast.xu)
    assert sees(cast.wu, ticket) == 404
    assert browser(cast.wu).get(f"/attachments/{kept.public_id}/").status_code == 404
    assert sees(cast.xu, ticket) == 200
    assert Promise.objects.get().responsible == cast.xu
    event = AuditEvent.objects.get(action="complaints.name_colleague")
    assert (event.actor, event.after["user"]) == (cast.xu, cast.wu.public_id)
    assert not Reminder.objects.still_to_ring().filter(recipient=cast.wu).exists()
    assert not Notice.objects.still_open().filter(recipient=cast.wu).exists()


def test_the_manager_names_the_agent_and_it_waits_to_be_taken(cast: Cast) -> None:
    ticket = make_complaint(cast)
    assert name(ticket, cast.wu, cast.shen).status_code == 302
    ticket.refresh_from_db()
    assert ticket.responsible is None
    told = Notice.objects.get(kind="complaint_named")
    assert told.recipient == cast.xu
    took = browser(cast.xu).post(
        f"/complaints/{ticket.public_id}/claim/", {"version": ticket.version}
    )
    assert took.status_code == 302


def test_the_handler_it_is_about_loses_the_task_and_another_accepts_it(cast: Cast) -> None:
    other = make_handler(cast, "gao", "高工", cast.technical)
    ticket = accepted(cast)
    task = lead_of(ticket)
    assert (task.handler, sees(cast.tang, ticket)) == (cast.tang, 200)
    assert name(ticket, cast.tang, cast.wu).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.handler) == ("asked", None)
    assert sees(cast.tang, ticket) == 404
    path = f"/complaints/tasks/{task.public_id}/acceptance/"
    assert browser(cast.tang).post(path, {"version": task.version}).status_code == 404
    assert Notice.objects.filter(recipient=other, kind="ticket_routed").exists()
    assert browser(other).post(path, {"version": task.version}).status_code == 302
    assert not Reminder.objects.still_to_ring().filter(recipient=cast.tang).exists()


def test_who_stands_in_for_the_head_it_is_about_does_nothing_in_their_place(cast: Cast) -> None:
    head = make_user("kong", "孔主任", roles.HANDLER, cast.pudong)
    Department.objects.filter(pk=cast.technical.pk).update(head=head)
    today = NOW.date()
    Delegation.objects.create(user=head, deputy=cast.zhou, starts_on=today, ends_on=today)
    zhou = User.objects.get(pk=cast.zhou.pk)
    ticket = make_problem(cast)
    task, verified = lead_of(ticket), Verification(ticket=ticket, department=cast.technical)
    verified.department.refresh_from_db()
    put_right = Correction(ticket=ticket, owner=head)
    may = (access.works_for, access.can_give_opinion, access.can_report_correction)
    rows = (task, verified, put_right)
    assert [one(zhou, row) for one, row in zip(may, rows, strict=True)] == [True] * 3
    assert name(ticket, head, cast.xu).status_code == 302
    ticket.refresh_from_db()
    for row in rows:
        row.ticket = ticket
    assert [one(zhou, row) for one, row in zip(may, rows, strict=True)] == [False] * 3


def test_the_owner_it_is_about_reads_of_it_nowhere_on_the_card(cast: Cast) -> None:
    ticket = make_complaint(cast)
    path = f"/customers/{ticket.card.public_id}/?show=system"
    assert ticket.ticket_no in browser(cast.lin).get(path).content.decode()
    assert name(ticket, cast.lin, cast.xu).status_code == 302
    assert ticket.ticket_no not in browser(cast.lin).get(path).content.decode()


def test_what_was_merged_into_it_before_is_about_her_as_well(cast: Cast) -> None:
    due_at = NOW + dt.timedelta(days=1)
    ticket = make_complaint(cast)
    chain = [make_complaint(cast, card=ticket.card, answer_by=due_at) for _each in range(2)]
    for one, into in ((chain[0], chain[1]), (chain[1], ticket)):
        one.refresh_from_db()
        actions.merge_ticket(one, into=into, by=cast.wu, version=one.version, now=NOW)
    assert [sees(cast.wu, one) for one in chain] == [200, 200]
    assert name(ticket, cast.wu, cast.xu).status_code == 302
    assert [sees(cast.wu, one) for one in (ticket, *chain)] == [404] * 3
    for one in chain:
        one.refresh_from_db()
        assert one.about == cast.wu
        assert one.entries.get(kind="named").words == ticket.ticket_no
    assert [promise.responsible for promise in Promise.objects.all()] == [cast.xu] * 2
    assert not Promise.objects.visible_to(cast.wu).exists()
    assert not Reminder.objects.still_to_ring().filter(recipient=cast.wu).exists()
    assert not Notice.objects.still_open().filter(recipient=cast.wu).exists()
    path = f"/customers/{ticket.card.public_id}/?show=system"
    html = browser(cast.wu).get(path).content.decode()
    assert not [one for one in chain if one.ticket_no in html]


def proposed(cast: Cast, *, by):
    ticket = make_complaint(cast, no_visit_because="已远程确认")
    actions.propose_solution(first_told(ticket), SOLUTION, by=by, version=ticket.version, now=NOW)
    ticket.refresh_from_db()
    return ticket


def test_what_she_proposed_is_decided_by_nobody(cast: Cast) -> None:
    ticket = proposed(cast, by=cast.wu)
    assert ticket.state == "approving"
    assert name(ticket, cast.wu, cast.xu).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, Proposal.objects.get().state) == ("investigating", "void")
    first, second = ticket.clocks.filter(kind="solution").order_by("round")
    assert (first.met_at, second.started_at, second.met_at) == (NOW, NOW, None)


def test_the_approver_it_is_about_is_passed_over_and_the_next_is_asked(cast: Cast) -> None:
    ticket = proposed(cast, by=cast.wu)
    asked = Notice.objects.filter(kind="proposal_waiting")
    assert {notice.recipient for notice in asked} == {cast.xu}
    assert name(ticket, cast.xu, cast.shen).status_code == 302
    assert asked.filter(recipient=cast.shen).exists()
    assert not asked.still_open().filter(recipient=cast.xu).exists()
    decide = f"/complaints/{ticket.public_id}/proposal/decision/"
    assert browser(cast.xu).get(decide).status_code == 404
    assert browser(cast.shen).get(decide).status_code == 200


def test_what_she_had_approved_is_decided_anew(cast: Cast) -> None:
    ticket = proposed(cast, by=cast.wu)
    proposal = Proposal.objects.get()
    actions.decide_proposal(ticket, by=cast.xu, version=ticket.version, verdict="approve", now=NOW)
    assert name(ticket, cast.xu, cast.shen).status_code == 302
    ticket.refresh_from_db()
    proposal.refresh_from_db()
    assert (ticket.state, proposal.state) == ("investigating", "void")
    assert ticket.clocks.open().filter(kind="solution").count() == 1


def test_who_may_say_so_and_of_whom(cast: Cast) -> None:
    ticket = make_complaint(cast)
    for user in (cast.lin, cast.tang, cast.vera, cast.otto):
        assert name(ticket, cast.lin, user).status_code in (403, 404)
    own = name(ticket, cast.xu, cast.xu)
    assert own.status_code == 422
    assert name(ticket, cast.otto, cast.xu).status_code == 422
    empty = name(ticket, cast.lin, cast.xu, reason=" ")
    assert empty.status_code == 422
    assert empty.context["form"]["about"].value() == cast.lin.public_id
    ticket.refresh_from_db()
    assert ticket.about is None


def test_sent_twice_it_counts_once_and_a_late_second_is_told(cast: Cast) -> None:
    ticket = make_complaint(cast)
    version = ticket.version
    for _twice in range(2):
        assert name(ticket, cast.lin, cast.xu, version=version, request_id="one").status_code == 302
    late = name(ticket, cast.zhou, cast.shen, version=version)
    assert late.status_code == 409
    ticket.refresh_from_db()
    assert ticket.about == cast.lin
    assert ticket.entries.filter(kind="named").count() == 1


def test_an_alarm_shortens_the_clocks_from_then_on(cast: Cast) -> None:
    ticket = make_complaint(cast)
    before = {clock.kind: clock.due_at for clock in ticket.clocks.all()}
    later = NOW + HOUR
    actions.alarm_ticket(
        ticket, by=cast.wu, version=ticket.version, reason="press", words="要找媒体", now=later
    )
    after = {clock.kind: clock.due_at for clock in ticket.clocks.all()}
    assert after["acknowledge"] == later + dt.timedelta(minutes=30)
    assert after["solution"] < before["solution"]
    assert after["resolution"] < before["resolution"]
    assert (after["reply"], after["visit"]) == (before["reply"], before["visit"])
    ticket.refresh_from_db()
    assert ticket.next_due_at == after["acknowledge"]


def test_an_alarm_late_in_the_day_makes_no_clock_longer(cast: Cast) -> None:
    ticket = make_complaint(cast)
    due = clock_of(ticket, "acknowledge").due_at
    actions.alarm_ticket(
        ticket,
        by=cast.wu,
        version=ticket.version,
        reason="safety",
        words="刹车变软",
        now=due - dt.timedelta(minutes=5),
    )
    assert clock_of(ticket, "acknowledge").due_at == due


def test_an_alarm_warns_anew_of_what_it_shortened(cast: Cast) -> None:
    ticket = make_complaint(cast)
    actions.sweep_clocks(now=NOW + HOUR)
    actions.alarm_ticket(
        ticket, by=cast.wu, version=ticket.version, reason="press", words="要找媒体", now=NOW + HOUR
    )
    swept = actions.sweep_clocks(now=NOW + HOUR + dt.timedelta(minutes=31))
    assert swept.breached == 1
    assert clock_of(ticket, "acknowledge").breached_at is not None


def test_the_supervisor_it_is_about_hears_of_nothing(cast: Cast) -> None:
    ticket = make_complaint(cast)
    assert name(ticket, cast.xu, cast.wu).status_code == 302
    assert Notice.objects.get(kind="complaint_named").recipient == cast.shen
    assert make_user("yu", "余敏", roles.SERVICE_AGENT, cast.pudong)
    assert sees(cast.xu, ticket) == 404


def test_what_is_promised_of_a_complaint_about_her_the_supervisor_never_meets(cast: Cast) -> None:
    ticket = make_complaint(cast, about=cast.xu, answer_by=NOW + dt.timedelta(days=1))
    promise = Promise.objects.get()
    page = f"/promises/{promise.public_id}/"
    assert browser(cast.wu).get(page).status_code == 200
    assert browser(cast.xu).get(page).status_code == 404
    listing = browser(cast.xu).get("/promises/?show=all").context["listing"]
    assert list(listing.page) == []
    bells = Reminder.objects.still_to_ring().filter(kind="promise_due")
    assert bells.filter(recipient=cast.wu).exists()
    assert not bells.filter(role=roles.SERVICE_SUPERVISOR).exists()
    told = ticket.card.timeline.filter(kind__startswith="promise")
    assert not told.exists()


def test_named_later_the_promise_and_its_bells_turn_away_from_her(cast: Cast) -> None:
    ticket = make_complaint(cast, answer_by=NOW + dt.timedelta(days=1))
    bells = Reminder.objects.still_to_ring().filter(kind="promise_due")
    assert bells.filter(role=roles.SERVICE_SUPERVISOR).exists()
    assert name(ticket, cast.xu, cast.wu).status_code == 302
    assert not bells.filter(role=roles.SERVICE_SUPERVISOR).exists()
    assert bells.filter(recipient=cast.wu, role=roles.MANAGER).exists()
    page = f"/promises/{Promise.objects.get().public_id}/"
    assert browser(cast.xu).get(page).status_code == 404


def test_what_he_had_to_put_right_is_anothers_and_rings_for_him_no_more(cast: Cast) -> None:
    cast.technical.head = cast.chen
    cast.technical.save()
    ticket = make_complaint(cast)
    day = NOW.date() + dt.timedelta(days=7)
    for owner in (cast.chen, cast.ma):
        actions.give_correction(
            ticket,
            by=cast.wu,
            what="交车前讲解充电",
            owner=owner,
            due_on=day,
            department=cast.technical,
            now=NOW,
        )
    begun = Correction.objects.get(owner=cast.ma)
    actions.start_correction(begun, by=cast.ma, version=begun.version, now=NOW)
    assert name(ticket, cast.chen, cast.xu).status_code == 302
    owners = Correction.objects.order_by("pk").values_list("owner__username", flat=True)
    assert list(owners) == ["wu", "ma"]
    ringing = Reminder.objects.still_to_ring().filter(about_model="correction")
    assert {bell.recipient for bell in ringing if bell.recipient} == {cast.wu, cast.ma}
    assert not Notice.objects.still_open().filter(recipient=cast.chen).exists()
    kept = Notice.objects.still_open().filter(kind="corrective_given", recipient=cast.ma)
    assert kept.exists()
