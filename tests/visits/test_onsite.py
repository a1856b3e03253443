"""A visit at the customer's: prepared, with a gift, thanked for, entered by a date."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.notices.models import Reminder
from crm.people.models import User
from crm.records.states import Stale
from tests.people import NOW, Cast, local, make_card, make_cast, make_order, make_visit
from visits.actions import (
    Made,
    assign_visit,
    complete_visit,
    enter_later,
    log_gift,
    plan_all,
    prepare_visit,
    thank_customer,
)
from visits.models import OnSiteVisit, Visit, VisitGift, VisitRule

TODAY = NOW.date()
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visit(cast) -> Visit:
    """Wu's visit at Gao Feng's office."""
    card = make_card(cast.lin, "高峰", phone="+8613800001234")
    visit = make_visit(card, TODAY, method="onsite", kind="project")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    return visit


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def as_wu(cast: Cast, visit: Visit) -> dict[str, object]:
    return {"by": cast.wu, "version": visit.version, "now": NOW}


def test_the_checklist_shows_what_is_ready(cast, visit):
    wu, url = client_of(cast.wu), f"/visits/{visit.public_id}/preparation/"
    sent = {"version": visit.version, "ready": ["documents", "situation"]}
    assert wu.post(url, sent).status_code == 302
    onsite = OnSiteVisit.objects.get()
    assert (onsite.documents, onsite.situation, onsite.gift, onsite.sheet) == (
        *(True, True, False, False),
    )
    assert wu.get(url).context["form"]["ready"].value() == ["situation", "documents"]
    assert "资料已备好" in wu.get(f"/visits/{visit.public_id}/").content.decode()
    assert wu.post(url, {**sent, "ready": ["nonsense"]}).status_code == 422


def test_gifts_are_kept_with_their_value_and_handed_over_once(cast, visit):
    with pytest.raises(ValidationError) as refused:
        log_gift(visit, **as_wu(cast, visit), what="茶叶")
    assert "value" in refused.value.message_dict
    log_gift(visit, **as_wu(cast, visit), what="茶叶", value=Decimal("88.50"))
    gift = VisitGift.objects.get()
    assert (gift.what, gift.value, gift.given_at) == ("茶叶", Decimal("88.50"), None)
    wu, url = client_of(cast.wu), f"/visits/{visit.public_id}/gifts/"
    sent = {"version": Visit.objects.get().version, "given": [gift.pk]}
    assert wu.post(url, sent).status_code == 302
    assert VisitGift.objects.get().given_at == NOW
    assert "given" not in wu.get(url).context["form"].fields


def test_a_gift_of_another_visit_is_not_handed_over_here(cast, visit):
    other = make_visit(make_card(cast.lin, "别人"), TODAY, assignee=cast.wu, state="assigned")
    log_gift(other, **as_wu(cast, other), what="酒", value=Decimal(300))
    log_gift(visit, **as_wu(cast, visit), what="茶", value=Decimal(1), given=[other.gifts.get().pk])
    assert other.gifts.get().given_at is None


def test_thanks_follow_a_visit_that_was_made(cast, visit):
    with pytest.raises(ValidationError):
        thank_customer(visit, **as_wu(cast, visit), how="短信")
    complete_visit(visit, Made(method="onsite"), **as_wu(cast, visit))
    thank_customer(visit, **as_wu(cast, visit), how="当晚短信")
    onsite = OnSiteVisit.objects.get()
    assert (onsite.thanked_at, onsite.thanked_by, onsite.thanked_how) == (NOW, cast.wu, "当晚短信")


def test_a_visit_made_awaits_its_entry_and_the_bells_ring_for_that(cast, visit):
    with pytest.raises(ValidationError):
        enter_later(visit, **as_wu(cast, visit), made_at=NOW + HOUR)
    enter_later(visit, **as_wu(cast, visit), made_at=NOW - HOUR)
    visit.refresh_from_db()
    deadline = local("2026-03-12 23:59:59")
    assert (visit.state, visit.made_at, visit.entry_due_at) == (
        *("awaiting_entry", NOW - HOUR, deadline),
    )
    bells = Reminder.objects.filter(about_id=visit.public_id, state="pending")
    assert {bell.kind for bell in bells} == {"visit_entry"}
    assert {bell.due_at for bell in bells} == {deadline}
    assert {bell.role for bell in bells} == {"", "service_supervisor", "manager"}


def test_answers_entered_after_the_deadline_are_marked_late(cast, visit):
    enter_later(visit, **as_wu(cast, visit), made_at=NOW - 30 * HOUR)
    complete_visit(visit, Made(method="onsite"), **as_wu(cast, visit))
    visit.refresh_from_db()
    assert (visit.state, visit.made_at) == ("completed", NOW - 30 * HOUR)
    assert "补录" in client_of(cast.wu).get(f"/visits/{visit.public_id}/").content.decode()
    assert not Reminder.objects.filter(about_id=visit.public_id, state="pending").exists()


def test_a_visit_about_a_delivery_was_not_made_before_it(cast):
    card = make_card(cast.lin, "高兴", phone="+8613800005678")
    make_order(card, NOW - 40 * HOUR, state="delivered", delivered_at=NOW - 20 * HOUR)
    VisitRule.objects.update(since=dt.date(2026, 1, 1))
    VisitRule.objects.exclude(trigger="delivery", wait=3).update(active=False)
    assert plan_all(now=NOW) == 1
    visit = Visit.objects.get(causes__key__startswith="order:")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    wu, url = client_of(cast.wu), f"/visits/{visit.public_id}/later-entry/"
    sent = {"version": visit.version, "made_at": "2026-03-11 09:30"}
    refused = wu.post(url, sent)
    assert refused.status_code == 422
    form = refused.context["form"]
    assert form.errors == {"made_at": ["请选择交车之后的时间。"]}
    assert form["made_at"].value() == "2026-03-11 09:30"
    visit.refresh_from_db()
    assert (visit.state, visit.made_at) == ("assigned", None)
    assert wu.post(url, {**sent, "made_at": "2026-03-12 09:30"}).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.made_at) == ("awaiting_entry", local("2026-03-12 09:30"))


@pytest.mark.parametrize("who", ["xu", "lin", "chen", "shen", "otto"])
def test_only_the_visitor_prepares_gives_thanks_and_enters(cast, visit, who):
    seen = {**as_wu(cast, visit), "by": getattr(cast, who)}
    for verb in (
        lambda: prepare_visit(visit, **seen, ready=["gift"]),
        lambda: log_gift(visit, **seen, what="茶", value=Decimal(1)),
        lambda: thank_customer(visit, **seen, how="短信"),
        lambda: enter_later(visit, **seen, made_at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert not OnSiteVisit.objects.exists()


def test_an_older_page_changes_nothing(cast, visit):
    seen = as_wu(cast, visit)
    prepare_visit(visit, **seen, ready=["gift"])
    again = Visit.objects.get(pk=visit.pk)
    with pytest.raises(Stale):
        prepare_visit(again, **seen, ready=[])
    assert OnSiteVisit.objects.get().gift


def test_the_sheet_carries_customer_car_questions_and_no_phone(cast, visit):
    customer = visit.card.customer
    customer.address = "张江路 88 号"
    customer.save()
    page = client_of(cast.wu).get(f"/visits/{visit.public_id}/sheet/")
    text = page.content.decode()
    for words in ("高峰", "张江路 88 号", "总体满意度", "非常满意", "回访单"):
        assert words in text
    assert "13800001234" not in text
    seen_by_owner = client_of(cast.lin).get(f"/visits/{visit.public_id}/sheet/")
    assert "张江路" not in seen_by_owner.content.decode()


def test_the_sheet_names_the_gift_to_take_along(cast, visit):
    wu, url = client_of(cast.wu), f"/visits/{visit.public_id}/sheet/"
    assert "未安排" in wu.get(url).content.decode()
    log_gift(visit, **as_wu(cast, visit), what="茶叶礼盒", value=Decimal("88.50"))
    text = wu.get(url).content.decode()
    assert "茶叶礼盒" in text
    assert "88.5" not in text  # the customer may see the sheet
