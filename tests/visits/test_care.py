"""Greetings, words of something due and thanks: planned once, done by a person (RB-04, RB-08)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from crm.customers.actions import note_consent
from crm.customers.models import Card, CaseAccess, Consent, Customer
from crm.customers.signals import customer_closed, customer_handed_over
from crm.notices.models import Notice, Reminder
from crm.orders.actions import deliver_order
from crm.people.models import User
from followups.models import Contact
from tests.caring import make_care_task
from tests.people import NOW, Cast, local, make_card, make_cast, make_order
from visits import actions, care
from visits.models import CareRule, CareTask

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    CareRule.objects.update(since=dt.date(2026, 1, 1))
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def owner_of_a_car(cast: Cast, delivered: str, name: str = "高峰", **person) -> Card:
    """Lin's customer, whose car was handed over that day at ten."""
    at = local(f"{delivered} 10:00")
    card = make_card(cast.lin, name, state="delivered", opened_at=at - 40 * DAY)
    make_order(card, at - 9 * DAY, state="delivered", delivered_at=at)
    Customer.objects.filter(pk=card.customer_id).update(**person)
    return card


def planned(now: dt.datetime = NOW) -> list[tuple[str, dt.date, dt.date]]:
    """Every open task as (occasion, the day kept, the day to act)."""
    actions.plan_care(now=now)
    rows = CareTask.objects.waiting().order_by("due_on", "pk")
    return [(task.occasion, task.day, task.due_on) for task in rows]


@pytest.mark.parametrize(
    ("person", "day"),
    [
        ({"birthday": dt.date(1985, 3, 15)}, dt.date(2026, 3, 15)),
        ({"birthday": dt.date(1985, 3, 10)}, dt.date(2026, 3, 10)),  # two days ago: made good
        ({"birthday": dt.date(1985, 3, 8)}, None),
        ({"birthday": dt.date(1985, 3, 16)}, None),  # shows three days before, not four
        ({"lunar_birthday": "01-25"}, dt.date(2026, 3, 13)),
        ({"lunar_birthday": "R01-25"}, dt.date(2026, 3, 13)),
        # whoever keeps the lunar day is not greeted on the other one as well
        ({"birthday": dt.date(1985, 3, 13), "lunar_birthday": "08-15"}, None),
    ],
)
def test_a_birthday_shows_three_days_before(cast, person, day):
    owner_of_a_car(cast, "2026-02-20", **person)
    wanted = [("birthday", day, max(day, TODAY))] if day else []
    assert planned() == wanted


def test_what_a_car_brings_over_the_years(cast):
    """Anniversary on the day, first service after six months, insurance 45 days ahead."""
    owner_of_a_car(cast, "2025-03-14")
    owner_of_a_car(cast, "2025-09-15", "满半年")
    owner_of_a_car(cast, "2025-04-30", "快到期")
    assert planned() == [
        ("insurance", dt.date(2026, 3, 14), TODAY),  # the 45th day was missed: now, while it runs
        ("anniversary", dt.date(2026, 3, 14), dt.date(2026, 3, 14)),
        ("service", dt.date(2026, 3, 16), dt.date(2026, 3, 16)),  # 15 March is a Sunday
        ("insurance", dt.date(2026, 4, 30), dt.date(2026, 3, 16)),
    ]


def test_a_pause_of_the_worker_makes_nothing_twice(cast):
    owner_of_a_car(cast, "2026-02-20", birthday=dt.date(1985, 3, 15))
    assert len(planned()) == len(planned(NOW + dt.timedelta(hours=30))) == 1
    task = CareTask.objects.get()
    actions.skip_care(task, by=cast.lin, version=task.version, reason="出国", now=NOW)
    assert planned(NOW + 2 * DAY) == []
    # next year it comes again
    again = [one for one in planned(NOW + 365 * DAY) if one[0] == "birthday"]
    assert again == [("birthday", dt.date(2027, 3, 15), dt.date(2027, 3, 15))]


def test_one_of_two_cards_is_greeted_on(cast):
    card = owner_of_a_car(cast, "2024-03-01", birthday=dt.date(1985, 3, 15))
    again = make_card(
        cast.zhou, state="delivered", customer=card.customer, opened_at=NOW - 60 * DAY
    )
    planned()
    task = CareTask.objects.get(occasion="birthday")
    assert (task.card, task.assignee) == (again, cast.zhou)


@pytest.mark.parametrize("purpose", ["contact", "marketing"])
def test_nobody_is_greeted_who_does_not_wish_it(cast, purpose):
    card = owner_of_a_car(cast, "2026-02-20", birthday=dt.date(1985, 3, 15))
    planned()
    task = CareTask.objects.get()
    assert Reminder.objects.filter(about_id=task.public_id).still_to_ring().exists()
    note_consent(card, by=cast.lin, purpose=purpose, allowed=False, words="不要打扰", now=NOW)
    actions.call_off_unwished_care(now=NOW)
    task.refresh_from_db()
    assert task.state == "called_off"
    assert not Reminder.objects.filter(about_id=task.public_id).still_to_ring().exists()
    CareTask.objects.all().delete()
    assert planned() == []


def test_a_greeting_is_a_care_contact_and_no_follow_up(cast):
    task = make_care_task(make_card(cast.lin, "高峰", state="delivered"))
    lin, url = client_of(cast.lin), reverse("visits:complete_care", args=[task.public_id])
    sent = {"version": task.version, "request_id": str(uuid.uuid4()), "method": "wechat"}
    assert lin.post(url, {**sent, "outcome": "never"}).status_code == 422
    answer = {**sent, "outcome": "replied", "words": "很高兴收到祝福", "gift": "蛋糕券"}
    assert lin.post(url, answer).status_code == 302
    assert lin.post(url, answer).status_code == 302  # the same form again
    contact = Contact.objects.get()
    assert (contact.purpose, contact.outcome, contact.staff) == ("care", "replied", cast.lin)
    task.refresh_from_db()
    assert (task.state, task.contact, task.gift) == ("done", contact, "蛋糕券")
    page = lin.get(reverse("visits:care_task", args=[task.public_id])).content.decode()
    assert "很高兴收到祝福" in page
    assert "蛋糕券" in page
    card_page = lin.get(reverse("home:card", args=[task.card.public_id])).content.decode()
    assert "很高兴收到祝福" in card_page


def test_nobody_reached_is_a_try_and_the_task_stays(cast):
    task = make_care_task(make_card(cast.lin, "高峰", state="delivered"))
    actions.complete_care(
        task, by=cast.lin, version=1, method="phone", outcome="no_answer", now=NOW
    )
    task.refresh_from_db()
    assert (task.state, task.tries) == ("open", 1)
    with pytest.raises(ValidationError):
        actions.skip_care(task, by=cast.lin, version=task.version, reason=" ", now=NOW)


def test_no_more_greetings_is_kept_and_calls_off_the_others(cast):
    card = make_card(cast.lin, "高峰", state="delivered")
    first, second = make_care_task(card), make_care_task(card, occasion="anniversary")
    actions.complete_care(
        first, by=cast.lin, version=1, method="phone", outcome="reached", no_more=True, now=NOW
    )
    second.refresh_from_db()
    assert second.state == "called_off"
    consent = Consent.objects.get(customer=card.customer)
    assert (consent.purpose, consent.withdrawn_at) == ("marketing", NOW)


def test_it_follows_the_customer_and_ends_with_the_card(cast):
    card = make_card(cast.lin, "高峰", state="delivered")
    task = make_care_task(card)
    customer_handed_over.send(Card, card=card, new_owner=cast.zhou, by=cast.chen, now=NOW)
    task.refresh_from_db()
    assert task.assignee == cast.zhou
    assert Reminder.objects.filter(about_id=task.public_id, recipient=cast.zhou).exists()
    customer_closed.send(Card, card=card, reason="erased", survivor=None, by=None, now=NOW)
    task.refresh_from_db()
    assert task.state == "called_off"


def test_the_supervisor_gives_it_to_somebody_else(cast):
    task = make_care_task(make_card(cast.lin, "高峰", state="delivered"))
    give = {"to": cast.zhou, "version": 1, "now": NOW}
    with pytest.raises(PermissionDenied):
        actions.assign_care(task, by=cast.lin, **give)
    with pytest.raises(ValidationError):
        actions.assign_care(task, by=cast.chen, **{**give, "to": cast.otto})
    actions.assign_care(task, by=cast.chen, **give)
    task.refresh_from_db()
    assert task.assignee == cast.zhou
    assert CaseAccess.objects.filter(card=task.card, user=cast.zhou, until=None).exists()


def test_it_stands_where_people_work_and_rings(cast):
    make_care_task(make_card(cast.lin, "高峰", state="delivered"))
    lin = client_of(cast.lin)
    assert "今天有 1 位客户要问候或感谢" in lin.get(reverse("followups:my_day")).content.decode()
    assert "高峰" in lin.get(reverse("visits:care")).content.decode()
    served = make_care_task(
        make_card(cast.lin, "保养到期", state="delivered"),
        occasion="service",
        assignee=cast.wu,
        rule=CareRule.objects.get(occasion="service"),
    )
    wu = client_of(cast.wu)
    assert reverse("visits:care_task", args=[served.public_id]) in wu.get("/").content.decode()
    # a colleague of the same team neither sees nor does it
    other = reverse("visits:care_task", args=[CareTask.objects.first().public_id])
    assert client_of(cast.zhou).get(other).status_code == 404


def test_the_service_supervisor_changes_a_rule_and_sees_what_it_would_make(cast):
    owner_of_a_car(cast, "2026-02-20", birthday=dt.date(1985, 3, 17))
    rule = CareRule.objects.get(occasion="birthday")
    xu, url = client_of(cast.xu), reverse("visits:change_care_rule", args=[rule.public_id])
    assert xu.get(url).context["events"] == []
    sent = {"version": 1, "name": "生日祝福", "wait": "7", "method": "phone", "active": "on"}
    assert xu.post(url, {**sent, "since": "2026-01-01"}).status_code == 302
    assert len(xu.get(url).context["events"]) == 1
    assert xu.post(url, {**sent, "since": "2026-01-01", "wait": "9"}).status_code == 409
    assert client_of(cast.lin).get(url).status_code in {403, 404}


def test_a_festival_is_off_until_somebody_wants_it(cast):
    owner_of_a_car(cast, "2026-01-10")
    assert care.festival_day("mid_autumn", 2026) == dt.date(2026, 9, 25)
    eve = local("2026-09-23 09:00")
    assert not [one for one in planned(eve) if one[0] == "festival"]
    CareRule.objects.filter(festival="mid_autumn").update(active=True)
    assert ("festival", dt.date(2026, 9, 25), dt.date(2026, 9, 25)) in planned(eve)


def test_the_referrer_is_thanked_by_their_own_salesperson(cast):
    """Once, after delivery; the salesperson reads of the newcomer what they may read."""
    referrer = owner_of_a_car(cast, "2025-11-20", "老客户")
    newcomer = make_card(cast.ma, "新车主", state="ordered", source="referral", referrer=referrer)
    order = make_order(newcomer, NOW - 5 * DAY)
    deliver_order(order, by=cast.ma, version=order.version, delivered_at=NOW, now=NOW)
    task = CareTask.objects.get(occasion="thanks")
    assert (task.card, task.newcomer, task.assignee) == (referrer, newcomer, cast.lin)
    assert task.due_on == TODAY + DAY
    actions.plan_care(now=NOW)
    assert CareTask.objects.filter(occasion="thanks").count() == 1
    page = client_of(cast.lin).get(reverse("visits:care_task", args=[task.public_id]))
    assert "介绍了 新**" in page.content.decode()
    assert not Notice.objects.filter(recipient=cast.ma, kind="care_due").exists()


def test_greetings_count_as_no_follow_up(cast):
    """They stand on the card as its last contact, but are no try and no answer (RB-09)."""
    card = make_card(cast.lin, "高峰", state="delivered")
    actions.complete_care(
        make_care_task(card), by=cast.lin, version=1, method="phone", outcome="reached", now=NOW
    )
    card.refresh_from_db()
    assert (card.tries, card.last_contact_at) == (0, NOW)
    assert Contact.objects.get().purpose == "care"
