"""Rules make visits: each event once, near ones merged, the customer's wish kept."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from complaints.signals import ticket_answered
from crm.customers.actions import note_consent
from crm.customers.models import CaseAccess
from crm.notices.models import Reminder
from crm.orders.actions import deliver_order
from crm.people.models import User
from crm.records.models import AuditEvent
from crm.rulebook.models import Number
from tests.people import (
    NOW,
    Cast,
    local,
    make_card,
    make_cast,
    make_order,
    make_ticket,
    make_visit,
)
from visits.actions import decline_visit, plan_all, plan_list, plan_rule
from visits.models import Visit, VisitCause, VisitRule
from visits.queues import events_of, preview_of

DAY = dt.timedelta(days=1)
TODAY = NOW.date()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def cast(db) -> Cast:
    VisitRule.objects.update(since=dt.date(2026, 1, 1))
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def only(trigger: str, *, wait: int | None = None) -> VisitRule:
    """The rule of that trigger alone in force."""
    VisitRule.objects.exclude(trigger=trigger).update(active=False)
    rules = VisitRule.objects.filter(trigger=trigger)
    rule = rules.get(wait=wait) if wait else rules.first()
    rules.exclude(pk=rule.pk).update(active=False)
    return rule


def deliver(card, cast: Cast, at: dt.datetime = NOW):
    order = make_order(card, at - DAY)
    deliver_order(order, by=card.owner, version=order.version, delivered_at=at, now=at)
    return order


def test_a_delivery_brings_the_first_visit_within_three_working_days(cast):
    only("delivery", wait=3)
    card = make_card(cast.lin, "高峰")
    deliver(card, cast)
    visit = Visit.objects.get(card=card)
    assert (visit.kind, visit.due_on, visit.state) == (
        "new_purchase",
        dt.date(2026, 3, 17),
        "assigned",
    )
    assert visit.assignee in (cast.wu, cast.xu)
    assert visit.questions.questionnaire.kind == "new_purchase"
    assert card.timeline.filter(kind="visit_planned").exists()
    assert CaseAccess.objects.filter(card=card, user=visit.assignee, until=None).exists()
    assert Reminder.objects.filter(about_id=visit.public_id, recipient=visit.assignee).exists()


def test_the_worker_finds_a_delivery_again_and_makes_nothing_twice(cast):
    rule = only("delivery", wait=3)
    card = make_card(cast.lin, "高峰")
    deliver(card, cast)
    assert plan_all(now=NOW + DAY) == 0
    assert plan_rule(rule, now=NOW + 30 * DAY).visits == []
    assert Visit.objects.filter(card=card).count() == 1


def test_the_worker_catches_up_after_a_pause(cast):
    rule = only("delivery", wait=3)
    for day in range(1, 6):
        make_order(
            make_card(cast.lin, f"客户{day}"),
            local(f"2026-03-0{day} 09:00"),
            state="delivered",
            delivered_at=local(f"2026-03-0{day} 15:00"),
        )
    made = plan_rule(rule, now=NOW).visits
    assert len(made) == 5
    assert {visit.due_on for visit in made} >= {dt.date(2026, 3, 12)}
    assert all(visit.due_on >= NOW.date() for visit in made)
    assert plan_rule(rule, now=NOW).visits == []


def test_an_answer_given_while_the_worker_was_down_is_caught_up_once(cast):
    rule = only("complaint")
    card, told_in_time = make_card(cast.lin, "停机时答复"), make_card(cast.lin, "当时已通知")
    answered = {"state": "replied", "resolved_at": NOW - 20 * DAY, "responsible": cast.xu}
    make_ticket(card, NOW - 25 * DAY, **answered)
    ticket = make_ticket(told_in_time, NOW - 25 * DAY, **answered)
    ticket_answered.send(type(ticket), ticket=ticket, by=cast.xu, now=NOW - 20 * DAY)
    assert Visit.objects.get().card == told_in_time
    (caught_up,) = plan_rule(rule, now=NOW).visits
    assert (caught_up.card, caught_up.due_on) == (card, dt.date(2026, 3, 12))
    assert plan_rule(rule, now=NOW + DAY).visits == []
    assert Visit.objects.count() == 2


def test_each_of_two_complaints_answered_in_one_week_is_asked_about_on_its_own(cast):
    rule = only("complaint")
    card = make_card(cast.lin, "高峰")
    answered = {"state": "replied", "responsible": cast.xu}
    first = make_ticket(card, NOW - 5 * DAY, resolved_at=NOW - DAY, **answered)
    second = make_ticket(card, NOW - 4 * DAY, resolved_at=NOW, **answered)
    third = make_ticket(card, NOW - 3 * DAY, resolved_at=NOW, **answered)
    ticket_answered.send(type(first), ticket=first, by=cast.xu, now=NOW - DAY)
    plan_rule(rule, now=NOW)
    asked = Visit.objects.filter(card=card).values_list("ticket", flat=True)
    assert sorted(asked) == [first.pk, second.pk, third.pk]


def test_a_delivery_whose_news_failed_half_way_is_caught_up_under_every_rule_once(cast):
    VisitRule.objects.exclude(trigger="delivery").update(active=False)
    VisitRule.objects.filter(wait__in=(7,)).update(active=False)
    card = make_card(cast.lin, "高峰")
    order = make_order(card, NOW - DAY, state="delivered", delivered_at=NOW)
    first, *_others = VisitRule.objects.filter(active=True)
    assert len(plan_rule(first, now=NOW).visits) == 1  # the worker died after the first rule
    assert plan_all(now=NOW + 2 * DAY) == 2
    assert plan_all(now=NOW + 2 * DAY) == 0
    keys = VisitCause.objects.values_list("key", flat=True)
    assert {key.partition("/")[0] for key in keys} == {f"order:{order.public_id}"}
    assert Visit.objects.filter(card=card).count() == 3


def test_weeks_without_a_worker_are_not_drawn_later(cast):
    """What is asked about is the follow-up of the last 14 days, so a week missed stays so."""
    rule = only("prospect")
    VisitRule.objects.filter(pk=rule.pk).update(share=100)
    rule.refresh_from_db()
    long_ago = make_card(cast.lin, "五周前联系", last_contact_at=NOW - DAY)
    later = NOW + 35 * DAY
    lately = make_card(cast.lin, "本周联系", last_contact_at=later - 2 * DAY)
    (event,) = events_of(rule, now=later)
    assert (event.card_id, event.on) == (lately.pk, later.date())
    plan_rule(rule, now=later)
    assert not Visit.objects.filter(card=long_ago).exists()
    assert plan_rule(rule, now=later + 7 * DAY).visits == []


def test_what_was_delivered_before_the_rule_held_makes_no_visit(cast):
    rule = only("delivery", wait=3)
    VisitRule.objects.update(since=NOW.date())
    rule.refresh_from_db()
    make_order(
        make_card(cast.lin, "老客户"),
        local("2026-03-01 09:00"),
        state="delivered",
        delivered_at=local("2026-03-01 15:00"),
    )
    assert plan_rule(rule, now=NOW).visits == []


def test_two_rules_within_a_week_of_each_other_are_one_visit(cast):
    VisitRule.objects.exclude(trigger="delivery").update(active=False)
    VisitRule.objects.filter(wait__in=(30, 90)).update(active=False)
    card = make_card(cast.lin, "高峰")
    deliver(card, cast)  # after three working days and after seven days
    assert Visit.objects.filter(card=card).count() == 1
    assert sorted(VisitCause.objects.values_list("outcome", flat=True)) == ["made", "merged"]


def test_who_does_not_wish_return_visits_is_left_alone(cast):
    rule = only("delivery", wait=3)
    card = make_card(cast.lin, "不打扰")
    note_consent(card, by=cast.wu, purpose="visit", allowed=False, words="别再打来", now=NOW)
    deliver(card, cast)
    assert not Visit.objects.filter(card=card).exists()
    assert VisitCause.objects.get().outcome == "refused"
    note_consent(card, by=cast.wu, purpose="visit", allowed=True, words="可以", now=NOW)
    deliver(card, cast, at=NOW + DAY)
    assert Visit.objects.filter(card=card).count() == 1
    assert rule.causes.count() == 2


def test_do_not_contact_still_lets_a_complaint_be_answered(cast):
    only("complaint")
    card = make_card(cast.lin, "不打扰")
    note_consent(card, by=cast.wu, purpose="contact", allowed=False, words="不要联系", now=NOW)
    ticket = make_ticket(card, NOW - 5 * DAY, state="replied", resolved_at=NOW, responsible=cast.xu)
    ticket_answered.send(type(ticket), ticket=ticket, by=cast.xu, now=NOW)
    visit = Visit.objects.get(card=card)
    assert (visit.kind, visit.due_on, visit.ticket) == (
        "complaint",
        dt.date(2026, 3, 16),
        ticket,
    )
    assert visit.assignee == cast.wu  # not Xu, who answered it


def test_regular_visits_come_round_and_count_from_the_last_one(cast):
    rule = only("regular")
    card = make_card(cast.lin, "高峰", state="delivered")
    make_order(
        card,
        local("2025-12-10 09:00"),
        state="delivered",
        delivered_at=local("2025-12-15 15:00"),
    )
    (first,) = plan_rule(rule, now=NOW).visits
    assert first.due_on == dt.date(2026, 3, 16)
    assert plan_rule(rule, now=NOW + DAY).visits == []
    Visit.objects.filter(pk=first.pk).update(
        state="completed", completed_at=local("2026-03-20 10:00")
    )
    assert plan_rule(rule, now=local("2026-05-01 10:00")).visits == []
    (second,) = plan_rule(rule, now=local("2026-06-12 10:00")).visits
    assert second.due_on == dt.date(2026, 6, 22)  # 20 June is a Saturday


def test_who_gave_three_leads_within_a_year_is_visited_every_two_months_and_in_person(cast):
    rule = only("regular")
    card = make_card(cast.lin, "高峰", state="delivered")
    make_order(
        card,
        local("2026-01-10 09:00"),
        state="delivered",
        delivered_at=local("2026-01-16 15:00"),
    )
    for age in (10, 20):
        make_card(cast.zhou, referrer=card, opened_at=NOW - age * DAY)
    assert plan_rule(rule, now=NOW).visits == []
    make_card(cast.zhou, referrer=card, opened_at=NOW - DAY)
    (visit,) = plan_rule(rule, now=NOW).visits
    assert (visit.due_on, visit.method) == (dt.date(2026, 3, 16), "onsite")


def test_a_fleet_order_is_visited_on_site_within_five_working_days(cast):
    rule = only("project")
    card = make_card(cast.lin, "顺达租车")
    card.customer.is_organisation = True
    card.customer.save()
    make_order(
        card,
        local("2026-03-10 09:00"),
        quantity=12,
        state="delivered",
        delivered_at=local("2026-03-11 15:00"),
    )
    make_order(
        make_card(cast.lin, "散客"),
        local("2026-03-10 09:00"),
        state="delivered",
        delivered_at=local("2026-03-11 15:00"),
    )
    (visit,) = plan_rule(rule, now=NOW).visits
    assert (visit.card, visit.method, visit.due_on) == (card, "onsite", dt.date(2026, 3, 18))


def test_how_a_visit_is_made_follows_from_the_customer_where_the_rule_leaves_it_open(cast):
    """RV-22: on site for a fleet, a questionnaire for many at once, else by phone."""
    rule = only("project")
    fleet, day = make_card(cast.lin, "五台的客户"), local("2026-03-11 15:00")
    make_order(fleet, local("2026-03-10 09:00"), quantity=5, state="delivered", delivered_at=day)
    (visit,) = plan_rule(rule, now=NOW).visits
    assert (visit.card, visit.method) == (fleet, "onsite")
    VisitRule.objects.filter(trigger="list").update(active=True)
    by_hand = VisitRule.objects.get(trigger="list")
    cards = [make_card(cast.lin, f"车友{n}") for n in range(3)]
    few = plan_list(by_hand, cards[:2], by=cast.xu, on=TODAY, now=NOW).visits
    assert {one.method for one in few} == {"phone"}
    Number.objects.create(key="visit_survey_from", value="3")
    many = plan_list(by_hand, cards, by=cast.xu, on=TODAY + 30 * DAY, now=NOW).visits
    assert {one.method for one in many} == {"survey"}


def test_who_will_not_be_called_is_not_called(cast):
    only("delivery")
    card = make_card(cast.lin, "别打电话")
    said = {"by": cast.wu, "purpose": "visit", "allowed": False, "words": "别打电话"}
    note_consent(card, channel="phone", now=NOW, **said)
    deliver(card, cast)
    assert VisitCause.objects.get().outcome == "refused"


def test_who_wishes_no_more_visits_has_none_waiting_on_any_card(cast):
    card = make_card(cast.lin, "不想再接")
    second = make_card(cast.lin, customer=card.customer)
    visit, later, other, owed, stranger = (
        make_visit(card, TODAY, assignee=cast.wu, state="assigned"),
        make_visit(card, TODAY + 30 * DAY),
        make_visit(second, TODAY + 30 * DAY, assignee=cast.wu, state="assigned"),
        make_visit(card, TODAY, kind="complaint"),
        make_visit(make_card(cast.lin, "别人"), TODAY),
    )
    decline_visit(
        visit, by=cast.wu, version=visit.version, reason="别再打", never_again=True, now=NOW
    )
    states = dict(Visit.objects.values_list("pk", "state"))
    assert [states[one.pk] for one in (visit, later, other, owed, stranger)] == [
        *("declined", "cancelled", "cancelled", "pending", "pending"),
    ]


def test_a_list_is_previewed_before_anything_is_written(cast):
    rule = VisitRule.objects.get(trigger="list")
    card, refusing = make_card(cast.lin, "愿意"), make_card(cast.lin, "不愿意")
    near = make_visit(make_card(cast.lin, "快到期"), TODAY + 2 * DAY)
    note_consent(refusing, by=cast.wu, purpose="visit", allowed=False, words="不", now=NOW)
    xu = client_of(cast.xu)
    sent = {
        "rule": rule.public_id,
        "on": TODAY.isoformat(),
        "customers": f"{card.card_no} {refusing.card_no} {near.card.card_no}",
        "then": "preview",
    }
    page = xu.post("/visits/lists/new/", sent)
    preview = page.context["preview"]
    assert (page.status_code, preview.made, preview.merged, preview.refused) == (200, 1, 1, 1)
    assert card.card_no in page.content.decode()
    assert Visit.objects.count() == 1
    assert xu.post("/visits/lists/new/", {**sent, "then": ""}).status_code == 302
    assert Visit.objects.count() == 2


def test_the_sample_of_prospects_is_the_same_each_time(cast):
    rule = only("prospect")
    for n in range(60):
        make_card(cast.lin, f"客户{n}", last_contact_at=NOW - DAY)
    VisitRule.objects.filter(pk=rule.pk).update(share=20)
    rule.refresh_from_db()
    events = events_of(rule, now=NOW)
    assert 0 < len(events) < 30
    assert events == events_of(rule, now=NOW)
    assert len(plan_rule(rule, now=NOW).visits) == len(events)
    assert plan_rule(rule, now=NOW).visits == []
    nobody_again = {event.card_id for event in events_of(rule, now=NOW + 7 * DAY)}
    assert nobody_again.isdisjoint(event.card_id for event in events)


def test_a_preview_says_how_many_and_writes_nothing(cast):
    rule = only("delivery", wait=3)
    card = make_card(cast.lin, "高峰")
    make_visit(card, dt.date(2026, 3, 18))
    orders = [card, make_card(cast.lin, "宋佳"), make_card(cast.lin, "任伟")]
    for each in orders:
        make_order(each, NOW - 2 * DAY, state="delivered", delivered_at=NOW - DAY)
    preview = preview_of(rule, events_of(rule, now=NOW), now=NOW)
    assert (preview.made, preview.merged, preview.refused) == (2, 1, 0)
    assert preview.by_day == {dt.date(2026, 3, 16): 2}
    assert Visit.objects.count() == 1
    assert not VisitCause.objects.exists()


def test_planning_leaves_one_line_on_the_trail(cast):
    rule = only("delivery", wait=3)
    deliver(make_card(cast.lin, "高峰"), cast)
    event = AuditEvent.objects.get(action="visits.plan_visits")
    assert event.subject_id == rule.public_id
    assert event.after == {"made": 1, "merged": 0, "refused": 0}


def test_a_list_of_the_same_day_counts_each_customer_once(cast):
    rule = VisitRule.objects.get(trigger="list")
    cards = [make_card(cast.lin, name) for name in ("高峰", "宋佳")]
    first = plan_list(rule, cards, by=cast.xu, on=NOW.date(), now=NOW)
    again = plan_list(rule, cards, by=cast.xu, on=NOW.date(), now=NOW)
    assert (len(first.visits), len(again.visits)) == (2, 0)
    assert {visit.due_on for visit in first.visits} == {dt.date(2026, 3, 16)}
    with pytest.raises(PermissionDenied):
        plan_list(rule, cards, by=cast.wu, on=NOW.date(), now=NOW)
    with pytest.raises(PermissionDenied):
        plan_list(only("delivery", wait=3), cards, by=cast.xu, on=NOW.date(), now=NOW)


def test_the_supervisor_brings_a_list_and_is_told_what_leads_nowhere(cast):
    client = Client()
    client.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    cards = [make_card(cast.lin, name) for name in ("高峰", "宋佳")]
    stranger = make_card(cast.otto, "外店客户")
    rule = VisitRule.objects.get(trigger="campaign")
    sent = {"rule": rule.public_id, "on": "2026-03-10"}
    numbers = "，".join(card.card_no for card in cards)
    page = client.post(
        "/visits/lists/new/", {**sent, "customers": f"{numbers}\n{stranger.card_no}"}
    )
    assert page.status_code == 422
    assert stranger.card_no in str(page.context["form"].errors["customers"])
    assert not Visit.objects.exists()
    assert client.post("/visits/lists/new/", {**sent, "customers": numbers}).status_code == 302
    assert set(Visit.objects.values_list("kind", "due_on")) == {("event", dt.date(2026, 3, 13))}
