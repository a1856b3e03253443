"""Giving out visits on their pages: several at once, why somebody is suggested, who visits."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.people.models import Delegation, Membership, User
from crm.records.audit.apart import read
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.people import NOW, Cast, make_card, make_cast, make_visit
from visits.actions import change_visitor
from visits.models import Visit, VisitorProfile
from visits.queues import fits_for

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
PAGE = "/visits/assignments/"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ticks(*visits: Visit, **more: str) -> dict[str, object]:
    chosen = [f"{one.public_id}:{one.version}" for one in visits]
    return {"visit": chosen, "request_id": str(uuid.uuid4()), **more}


def region(visit: Visit, name: str) -> Visit:
    customer = visit.card.customer
    customer.region = name
    customer.save()
    return visit


def test_why_ticked_visits_change_hands_is_kept_as_it_was_said(cast):
    rows = [
        make_visit(make_card(cast.lin, f"客户{n}"), TODAY, state="assigned", assignee=cast.wu)
        for n in range(2)
    ]
    xu = client_of(cast.xu)
    refused = xu.post(PAGE, ticks(*rows, to=cast.xu.public_id, reason="休" * 201))
    assert refused.status_code == 422
    assert not AuditEvent.objects.filter(action="visits.assign_visit").exists()
    page = xu.post(PAGE, ticks(*rows, to=cast.xu.public_id, reason=" 吴伟刚休假两周 "))
    assert page.status_code == 302
    events = AuditEvent.objects.filter(action="visits.assign_visit")
    assert [read(event, "after")["reason"] for event in events] == ["吴伟刚休假两周"] * 2


def test_ticked_visits_go_to_the_one_who_was_chosen(cast):
    rows = [make_visit(make_card(cast.lin, f"客户{n}"), TODAY) for n in range(3)]
    page = client_of(cast.xu).post(PAGE, ticks(*rows[:2], to=cast.wu.public_id))
    assert page.status_code == 302
    given = Visit.objects.filter(assignee=cast.wu, state="assigned")
    assert set(given) == set(rows[:2])
    assert Visit.objects.get(pk=rows[2].pk).state == "pending"


def test_without_a_choice_each_goes_to_whom_it_suits_best(cast):
    VisitorProfile.objects.create(user=cast.xu, regions="静安")
    near = region(make_visit(make_card(cast.lin, "静安客户"), TODAY), "静安")
    known = make_visit(make_card(cast.lin, "熟客"), TODAY)
    make_visit(known.card, TODAY - 90 * DAY, assignee=cast.wu, state="completed", completed_at=NOW)
    xu = client_of(cast.xu)
    text = xu.get(PAGE).content.decode()
    assert "同一区域" in text
    xu.post(PAGE, ticks(near, known))
    near.refresh_from_db()
    known.refresh_from_db()
    assert (near.assignee, known.assignee) == (cast.xu, cast.wu)


def test_who_is_away_that_day_is_given_nothing(cast):
    Delegation.objects.create(
        user=cast.wu, deputy=cast.xu, starts_on=TODAY, ends_on=TODAY + 3 * DAY
    )
    soon = make_visit(make_card(cast.lin), TODAY + DAY)
    later = make_visit(make_card(cast.lin), TODAY + 8 * DAY)
    assert cast.wu.pk not in [fit.visitor.user_id for fit in fits_for(soon)]
    assert cast.wu.pk in [fit.visitor.user_id for fit in fits_for(later)]


def test_the_page_says_how_much_each_visitor_has_on_each_day(cast):
    VisitorProfile.objects.create(user=cast.wu, capacity=1)
    make_visit(make_card(cast.lin, "明天"), TODAY + DAY, assignee=cast.wu, state="assigned")
    loads = {one.visitor.name: one.days for one in client_of(cast.xu).get(PAGE).context["loads"]}
    assert loads["吴伟刚"][:2] == [(0, False), (1, True)]
    assert loads["徐敏"][:2] == [(0, False), (0, False)]


def test_more_visits_on_more_days_cost_no_more_statements(cast):
    xu = client_of(cast.xu)

    def statements() -> int:
        with CaptureQueriesContext(connection) as run:
            assert xu.get(f"{PAGE}?show=waiting").status_code == 200
        return len(run)

    for n in range(2):
        make_visit(make_card(cast.lin, f"客户{n}"), TODAY + n * DAY)
    statements()  # what is kept after the first look
    few = statements()
    for n in range(20):
        make_visit(make_card(cast.lin, f"更多{n}"), TODAY + n * DAY)
    assert statements() == few


def test_the_form_sent_twice_counts_once_and_says_the_same(cast):
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY)
    sent, xu = ticks(visit, to=cast.wu.public_id), client_of(cast.xu)
    for _ in range(2):
        assert "已分配 1 个回访" in xu.post(PAGE, sent, follow=True).content.decode()
    assert Visit.objects.get().version == 2


def test_nothing_ticked_or_somebody_who_is_judged_is_refused_and_ticks_stay(cast):
    Membership.objects.create(
        user=cast.lin, role="service_agent", store=cast.pudong, valid_from=dt.date(2020, 1, 1)
    )
    own, other = (make_visit(make_card(who, "客户"), TODAY) for who in (cast.lin, cast.ma))
    xu = client_of(cast.xu)
    assert xu.post(PAGE, ticks()).status_code == 422
    page = xu.post(PAGE, ticks(other, own, to=cast.lin.public_id))
    assert page.status_code == 422
    assert own.visit_no in str(page.context["form"].errors["to"])
    assert page.content.decode().count(" checked") == 2
    assert not Visit.objects.filter(state="assigned").exists()


def test_visits_of_another_team_or_store_are_not_given_out(cast):
    foreign = make_visit(make_card(cast.ma, "二组客户"), TODAY)
    client_of(cast.chen).post(PAGE, ticks(foreign, to=cast.wu.public_id))
    assert Visit.objects.get().assignee is None


def test_who_saw_an_older_page_is_told_and_nothing_changes(cast):
    rows = [make_visit(make_card(cast.lin, f"客户{n}"), TODAY) for n in range(2)]
    sent = ticks(*rows, to=cast.wu.public_id)
    Visit.objects.filter(pk=rows[1].pk).update(version=5)
    assert client_of(cast.xu).post(PAGE, sent).status_code == 409
    assert not Visit.objects.filter(state="assigned").exists()


@pytest.mark.parametrize("hostile", ["x", ":", "abc:1e5", "\x00:1", "a:99999999999999", "，:１"])
def test_hostile_ticks_are_no_ticks(cast, hostile):
    page = client_of(cast.xu).post(PAGE, {"visit": [hostile], "request_id": "1"})
    assert page.status_code in {302, 422}


def test_scenario_14_the_owner_is_not_offered_and_the_page_says_why_others_are(cast):
    """A satisfaction visit: not offered to the owner; region and acquaintance are visible."""
    Membership.objects.create(
        user=cast.lin, role="service_agent", store=cast.pudong, valid_from=dt.date(2020, 1, 1)
    )
    VisitorProfile.objects.create(user=cast.wu, regions="浦东 静安", languages="粤语")
    VisitorProfile.objects.create(user=cast.xu, capacity=5)
    visit = region(make_visit(make_card(cast.lin, "高峰"), TODAY, kind="new_purchase"), "静安")
    make_visit(visit.card, TODAY - 90 * DAY, assignee=cast.xu, state="completed", completed_at=NOW)
    first, second = fits_for(visit)
    assert (first.visitor.user_id, first.knows, first.same_region) == (cast.xu.pk, True, False)
    assert (second.visitor.user_id, second.knows, second.same_region) == (cast.wu.pk, False, True)
    page = client_of(cast.xu).get(f"/visits/{visit.public_id}/assignment/")
    offered = {user.pk for user in page.context["form"].fields["to"].queryset}
    assert offered == {cast.wu.pk, cast.xu.pk}
    text = page.content.decode()
    for words in ("回访过这位客户", "粤语", "林晓彤 (本次评价的就是本人)"):
        assert words in text
    sent = {"version": visit.version, "to": cast.lin.pk}
    refused = client_of(cast.xu).post(f"/visits/{visit.public_id}/assignment/", sent)
    assert refused.status_code == 422


def test_the_supervisor_says_who_visits_where_and_how_much(cast):
    xu, url = client_of(cast.xu), f"/visits/visitors/{cast.wu.public_id}/"
    assert "吴伟刚" in xu.get("/visits/visitors/").content.decode()
    assert xu.get(url).context["form"]["qualified"].value() is True
    sent = {"version": 1, "qualified": "on", "regions": "浦东、静安，徐汇", "capacity": "12"}
    assert xu.post(url, sent).status_code == 302
    profile = VisitorProfile.objects.get()
    assert (profile.regions, profile.capacity) == ("浦东 静安 徐汇", 12)
    stale = xu.post(url, {**sent, "regions": "嘉定"})
    assert stale.status_code == 409
    assert "嘉定" in stale.content.decode()
    assert xu.post(url, {**sent, "capacity": "-3"}).status_code == 422


def test_who_is_not_qualified_is_given_nothing(cast):
    change_visitor(cast.wu, by=cast.xu, version=1, now=NOW, qualified=False)
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY)
    assert [fit.visitor.user_id for fit in fits_for(visit)] == [cast.xu.pk]
    choices = client_of(cast.xu).get(PAGE).context["form"].fields["to"].queryset
    assert cast.wu not in choices
    with pytest.raises(Stale):
        change_visitor(cast.wu, by=cast.xu, version=1, now=NOW, qualified=True)


@pytest.mark.parametrize("who", ["wu", "chen", "shen", "bai", "otto"])
def test_only_the_stores_service_supervisor_changes_a_profile(cast, who):
    with pytest.raises(PermissionDenied):
        change_visitor(cast.wu, by=getattr(cast, who), version=1, now=NOW, qualified=False)
    assert not VisitorProfile.objects.exists()
