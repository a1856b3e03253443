"""Who gets a visit: by suggestion or from a supervisor, never the person who is judged."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crm.customers.models import CaseAccess
from crm.notices.models import Reminder
from crm.people.models import Membership
from crm.records.audit.apart import read
from crm.records.audit.telling import in_words
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.people import NOW, Cast, make_card, make_cast, make_ticket, make_user, make_visit
from visits.actions import assign_visit, assign_visits, assign_waiting
from visits.models import Trigger, Visit, VisitCause, VisitorProfile, VisitRule
from visits.queues import fits_for

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def by_rule(visit: Visit) -> Visit:
    """The visit as made by the rule for deliveries."""
    rule = VisitRule.objects.filter(trigger=Trigger.DELIVERY).first()
    VisitCause.objects.create(
        key=f"test:{visit.pk}", rule=rule, card=visit.card, visit=visit,
        outcome="made", on=TODAY, at=NOW,
    )  # fmt: skip
    return visit


def test_visits_due_soon_are_given_out_and_later_ones_wait(cast):
    soon = by_rule(make_visit(make_card(cast.lin, "近的"), TODAY + 2 * DAY))
    later = by_rule(make_visit(make_card(cast.lin, "远的"), TODAY + 12 * DAY))
    by_hand = make_visit(make_card(cast.lin, "手工的"), TODAY + 2 * DAY)
    assert assign_waiting(now=NOW) == 1
    states = {visit.card.customer.name: visit.state for visit in Visit.objects.all()}
    assert states == {"近的": "assigned", "远的": "pending", "手工的": "pending"}
    assert assign_waiting(now=NOW) == 0
    assert assign_waiting(now=NOW + 6 * DAY) == 1
    assert {soon.pk, later.pk, by_hand.pk} == set(Visit.objects.values_list("pk", flat=True))


def test_work_is_shared_out_and_stops_at_a_days_capacity(cast):
    VisitorProfile.objects.create(user=cast.wu, capacity=2)
    VisitorProfile.objects.create(user=cast.xu, capacity=1)
    for n in range(5):
        by_rule(make_visit(make_card(cast.lin, f"客户{n}"), TODAY + DAY))
    assert assign_waiting(now=NOW) == 3
    assert Visit.objects.filter(assignee=cast.wu).count() == 2
    assert Visit.objects.filter(assignee=cast.xu).count() == 1
    assert Visit.objects.filter(state="pending").count() == 2


def test_the_owner_who_also_makes_visits_is_not_offered_her_own_customer(cast):
    Membership.objects.create(
        user=cast.lin, role="service_agent", store=cast.pudong, valid_from=dt.date(2020, 1, 1)
    )
    own = make_visit(make_card(cast.lin, "自己的"), TODAY)
    other = make_visit(make_card(cast.ma, "马的"), TODAY)
    assert cast.lin.pk not in [fit.visitor.user_id for fit in fits_for(own)]
    assert cast.lin.pk in [fit.visitor.user_id for fit in fits_for(other)]
    with pytest.raises(ValidationError) as refused:
        assign_visit(own, to=cast.lin, by=cast.xu, version=own.version, now=NOW)
    assert "to" in refused.value.message_dict


def test_who_answered_the_complaint_does_not_ask_whether_it_was_answered_well(cast):
    card = make_card(cast.lin, "投诉人")
    ticket = make_ticket(card, NOW - 5 * DAY, responsible=cast.wu)
    visit = make_visit(card, TODAY, kind="complaint", ticket=ticket)
    assert [fit.visitor.user_id for fit in fits_for(visit)] == [cast.xu.pk]


def test_who_knows_the_customer_comes_first(cast):
    card = make_card(cast.lin, "熟客")
    make_visit(card, TODAY - 90 * DAY, assignee=cast.xu, state="completed", completed_at=NOW)
    first = fits_for(make_visit(card, TODAY))[0]
    assert (first.visitor.user_id, first.knows) == (cast.xu.pk, True)


def test_another_visitor_takes_over_with_bells_and_sight_of_the_card(cast):
    card = make_card(cast.lin, "高峰")
    visit = make_visit(card, TODAY + 3 * DAY)
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    with pytest.raises(ValidationError):
        assign_visit(visit, to=cast.xu, by=cast.xu, version=visit.version, now=NOW)
    assign_visit(visit, to=cast.xu, by=cast.xu, version=visit.version, now=NOW, reason="吴休假")
    bells = Reminder.objects.filter(about_id=visit.public_id, state="pending")
    assert {bell.recipient for bell in bells} == {cast.xu}
    assert {bell.role for bell in bells} == {"", "service_supervisor", "manager"}
    assert CaseAccess.objects.filter(card=card, user=cast.wu, until__isnull=True).count() == 0
    assert CaseAccess.objects.filter(card=card, user=cast.xu, until__isnull=True).count() == 1


def test_a_stale_page_changes_nothing(cast):
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY)
    again = Visit.objects.get(pk=visit.pk)
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    with pytest.raises(Stale):
        assign_visit(again, to=cast.xu, by=cast.xu, version=again.version, now=NOW, reason="换人")
    assert Visit.objects.get(pk=visit.pk).assignee == cast.wu


@pytest.mark.parametrize("who", ["lin", "wu", "he", "shen", "ola", "otto"])
def test_only_the_stores_service_supervisor_and_the_teams_supervisor_give_visits(cast, who):
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY)
    with pytest.raises(PermissionDenied):
        assign_visit(visit, to=cast.wu, by=getattr(cast, who), version=visit.version, now=NOW)
    assert Visit.objects.get(pk=visit.pk).assignee is None
    assign_visit(visit, to=cast.wu, by=cast.chen, version=visit.version, now=NOW)


def test_somebody_of_another_store_makes_no_visits_here(cast):
    stranger = make_user("stray", "外店客服", "service_agent", cast.chaoyang)
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY)
    with pytest.raises(ValidationError):
        assign_visit(visit, to=stranger, by=cast.xu, version=visit.version, now=NOW)


def test_several_visits_go_to_one_visitor_or_are_shared_out_all_or_none(cast):
    rows = [make_visit(make_card(cast.lin, f"客户{n}"), TODAY) for n in range(4)]
    chosen = [(visit, visit.version) for visit in rows]
    assert assign_visits(chosen[:2], to=cast.wu, by=cast.xu, now=NOW) == 2
    assert assign_visits(chosen[2:], to=None, by=cast.xu, now=NOW) == 2
    assert set(Visit.objects.values_list("assignee", flat=True)) <= {cast.wu.pk, cast.xu.pk}
    fresh = [make_visit(make_card(cast.lin, f"新{n}"), TODAY) for n in range(2)]
    stale = [(fresh[0], fresh[0].version), (fresh[1], 99)]
    with pytest.raises(Stale):
        assign_visits(stale, to=cast.wu, by=cast.xu, now=NOW)
    assert not Visit.objects.filter(pk__in=[one.pk for one in fresh], assignee=cast.wu).exists()


def test_why_they_were_shared_out_is_read_in_each_language(cast):
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY, state="assigned", assignee=cast.wu)
    with translation.override("en"):
        assign_visits([(visit, visit.version)], to=cast.xu, by=cast.xu, now=NOW)
    kept = read(AuditEvent.objects.get(action="visits.assign_visit"), "after")["reason"]
    for language, words in (("zh-hans", "重新分配。"), ("en", "Shared out anew.")):
        with translation.override(language):
            assert in_words(kept, "reason", Visit) == words


def test_ticked_visits_never_fill_a_day_beyond_what_a_visitor_takes_on(cast):
    """An empty day, room for two a visitor, and more ticked than have room."""
    for person in (cast.wu, cast.xu):
        VisitorProfile.objects.create(user=person, capacity=2)
    rows = [make_visit(make_card(cast.lin, f"客户{n}"), TODAY) for n in range(5)]
    chosen = [(visit, visit.version) for visit in rows]
    with pytest.raises(ValidationError) as refused:
        assign_visits(chosen[:3], to=cast.wu, by=cast.xu, now=NOW)
    assert rows[2].visit_no in refused.value.messages[0]
    assert not Visit.objects.exclude(state="pending").exists()
    fresh = [(visit, visit.version) for visit in Visit.objects.order_by("pk")]
    assert assign_visits(fresh, to=None, by=cast.xu, now=NOW) == 4
    for person in (cast.wu, cast.xu):
        assert Visit.objects.filter(assignee=person, state="assigned").count() == 2
    assert Visit.objects.filter(state="pending").count() == 1


def full_day(cast: Cast) -> Visit:
    """Wu takes two visits on a day and has them; one more is due then."""
    VisitorProfile.objects.create(user=cast.wu, capacity=2)
    for n in range(2):
        make_visit(make_card(cast.lin, f"客户{n}"), TODAY, state="assigned", assignee=cast.wu)
    return make_visit(make_card(cast.lin, "高峰"), TODAY)


def test_a_full_day_is_said_and_goes_over_only_when_that_is_wished(cast):
    visit = full_day(cast)
    with pytest.raises(ValidationError, match="3月12日已有 2 个回访"):
        assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    visit.refresh_from_db()
    assert visit.assignee is None
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW, anyway=True)
    assert AuditEvent.objects.get(action="visits.assign_visit").after["over_capacity"] == 3


def test_changing_the_focus_of_ones_own_visit_asks_for_no_room(cast):
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY, state="assigned", assignee=cast.wu)
    VisitorProfile.objects.create(user=cast.wu, capacity=1)
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW, focus="充电")
    assert Visit.objects.get(pk=visit.pk).focus == "充电"


def test_overdue_visits_and_those_agreed_for_the_day_fill_it(cast):
    """Wu takes three a day: one is overdue, one agreed for today, one comes back today."""
    VisitorProfile.objects.create(user=cast.wu, capacity=3)
    wus = {"state": "assigned", "assignee": cast.wu}
    make_visit(make_card(cast.lin, "逾期"), TODAY - 5 * DAY, **wus)
    agreed = {**wus, "state": "appointed", "appointed_at": NOW + dt.timedelta(hours=2)}
    make_visit(make_card(cast.lin, "约今天"), TODAY + 9 * DAY, **agreed)
    make_visit(make_card(cast.lin, "再打"), TODAY - DAY, **wus, next_try_at=NOW)
    # neither who agreed tomorrow nor who is tried again then, both due today
    tomorrow = NOW + DAY
    make_visit(make_card(cast.lin, "约明天"), TODAY, **{**agreed, "appointed_at": tomorrow})
    make_visit(make_card(cast.lin, "明天再打"), TODAY, **wus, next_try_at=tomorrow)
    late = make_visit(make_card(cast.lin, "高峰"), TODAY - 3 * DAY)
    for visit, load in ((late, 3), (make_visit(make_card(cast.lin, "明天"), TODAY + DAY), 2)):
        (wu,) = [fit for fit in fits_for(visit) if fit.visitor.user_id == cast.wu.pk]
        assert (wu.visitor.load, wu.free) == (load, 3 - load)
    with pytest.raises(ValidationError, match="3月12日已有 3 个回访"):
        assign_visit(late, to=cast.wu, by=cast.xu, version=late.version, now=NOW)


def test_who_visited_the_customer_for_another_card_knows_them(cast):
    first = make_card(cast.lin, "高峰")
    second = make_card(cast.ma, "高峰", customer=first.customer)
    made = {"state": "completed", "completed_at": NOW - 90 * DAY}
    make_visit(first, TODAY - 90 * DAY, assignee=cast.xu, **made)
    visit = by_rule(make_visit(second, TODAY))
    assert [fit.visitor.user_id for fit in fits_for(visit) if fit.knows] == [cast.xu.pk]
    assert assign_waiting(now=NOW) == 1
    visit.refresh_from_db()
    assert visit.assignee == cast.xu


def test_of_several_all_or_none_are_given_over_capacity(cast):
    visit, other = full_day(cast), make_visit(make_card(cast.lin, "明天"), TODAY + DAY)
    pairs = [(other, other.version), (visit, visit.version)]
    with pytest.raises(ValidationError, match=visit.visit_no):
        assign_visits(pairs, to=cast.wu, by=cast.xu, now=NOW)
    other.refresh_from_db()
    assert other.assignee is None
    assert assign_visits(pairs, to=cast.wu, by=cast.xu, now=NOW, anyway=True) == 2


def test_xu_is_offered_to_assign_anyway_on_both_pages(cast):
    visit = full_day(cast)
    xu = Client()
    xu.force_login(cast.xu, backend="django.contrib.auth.backends.ModelBackend")
    one = reverse("visits:assign_visit", args=[visit.public_id])
    many = reverse("visits:assign_visits")
    assert 'type="checkbox" name="anyway"' not in xu.get(one).content.decode()
    sent = {"version": visit.version, "to": cast.wu.pk}
    page = xu.post(one, sent)
    assert page.status_code == 422
    assert 'type="checkbox" name="anyway"' in page.content.decode()
    ticked = {"visit": f"{visit.public_id}:{visit.version}", "to": cast.wu.public_id}
    page = xu.post(many, ticked)
    assert page.status_code == 422
    assert 'type="checkbox" name="anyway"' in page.content.decode()
    assert xu.post(many, {**ticked, "anyway": "on"}).status_code == 302
    assert Visit.objects.get(pk=visit.pk).assignee == cast.wu
