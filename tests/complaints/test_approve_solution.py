"""A solution is proposed, decided by whom the table names, and answered only then (CP-10..16)."""

from __future__ import annotations

from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from complaints import actions
from complaints.models import Clock, Proposal, Ticket
from complaints.queues.approvers import asked_to_decide
from crm.customers.models import Card, Customer
from crm.notices.models import Notice
from crm.people import roles
from crm.people.models import Delegation, User
from crm.promises.models import Promise
from crm.records.states import Stale
from tests.complaints.answers import (
    HOUR,
    approved,
    decide,
    looked_at,
    proposed,
    replied,
    reply,
    solution,
)
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, SHANGHAI, Cast, local, make_card, make_cast, make_user


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        yield


def told(user: User, kind: str) -> bool:
    return Notice.objects.filter(recipient=user, kind=kind).exists()


def test_who_proposed_it_never_approves_it(cast: Cast) -> None:
    ticket = proposed(cast, by=cast.xu)
    with pytest.raises(PermissionDenied):
        decide(ticket, cast.xu, "approve")
    assert told(cast.shen, "proposal_waiting")  # the next higher one was asked
    decide(ticket, cast.shen, "approve")
    assert ticket.state == "approved"


def test_who_the_complaint_is_about_is_asked_nothing_and_decides_nothing(cast: Cast) -> None:
    ticket = proposed(cast, ticket_fields={"about": cast.xu})
    assert asked_to_decide(ticket.proposals.get(), NOW) == [cast.shen]
    with pytest.raises(PermissionDenied):
        decide(ticket, cast.xu, "approve")
    path = f"/complaints/{ticket.public_id}/proposal/decision/"
    assert browser(cast.xu).get(path).status_code == 404
    assert not told(cast.xu, "proposal_waiting")


def test_above_ones_limit_the_next_higher_one_decides(cast: Cast) -> None:
    ticket = proposed(cast, amount=Decimal(10001))
    for user in (cast.xu, cast.shen):
        with pytest.raises(PermissionDenied):
            decide(ticket, user, "approve")
    decide(ticket, cast.bai, "approve")


def test_who_stands_in_for_the_manager_today_decides_in_their_place(cast: Cast) -> None:
    deputy = make_user("dai", "戴理", roles.MANAGER, cast.chaoyang)
    ticket = proposed(cast, amount=Decimal(5000))
    with pytest.raises(PermissionDenied):
        decide(ticket, deputy, "approve")
    today = NOW.date()
    Delegation.objects.create(user=cast.shen, deputy=deputy, starts_on=today, ends_on=today)
    decide(ticket, User.objects.get(pk=deputy.pk), "approve")


def test_who_stands_in_for_the_author_today_counts_as_them(cast: Cast) -> None:
    today = NOW.date()
    Delegation.objects.create(user=cast.wu, deputy=cast.xu, starts_on=today, ends_on=today)
    xu = User.objects.get(pk=cast.xu.pk)
    ticket = proposed(cast)
    assert asked_to_decide(ticket.proposals.get(), NOW) == [cast.shen]
    assert not told(xu, "proposal_waiting")
    with pytest.raises(PermissionDenied):
        decide(ticket, xu, "approve")
    Delegation.objects.all().delete()
    decide(ticket, User.objects.get(pk=xu.pk), "approve")


def test_amounts_of_one_customer_are_summed_over_ninety_days(cast: Cast) -> None:
    card = make_card(cast.lin, "王芳")
    approved(cast, amount=Decimal(900), ticket_fields={"card": card})
    second = proposed(cast, amount=Decimal(200), ticket_fields={"card": card})
    assert second.proposals.get().role == "manager"
    with pytest.raises(PermissionDenied):
        decide(second, cast.xu, "approve")
    other = proposed(cast, amount=Decimal(200))
    assert other.proposals.get().role == "service_supervisor"


def test_amounts_of_somebody_without_a_card_are_summed_by_their_number(cast: Cast) -> None:
    caller = {"card": None, "told": {"name": "过路人", "phone": "+8613800001120"}}
    approved(cast, amount=Decimal(900), ticket_fields=caller)
    second = proposed(cast, amount=Decimal(200), ticket_fields=caller)
    assert second.proposals.get().role == "manager"
    stranger = {"card": None, "told": {"name": "另一位", "phone": "+8613800001121"}}
    other = proposed(cast, amount=Decimal(200), ticket_fields=stranger)
    assert other.proposals.get().role == "service_supervisor"


def card_with_two_numbers(cast: Cast) -> Card:
    numbers = {"phone": "+8613800001120", "phone2": "+8613800001130"}
    wang = Customer.objects.create(name="王芳", store=cast.pudong, **numbers)
    return make_card(cast.lin, customer=wang)


def test_amounts_with_a_card_and_without_one_are_summed_by_the_number(cast: Cast) -> None:
    card = card_with_two_numbers(cast)
    with_card = {"card": card}
    for number in (card.customer.phone, card.customer.phone2):
        without = {"card": None, "told": {"name": "王芳", "phone": number}}
        approved(cast, amount=Decimal(450), ticket_fields=without)
    second = proposed(cast, amount=Decimal(200), ticket_fields=with_card)
    assert second.proposals.get().role == "manager"


def test_amounts_on_the_card_count_for_who_calls_without_one(cast: Cast) -> None:
    card = card_with_two_numbers(cast)
    approved(cast, amount=Decimal(900), ticket_fields={"card": card})
    for number, role in (("1120", "manager"), ("1130", "manager"), ("1140", "service_supervisor")):
        caller = {"card": None, "told": {"name": "王芳", "phone": f"+861380000{number}"}}
        ticket = proposed(cast, amount=Decimal(200), ticket_fields=caller)
        assert ticket.proposals.get().role == role


def test_what_was_granted_counts_although_the_complaint_was_withdrawn_later(cast: Cast) -> None:
    card = make_card(cast.lin, "王芳")
    given = replied(cast, amount=Decimal(900), ticket_fields={"card": card})
    Ticket.objects.filter(pk=given.pk).update(state="withdrawn")
    second = proposed(cast, amount=Decimal(200), ticket_fields={"card": card})
    assert second.proposals.get().role == "manager"


def test_what_the_customer_never_heard_of_does_not_count_once_withdrawn(cast: Cast) -> None:
    card = make_card(cast.lin, "王芳")
    unheard = approved(cast, amount=Decimal(900), ticket_fields={"card": card})
    Ticket.objects.filter(pk=unheard.pk).update(state="withdrawn")
    second = proposed(cast, amount=Decimal(200), ticket_fields={"card": card})
    assert second.proposals.get().role == "service_supervisor"


def test_what_was_granted_between_sending_and_deciding_counts_too(cast: Cast) -> None:
    card = make_card(cast.lin, "王芳")
    first = proposed(cast, amount=Decimal(700), ticket_fields={"card": card})
    second = proposed(cast, amount=Decimal(700), ticket_fields={"card": card})
    decide(first, cast.xu, "approve")
    with pytest.raises(ValidationError, match=r"higher role|高一级"):
        decide(second, cast.xu, "approve")
    second.refresh_from_db()
    assert second.state == "approving"
    decide(second, cast.shen, "approve")


def test_a_major_case_needs_the_minutes_of_a_meeting(cast: Cast) -> None:
    ticket = proposed(cast, amount=Decimal(20000))
    with pytest.raises(ValidationError) as refused:
        decide(ticket, cast.bai, "approve")
    assert set(refused.value.message_dict) == {"minutes", "met_on"}
    decide(ticket, cast.bai, "approve", minutes="三方到会，一致同意", met_on=NOW.date())
    assert ticket.proposals.get().minutes


@pytest.mark.parametrize(("verdict", "state"), [("return", "returned"), ("refuse", "refused")])
def test_returned_or_refused_needs_a_reason_and_leads_back_to_work(
    cast: Cast, verdict: str, state: str
) -> None:
    ticket = proposed(cast)
    with pytest.raises(ValidationError):
        decide(ticket, cast.xu, verdict)
    decide(ticket, cast.xu, verdict, comment="原因没写清")
    assert (ticket.state, ticket.proposals.get().state) == ("investigating", state)
    with pytest.raises(Stale):
        reply(ticket, cast.wu)
    proposed(cast, ticket=ticket, words="换新网关")
    assert list(ticket.proposals.values_list("state", flat=True)) == ["waiting", state]


def test_what_is_taken_back_is_changed_in_place_and_judged_anew(cast: Cast) -> None:
    ticket = proposed(cast)
    with pytest.raises(PermissionDenied):
        actions.take_back_proposal(ticket, by=cast.xu, version=ticket.version, now=NOW)
    actions.take_back_proposal(ticket, by=cast.wu, version=ticket.version, now=NOW)
    proposed(cast, ticket=ticket, amount=Decimal(3000))
    assert Proposal.objects.get().role == "manager"


def test_before_approval_nothing_but_a_date_is_given(cast: Cast) -> None:
    ticket = looked_at(cast)
    path = f"/complaints/{ticket.public_id}/reply/"
    early = browser(cast.wu).post(
        path, {"version": ticket.version, "way": "letter", "words": "赔您五千"}
    )
    assert early.status_code == 409
    actions.contact_customer(
        ticket,
        by=cast.wu,
        version=ticket.version,
        way="call",
        words="明天上午给您答复",
        has_plan=False,
        next_at=NOW + 20 * HOUR,
        now=NOW + HOUR,
    )
    assert Promise.objects.get().what == ticket.description


def test_the_site_is_looked_at_before_anything_is_proposed(cast: Cast) -> None:
    ticket = make_complaint(cast)
    with pytest.raises(ValidationError):
        proposed(cast, ticket=ticket)


def test_a_form_sent_twice_makes_one_proposal(cast: Cast) -> None:
    ticket = looked_at(cast)
    sent = {"by": cast.wu, "version": ticket.version, "now": NOW, "request_id": "p1"}
    first = actions.propose_solution(ticket, solution(), **sent)
    assert actions.propose_solution(ticket, solution(), **sent) == first
    assert Proposal.objects.count() == 1


def test_quality_and_general_manager_are_told_of_quality_cases_and_say_so(cast: Cast) -> None:
    cast.technical.name, cast.technical.head = "质量", cast.tang
    cast.technical.save()
    ticket = make_complaint(cast, category="product_quality")
    assert {one.to for one in ticket.briefings.all()} == {cast.bai, cast.tang}
    briefing = ticket.briefings.get(to=cast.bai)
    path = f"/complaints/briefings/{briefing.public_id}/acknowledgement/"
    assert browser(cast.shen).post(path, {"version": 1}).status_code == 403
    assert browser(cast.bai).post(path, {"version": 1, "request_id": "k1"}).status_code == 302
    briefing.refresh_from_db()
    assert briefing.known_by == cast.bai


def test_brakes_alert_the_manager_at_once_never_one_it_is_about(cast: Cast) -> None:
    make_complaint(cast, description="高速上刹车失灵")
    assert told(cast.shen, "complaint_known")
    about_shen = make_complaint(cast, description="店长说刹车没事", about=cast.shen)
    assert {one.to for one in about_shen.briefings.all()} == {cast.bai}


def test_a_press_threat_heard_later_makes_it_critical(cast: Cast) -> None:
    ticket = looked_at(cast)
    path = f"/complaints/{ticket.public_id}/alarm/"
    sent = {"version": ticket.version, "reason": "press", "words": "要找媒体"}
    assert browser(cast.wu).post(path, sent).status_code == 302
    ticket.refresh_from_db()
    assert ticket.severity == "critical"
    assert told(cast.shen, "complaint_known")


def test_the_pages_of_the_way_open_for_who_is_next(cast: Cast) -> None:
    ticket = proposed(cast)
    page = browser(cast.xu).get(f"/complaints/{ticket.public_id}/")
    assert "proposal/decision/" in page.content.decode()
    assert "proposal/decision/" not in (
        browser(cast.wu).get(f"/complaints/{ticket.public_id}/").content.decode()
    )
    form = browser(cast.xu).get(f"/complaints/{ticket.public_id}/proposal/decision/")
    assert "固件已升级" in form.content.decode()
    assert "10,000" in browser(cast.xu).get("/complaints/authority/").content.decode()


def solution_clocks(ticket: Ticket) -> list[Clock]:
    return list(ticket.clocks.filter(kind="solution").order_by("round"))


@pytest.mark.parametrize("verdict", ["return", "refuse"])
def test_a_solution_sent_back_is_waited_for_anew(cast: Cast, verdict: str) -> None:
    ticket = proposed(cast)
    (first,) = solution_clocks(ticket)
    assert first.met_at == NOW + HOUR
    decide(ticket, cast.xu, verdict, comment="补充检测报告")
    first, second = solution_clocks(ticket)
    assert first.met_at == NOW + HOUR
    assert (second.met_at, second.started_at) == (None, NOW + 2 * HOUR)
    assert second.due_at.astimezone(SHANGHAI) == local("2026-03-17 23:59:59")
    proposed(cast, ticket=ticket)
    assert [clock.met_at is None for clock in solution_clocks(ticket)] == [False, False]


def test_one_taken_back_lets_its_clock_run_on(cast: Cast) -> None:
    ticket = proposed(cast)
    (sent,) = solution_clocks(ticket)
    actions.take_back_proposal(ticket, by=cast.wu, version=ticket.version, now=NOW + 2 * HOUR)
    (clock,) = solution_clocks(ticket)
    assert clock.met_at is None
    assert (clock.started_at, clock.due_at) == (sent.started_at, sent.due_at)


def test_one_taken_back_has_the_limit_of_an_alarm_that_came_meanwhile(cast: Cast) -> None:
    ticket = proposed(cast)
    actions.alarm_ticket(
        ticket, by=cast.wu, version=ticket.version, reason="press", words="要找媒体", now=NOW + HOUR
    )
    actions.take_back_proposal(ticket, by=cast.wu, version=ticket.version, now=NOW + 2 * HOUR)
    (clock,) = solution_clocks(ticket)
    assert (clock.started_at, clock.due_at) == (NOW + HOUR, NOW + 5 * HOUR)


def test_one_taken_back_has_the_longer_limit_of_a_milder_judgement(cast: Cast) -> None:
    ticket = proposed(cast, ticket_fields={"severity": "high"})
    (sent,) = solution_clocks(ticket)
    actions.judge_severity(
        ticket,
        by=cast.wu,
        version=ticket.version,
        severity="normal",
        reason="可以等",
        now=NOW + HOUR,
    )
    actions.take_back_proposal(ticket, by=cast.wu, version=ticket.version, now=NOW + 2 * HOUR)
    (clock,) = solution_clocks(ticket)
    assert clock.started_at == sent.started_at
    assert clock.due_at.astimezone(SHANGHAI) == local("2026-03-17 23:59:59")


def test_sent_back_and_reopened_each_has_a_clock_of_its_own(cast: Cast) -> None:
    ticket = proposed(cast)
    decide(ticket, cast.xu, "return", comment="补充检测报告")
    proposed(cast, ticket=ticket)
    decide(ticket, cast.xu, "approve")
    reply(ticket, cast.wu)
    actions.hear_customer(
        ticket, by=cast.xu, version=ticket.version, content=False, words="没好", now=NOW + 4 * HOUR
    )
    *old, last = solution_clocks(ticket)
    assert all(clock.met_at or clock.void_at for clock in old)
    assert (len(old), last.started_at, last.met_at) == (2, NOW + 4 * HOUR, None)


def test_what_is_sent_back_while_the_customer_is_waited_for_stands_still(cast: Cast) -> None:
    ticket = proposed(cast)
    actions.pause_clocks(
        ticket, by=cast.wu, version=ticket.version, reason="等客户发视频", now=NOW + HOUR
    )
    decide(ticket, cast.xu, "return", comment="补充检测报告")
    assert solution_clocks(ticket)[-1].paused_at == NOW + 2 * HOUR
