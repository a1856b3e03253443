"""New rules: off until switched on, a store's own in place of one for all, counted as typed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.customers.actions import note_consent
from crm.customers.models import Card
from crm.orders.signals import order_signed
from crm.records.models import AuditEvent
from tests.people import NOW, Cast, make_card, make_cast, make_order, make_visit, make_visit_rule
from visits.actions import change_rule, make_rule, plan_all, plan_rule
from visits.models import Questionnaire, Visit, VisitCause, VisitRule

DAY = dt.timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def cast(db) -> Cast:
    VisitRule.objects.update(active=False)
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(user) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**more: str) -> dict[str, str]:
    return {
        "trigger": "delivery",
        "kind": "regular",
        "name": "交车后半月",
        "wait": "15",
        "unit": "days",
        "since": TODAY.isoformat(),
        "assigns_itself": "on",
        **more,
    }


def delivered(owner, name: str, *, ago: int = 1):
    card = make_card(owner, name)
    return make_order(card, NOW - (ago + 1) * DAY, state="delivered", delivered_at=NOW - ago * DAY)


def for_all(**fields) -> VisitRule:
    """A rule for all stores, in force for five days."""
    return make_visit_rule(None, since=TODAY - 5 * DAY, **fields)


def own(rule: VisitRule, cast: Cast, **fields) -> VisitRule:
    """Pudong's own rule in place of `rule`, switched on today."""
    values = {"wait": 5, "unit": "working_days", "since": TODAY, "name": "浦东首访", **fields}
    made = make_rule(
        by=cast.xu, trigger=rule.trigger, kind=rule.kind, store=cast.pudong, replaces=rule,
        now=NOW, **values,
    )  # fmt: skip
    change_rule(made, by=cast.xu, version=made.version, now=NOW, active=True)
    return made


def test_a_new_rule_is_off_until_xu_switches_it_on(cast):
    page = page_of(cast.xu).post("/visits/rules/new/", typed(store=str(cast.pudong.pk)))
    rule = VisitRule.objects.get(name="交车后半月")
    assert page.url == f"/visits/rules/{rule.public_id}/"
    assert (rule.active, rule.store, rule.wait, rule.kind) == (False, cast.pudong, 15, "regular")
    assert AuditEvent.objects.get(action="visits.make_rule").actor == cast.xu
    delivered(cast.lin, "高峰", ago=0)
    assert plan_all(now=NOW) == 0
    change_rule(rule, by=cast.xu, version=rule.version, now=NOW, active=True)
    assert plan_all(now=NOW) == 1


def test_the_first_page_asks_what_the_rule_waits_for(cast):
    page = page_of(cast.xu).get("/visits/rules/new/")
    assert "?trigger=signing" in page.content.decode()
    assert page_of(cast.xu).get("/visits/rules/new/?trigger=moon").status_code == 404
    assert (
        "later_wait"
        in page_of(cast.xu).get("/visits/rules/new/?trigger=regular").context["form"].fields
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("wait", "0"), ("kind", "complaint"), ("name", ""), ("since", "x"), ("store", "999999")],
)
def test_what_does_not_fit_stays_typed_beside_its_field(cast, name, value):
    page = page_of(cast.xu).post("/visits/rules/new/", typed(**{name: value}))
    assert page.status_code == 422
    assert name in page.context["form"].errors
    assert not VisitRule.objects.filter(wait=15).exists()


def test_questions_of_another_kind_of_visit_are_refused(cast):
    sheet = Questionnaire.objects.get(kind="new_purchase")
    page = page_of(cast.xu).post("/visits/rules/new/", typed(questionnaire=str(sheet.pk)))
    assert page.status_code == 422
    assert "questionnaire" in page.context["form"].errors


@pytest.mark.parametrize("who", ["lin", "chen", "wu", "shen", "bai", "pan"])
def test_nobody_but_the_service_supervisor_makes_rules(cast, who):
    user = getattr(cast, who)
    assert page_of(user).get("/visits/rules/new/").status_code == 403
    with pytest.raises(PermissionDenied):
        make_rule(by=user, trigger="delivery", kind="regular", store=cast.pudong, now=NOW,
                  name="我的", since=TODAY)  # fmt: skip


def test_another_stores_rule_is_not_hers_to_make(cast):
    page = page_of(cast.xu).post("/visits/rules/new/", typed(store=str(cast.chaoyang.pk)))
    assert page.status_code == 422
    with pytest.raises(PermissionDenied):
        make_rule(by=cast.xu, trigger="delivery", kind="regular", store=cast.chaoyang, now=NOW,
                  name="外店", since=TODAY)  # fmt: skip


def test_a_stores_own_rule_stands_in_place_of_the_one_for_all(cast):
    everywhere = for_all()
    pudongs = own(everywhere, cast)
    here, there = delivered(cast.lin, "浦东客户", ago=0), delivered(cast.otto, "朝阳客户", ago=0)
    plan_all(now=NOW)
    made = {visit.card_id: visit.causes.get().rule for visit in Visit.objects.all()}
    assert made == {here.card_id: pudongs, there.card_id: everywhere}
    assert Visit.objects.get(card=here.card).due_on == dt.date(2026, 3, 19)


def test_what_happened_before_the_own_rules_first_day_is_still_the_others(cast):
    everywhere = for_all()
    own(everywhere, cast)
    before = delivered(cast.lin, "昨天交车", ago=1)
    plan_all(now=NOW)
    assert Visit.objects.get(card=before.card).causes.get().rule == everywhere


def test_switched_on_and_off_nobody_is_visited_twice(cast):
    """The two rules name an event alike, so that each counts once between them."""
    everywhere = for_all()
    pudongs = own(everywhere, cast)
    order = delivered(cast.lin, "高峰", ago=0)
    plan_all(now=NOW)
    pudongs.refresh_from_db()
    change_rule(pudongs, by=cast.xu, version=pudongs.version, now=NOW, active=False)
    assert plan_all(now=NOW + DAY) == 0
    assert VisitCause.objects.filter(card=order.card).count() == 1
    change_rule(pudongs, by=cast.xu, version=pudongs.version, now=NOW, active=True)
    VisitRule.objects.filter(pk=pudongs.pk).update(since=TODAY - 30 * DAY)
    assert plan_all(now=NOW + DAY) == 0


def test_a_store_has_one_rule_in_place_of_another(cast):
    everywhere = for_all()
    own(everywhere, cast)
    with pytest.raises(ValidationError) as refused:
        own(everywhere, cast)
    assert "store" in refused.value.message_dict
    page = page_of(cast.xu).get(f"/visits/rules/{everywhere.public_id}/")
    assert not page.context["may_replace"]
    assert [one.store for one in page.context["own_rules"]] == [cast.pudong]


def test_an_own_rule_begins_with_the_values_of_the_one_for_all(cast):
    everywhere = for_all(wait=4, focus="充电")
    page = page_of(cast.xu).get(
        f"/visits/rules/new/?trigger=delivery&instead={everywhere.public_id}"
    )
    assert (page.context["form"]["wait"].value(), page.context["form"]["focus"].value()) == (
        4,
        "充电",
    )
    strange = page_of(cast.xu).get(
        f"/visits/rules/new/?trigger=list&instead={everywhere.public_id}"
    )
    assert strange.status_code == 404


def test_a_signature_brings_a_visit_where_a_rule_waits_for_one(cast):
    make_visit_rule(cast.pudong, trigger="signing", since=TODAY - DAY)
    order = make_order(make_card(cast.lin, "高峰"), NOW)
    order_signed.send(type(order), order=order, by=cast.lin, now=NOW)
    assert Visit.objects.get(card=order.card).due_on == dt.date(2026, 3, 17)
    missed = make_order(make_card(cast.lin, "停机时签约"), NOW - DAY)
    assert plan_all(now=NOW + DAY) == 1
    assert Visit.objects.filter(card=missed.card).count() == 1
    assert plan_all(now=NOW + 2 * DAY) == 0


def preview(client: Client, sent: dict[str, str], **headers: str):
    answer = client.post("/visits/rules/new/", {**sent, "then": "preview"}, headers=headers)
    assert answer.status_code == 200
    return answer.context["forecast"]


def test_what_is_typed_is_counted_and_nothing_is_written(cast):
    for number, name in enumerate(("高峰", "宋佳", "任伟", "不愿意")):
        order = delivered(cast.lin, name, ago=number + 1)
    note_consent(order.card, by=cast.wu, purpose="visit", allowed=False, words="不", now=NOW)
    before = VisitRule.objects.count()
    counted = preview(page_of(cast.xu), typed())
    assert (counted.events, counted.made, counted.refused, counted.early) == (4, 3, 1, 4)
    assert counted.now.made == 0  # its first day is today
    counted = preview(page_of(cast.xu), typed(since=(TODAY - 2 * DAY).isoformat()))
    assert (counted.now.made, counted.early) == (2, 2)
    assert (VisitRule.objects.count(), Visit.objects.count()) == (before, 0)


def test_a_rule_in_force_counts_what_it_made_already_with_the_values_typed(cast):
    rule = make_visit_rule(cast.pudong, since=TODAY - 9 * DAY)
    joined = delivered(cast.lin, "快到期", ago=3)
    make_visit(joined.card, TODAY + 2 * DAY)
    delivered(cast.lin, "高峰", ago=2)
    plan_rule(rule, now=NOW)
    delivered(cast.lin, "新交车", ago=1)
    sent = {
        **typed(wait="60", since=(TODAY - 9 * DAY).isoformat(), days="90"),
        "version": str(rule.version),
        "then": "preview",
    }
    page = page_of(cast.xu).post(f"/visits/rules/{rule.public_id}/", sent)
    counted = page.context["forecast"]
    assert (counted.days, counted.events, counted.made, counted.merged) == (90, 3, 3, 0)
    assert (counted.counted, counted.now.made) == (2, 1)
    assert list(counted.now.by_day) == [dt.date(2026, 5, 11)]
    rule.refresh_from_db()
    assert rule.wait == 3


def test_regular_visits_are_counted_by_the_days_that_come(cast):
    delivered(cast.lin, "高峰", ago=60)
    sent = typed(trigger="regular", wait="3", unit="months", days="30")
    assert preview(page_of(cast.xu), sent).made == 0  # the card is not delivered yet
    Card.objects.update(state="delivered")
    counted = preview(page_of(cast.xu), sent)
    assert (counted.ahead, counted.made, counted.now.made) == (True, 0, 0)
    assert preview(page_of(cast.xu), {**sent, "days": "90"}).made == 1


def test_htmx_gets_the_count_alone_and_wrong_values_are_not_counted(cast):
    sent = {**typed(), "then": "preview"}
    client = page_of(cast.xu)
    part = client.post("/visits/rules/new/", sent, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    wrong = client.post(
        "/visits/rules/new/", {**sent, "wait": "viele"}, headers={"HX-Request": "true"}
    )
    assert (wrong.status_code, wrong.context["typed"]) == (200, None)
    nameless = client.post("/visits/rules/new/", {**sent, "name": ""})
    assert nameless.context["forecast"].made == 0
