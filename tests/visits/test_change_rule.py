"""Rules on their pages: what each makes, what it would make now, and who changes it."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.people import NOW, Cast, make_card, make_cast, make_order, make_visit_rule
from visits.actions import change_rule, plan_rule
from visits.models import Visit, VisitRule

DAY = dt.timedelta(days=1)


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


def form(rule: VisitRule, **more: str) -> dict[str, str]:
    return {
        "version": str(rule.version),
        "name": rule.name,
        "active": "on",
        "assigns_itself": "on",
        "wait": "3",
        "unit": "working_days",
        "since": "2026-03-01",
        **more,
    }


def delivered(cast: Cast, name: str) -> None:
    make_order(make_card(cast.lin, name), NOW - 2 * DAY, state="delivered", delivered_at=NOW - DAY)


def test_the_page_counts_what_the_worker_then_makes(cast):
    rule = make_visit_rule(cast.pudong, since=NOW.date() - 5 * DAY)
    for name in ("高峰", "宋佳", "任伟"):
        delivered(cast, name)
    page = page_of(cast.xu).get(f"/visits/rules/{rule.public_id}/")
    assert page.context["forecast"].now.made == 3
    assert len(plan_rule(rule, now=NOW).visits) == 3
    again = page_of(cast.xu).get(f"/visits/rules/{rule.public_id}/")
    assert again.context["forecast"].now.made == 0
    assert (again.context["forecast"].events, again.context["forecast"].counted) == (3, 3)
    listed = page_of(cast.xu).get("/visits/rules/")
    assert [row.made for row in listed.context["rules"] if row.pk == rule.pk] == [3]


def test_a_changed_wait_holds_for_what_comes_and_stands_on_the_trail(cast):
    rule = make_visit_rule(cast.pudong, since=NOW.date() - 5 * DAY)
    delivered(cast, "高峰")
    sent = form(rule, wait="5")
    answer = page_of(cast.xu).post(f"/visits/rules/{rule.public_id}/", sent)
    assert answer.status_code == 302
    rule.refresh_from_db()
    plan_rule(rule, now=NOW)
    assert Visit.objects.get().due_on == dt.date(2026, 3, 18)
    event = AuditEvent.objects.get(action="visits.change_rule")
    assert (event.before["wait"], event.after["wait"]) == (3, 5)


@pytest.mark.parametrize(
    ("name", "value"),
    [("wait", "0"), ("wait", "401"), ("wait", "三"), ("since", "1999-01-01"), ("name", "")],
)
def test_what_does_not_fit_is_refused_beside_its_field(cast, name, value):
    rule = make_visit_rule(cast.pudong)
    page = page_of(cast.xu).post(f"/visits/rules/{rule.public_id}/", form(rule, **{name: value}))
    assert page.status_code == 422
    assert name in page.context["form"].errors
    assert VisitRule.objects.get(pk=rule.pk).wait == 3


def test_another_stores_rule_is_not_there(cast):
    rule = make_visit_rule(cast.chaoyang)
    assert page_of(cast.xu).get(f"/visits/rules/{rule.public_id}/").status_code == 404


@pytest.mark.parametrize("who", ["chen", "wu", "shen", "bai", "lin"])
def test_only_the_service_supervisor_changes_rules(cast, who):
    rule = make_visit_rule(cast.pudong)
    with pytest.raises(PermissionDenied):
        change_rule(rule, by=getattr(cast, who), version=rule.version, now=NOW, wait=9)
    assert VisitRule.objects.get(pk=rule.pk).wait == 3


def test_who_comes_second_changes_nothing(cast):
    rule = make_visit_rule(cast.pudong)
    change_rule(rule, by=cast.xu, version=1, now=NOW, wait=4)
    with pytest.raises(Stale):
        change_rule(rule, by=cast.xu, version=1, now=NOW, wait=9)
    assert VisitRule.objects.get(pk=rule.pk).wait == 4
