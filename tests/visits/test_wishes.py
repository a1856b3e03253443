"""What a customer does not wish is kept in one place, and holds for everything ahead (PS-01)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from crm.customers.models import Consent, TimelineEntry, Wish
from crm.notices.models import Notice
from crm.people.models import User
from crm.records.models import AuditEvent
from followups import actions as followups
from followups.models import Contact, Plan
from followups.steps import Happened, Step
from tests.caring import make_care_task
from tests.notices.outside import Receiver
from tests.people import (
    NOW,
    Cast,
    give_case,
    make_card,
    make_cast,
    make_order,
    make_plan,
    make_planned,
    make_ticket,
    make_visit,
    make_visit_mail,
    make_visit_rule,
)
from visits import actions
from visits.models import VisitMail

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
SAYS_TOMORROW = Happened(
    result="thinking",
    method="phone",
    occurred_at=NOW,
    level="H",
    next_step=Step(due_at=NOW + DAY, method="phone"),
)
SAID = {"heard": "phone", "words": "请不要再打电话", "now": NOW}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def card(cast):
    made = make_card(cast.lin, "高峰", state="delivered")
    made.customer.email = "gao@example.com"
    made.customer.save()
    return made


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def state(row) -> str:
    row.refresh_from_db()
    return str(row.state)


def test_wu_hears_that_gao_wishes_no_calls_and_what_is_by_phone_falls_away(cast, card):
    call = make_visit(card, TODAY + DAY, method="phone", state="assigned", assignee=cast.xu)
    elsewhere = make_card(cast.zhou, customer=card.customer)
    other = make_visit(elsewhere, TODAY + DAY, method="phone")
    mail = make_visit(card, TODAY + 2 * DAY, method="email")
    made = make_visit(card, TODAY, method="phone", state="awaiting_entry", assignee=cast.wu)
    owed = make_visit(card, TODAY, method="phone", kind="complaint")
    by_phone, by_wechat = (
        make_care_task(card, method="phone"),
        make_care_task(card, occasion="anniversary", method="wechat"),
    )
    actions.note_refusals(card, wishes=["contact:phone"], by=cast.wu, **SAID)
    assert [state(row) for row in (call, other, mail, made, owed)] == [
        *("cancelled", "cancelled", "pending", "awaiting_entry", "pending")
    ]
    assert [state(task) for task in (by_phone, by_wechat)] == ["called_off", "open"]
    told = {(one.recipient, one.kind) for one in Notice.objects.all()}
    assert (cast.xu, "visit_unwished") in told
    assert (cast.lin, "care_unwished") in told
    assert {one.recipient for one in Notice.objects.filter(kind="contact_refused")} == {
        *(cast.lin, cast.zhou)
    }
    consent = Consent.objects.get()
    assert (consent.wish, consent.heard, consent.words) == ("contact:phone", "phone", SAID["words"])
    assert AuditEvent.objects.get(action="customers.note_consent").actor == cast.wu


def test_no_contact_at_all_ends_plans_visits_greetings_and_mails(cast, card):
    plan = make_plan(make_card(cast.zhou, customer=card.customer))
    visit = make_visit(card, TODAY, method="onsite")
    mail = make_visit_mail(
        make_visit(card, TODAY, method="email"), written_by=cast.wu, state="waiting"
    )
    owed = make_visit(card, TODAY, kind="complaint", method="phone")
    task = make_care_task(card)
    actions.note_refusals(card, wishes=["contact"], by=cast.chen, **SAID)
    assert [state(row) for row in (plan, visit, mail, owed, task)] == [
        *("cancelled", "cancelled", "failed", "pending", "called_off")
    ]


def test_no_return_visits_leaves_greetings_and_no_marketing_leaves_visits(cast, card):
    visit, task = make_visit(card, TODAY, method="phone"), make_care_task(card)
    actions.note_refusals(card, wishes=["marketing"], by=cast.lin, **SAID)
    assert (state(visit), state(task)) == ("pending", "called_off")
    actions.note_refusals(card, wishes=["visit"], by=cast.lin, **SAID)
    assert state(visit) == "cancelled"


@pytest.mark.parametrize("with_link", [True, False])
def test_a_mail_is_not_sent_to_who_refused_it_meanwhile(cast, card, with_link):
    visit = make_visit(card, TODAY, method="phone", state="assigned", assignee=cast.wu)
    facts = {"written_by": cast.wu, "channel": "email", "state": "waiting"}
    mail = make_visit_mail(visit, with_link=with_link, **facts)
    actions.note_refusals(card, wishes=["contact:email"], by=cast.wu, **SAID)
    assert state(mail) == "failed"
    VisitMail.objects.filter(pk=mail.pk).update(state="waiting")  # as if it had been on its way
    box = Receiver()
    assert actions.send_mails(box.channels, clock=lambda: NOW) == 0
    assert (state(mail), box.taken) == ("failed", [])
    with pytest.raises(ValidationError, match="这种方式"):
        actions.resend_mail(mail, by=cast.wu, version=mail.version, now=NOW)
    with pytest.raises(ValidationError, match="这种方式"):
        actions.write_mail(
            visit, by=cast.wu, channel="email", language="en", subject="a", body="b", now=NOW
        )
    page = client_of(cast.wu).get(reverse("visits:visit", args=[visit.public_id]))
    assert "客户不愿" in page.content.decode()


def test_the_card_says_it_and_offers_no_call(cast, card):
    lin, url = client_of(cast.lin), reverse("home:card", args=[card.public_id])
    form = reverse("visits:note_refusals", args=[card.public_id])
    before = lin.get(url).content.decode()
    assert "tel:" in before
    assert form in before
    sent = {"wishes": ["contact:phone", "contact:sms"], "heard": "in_person", "words": "太打扰"}
    assert lin.post(form, sent).status_code == 302
    page = lin.get(f"{url}?show=system").content.decode()
    assert "tel:" not in page
    for words in ("不接受电话", "不接受短信", "太打扰"):
        assert words in page


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_kept(cast, card):
    lin, url = client_of(cast.lin), reverse("visits:note_refusals", args=[card.public_id])
    for sent, field in (
        ({"heard": "phone", "words": "不"}, "wishes"),
        ({"wishes": "visit", "words": "不"}, "heard"),
        ({"wishes": "visit", "heard": "phone", "words": " "}, "words"),
        ({"wishes": "everything", "heard": "phone", "words": "不"}, "wishes"),
    ):
        page = lin.post(url, sent)
        assert (page.status_code, field in page.context["form"].errors) == (422, True), field
    assert not Consent.objects.exists()


def test_the_supervisor_takes_it_back_with_the_customers_word_and_nothing_comes_back(cast, card):
    visit = make_visit(card, TODAY, method="phone")
    actions.note_refusals(card, wishes=["contact", "visit"], by=cast.lin, **SAID)
    chen = client_of(cast.chen)
    url = reverse("visits:lift_refusal", args=[card.public_id])
    sent = {"wish": "contact", "heard": "in_person", "words": "新车很好，可以联系"}
    assert chen.post(url, {**sent, "words": ""}).status_code == 422
    assert chen.post(url, sent).status_code == 302
    assert chen.post(url, sent).status_code == 422  # it is refused no more
    assert [one.wish for one in Consent.objects.withdrawn()] == ["visit"]
    assert Consent.objects.get(purpose="contact").words == sent["words"]
    assert state(visit) == "cancelled"
    assert Notice.objects.filter(recipient=cast.lin, kind="contact_allowed").exists()
    last = TimelineEntry.objects.filter(card=card, kind="consent").order_by("-pk")[0]
    assert (last.data["allowed"], last.data["words"]) == (True, sent["words"])


def test_what_was_said_first_stays_as_it_was_said(cast, card):
    actions.note_refusals(card, wishes=["visit"], by=cast.lin, **SAID)
    again = {**SAID, "words": "再说一次"}
    actions.note_refusals(card, wishes=["visit", "contact:sms"], by=cast.wu, **again)
    assert Consent.objects.get(purpose="visit").words == SAID["words"]
    assert Consent.objects.get(channel="sms").words == "再说一次"


@pytest.mark.parametrize(
    ("who", "notes", "lifts"),
    [
        ("lin", True, False),
        ("chen", True, True),
        ("wu", True, False),
        ("xu", True, True),
        ("shen", True, True),
        ("ma", False, False),
        ("fang", False, False),
        ("vera", False, False),
    ],
)
def test_who_hears_it_writes_it_down_and_who_leads_takes_it_back(cast, card, who, notes, lifts):
    by = getattr(cast, who)
    give_case(card, user=cast.vera)
    verbs = ((actions.note_refusals, {"wishes": ["visit"]}), (actions.lift_refusal, {}))
    for (verb, more), may in zip(verbs, (notes, lifts), strict=True):
        Consent.objects.all().delete()
        if verb is actions.lift_refusal:
            actions.note_refusals(card, wishes=["visit"], by=cast.chen, **SAID)
            more = {"wish": "visit"}
        if may:
            verb(card, by=by, **more, **SAID)
        else:
            with pytest.raises(PermissionDenied):
                verb(card, by=by, **more, **SAID)


def test_the_call_screen_says_so_and_begins_with_another_way(cast, card):
    visit = make_visit(
        card, TODAY, method="phone", kind="complaint", state="assigned", assignee=cast.wu
    )
    actions.note_refusals(card, wishes=["contact:phone"], by=cast.wu, **SAID)
    page = client_of(cast.wu).get(reverse("visits:call", args=[visit.public_id]))
    assert page.context["form"]["method"].value() == "onsite"
    assert "请勿拨打" in page.content.decode()


def test_after_no_contact_at_all_no_follow_up_is_planned_and_the_form_says_why(cast):
    card = make_card(cast.lin, "高峰", level="H")
    actions.note_refusals(card, wishes=["contact"], by=cast.chen, **SAID)
    lin, url = client_of(cast.lin), reverse("followups:log_card_contact", args=[card.public_id])
    said = {"method": "wechat", "result": "thinking", "direction": "in", "note": "他自己来问"}
    refused = lin.post(url, {**said, "next": "cycle"})
    assert refused.status_code == 422
    assert "不接受任何联系" in str(refused.context["form"].errors["next"])
    assert lin.post(url, {**said, "next": "nothing"}).status_code == 302
    card.refresh_from_db()
    assert (card.next_contact_at, Contact.objects.get(card=card).next_step) == (None, "")
    begun = lin.post(reverse("followups:begin_plan", args=[card.public_id]), follow=True)
    assert "不接受任何联系" in begun.content.decode()
    assert not Plan.objects.filter(card=card).exists()
    with pytest.raises(ValidationError) as step:
        followups.log_contact(card, SAYS_TOMORROW, by=cast.lin, now=NOW)
    assert list(step.value.message_dict) == ["next"]


def test_a_plan_that_stood_open_elsewhere_takes_no_step_and_is_not_moved(cast):
    card = make_card(cast.lin, "高峰", level="H")
    plan = make_plan(card, state="draft")
    planned = make_planned(plan, NOW + DAY)
    Consent.objects.create(
        customer=card.customer, purpose="contact", said_at=NOW, withdrawn_at=NOW, by=cast.wu
    )  # as an import may leave it: the refusal is there, and so is the plan
    lin = client_of(cast.lin)
    step = {"due_at": "2026-03-20 10:00", "method": "phone", "content": "问", "reason": "问"}
    added = lin.post(reverse("followups:add_step", args=[plan.public_id]), {**step, "version": 1})
    move = {"due_at": "2026-03-20 10:00", "reason": "改期", "version": planned.version}
    moved = lin.post(reverse("followups:reschedule_planned", args=[planned.public_id]), move)
    for page, form in ((added, "add_form"), (moved, "form")):
        assert page.status_code == 422
        assert "不接受任何联系" in str(page.context[form].errors["due_at"])
    assert list(plan.steps.values_list("pk", flat=True)) == [planned.pk]


def test_a_complaints_visit_takes_another_way_for_who_refuses_calls(cast, card):
    owed = make_visit(card, TODAY, method="phone", kind="complaint")
    actions.note_refusals(card, wishes=["contact:phone"], by=cast.wu, **SAID)
    owed.refresh_from_db()
    assert (owed.state, owed.method) == ("pending", "onsite")
    elsewhere = make_card(cast.zhou, customer=card.customer)
    ticket = make_ticket(
        elsewhere, NOW - DAY, state="replied", resolved_at=NOW, responsible=cast.wu
    )
    rule = make_visit_rule(card.store, trigger="complaint", kind="complaint", method="phone")
    (made,) = actions.plan_rule(rule, now=NOW).visits
    assert (made.ticket, made.method) == (ticket, "onsite")


@pytest.mark.parametrize(
    ("who", "wish", "told"),
    [
        ("lin", "visit", ["xu"]),
        ("lin", "contact:phone", ["xu"]),
        ("lin", "marketing", []),
        ("chen", "visit", []),
        ("wu", "visit", []),
    ],
)
def test_service_makes_sure_of_a_refusal_written_down_by_whom_visits_ask_about(
    cast, card, who, wish, told
):
    visit = make_visit(card, TODAY, method="phone")
    actions.note_refusals(card, wishes=[wish], by=getattr(cast, who), **SAID)
    assert state(visit) == ("pending" if wish == "marketing" else "cancelled")
    found = Notice.objects.filter(kind="contact_refused_by_owner")
    assert [one.recipient.username for one in found] == told
    page = client_of(cast.xu).get(reverse("notices:inbox")).content.decode()
    assert ("拒绝联系或回访：请核实" in page) == bool(told)


@pytest.mark.parametrize(("quantity", "organisation"), [(1, False), (1, True), (12, False)])
def test_who_wants_no_calls_is_still_visited_on_site_as_a_key_customer(
    cast, card, quantity, organisation
):
    card.customer.is_organisation = organisation
    card.customer.save()
    actions.note_refusals(card, wishes=["contact:phone"], by=cast.wu, **SAID)
    make_order(card, NOW - DAY, quantity=quantity, state="delivered", delivered_at=NOW)
    rule = make_visit_rule(card.store, trigger="delivery", kind="new_purchase")
    found = actions.plan_rule(rule, now=NOW).visits
    key_customer = organisation or quantity > 5
    assert [one.method for one in found] == (["onsite"] if key_customer else [])
    if key_customer:
        refused = make_card(cast.lin, "无人可访", state="delivered")
        refused.customer.is_organisation = True
        refused.customer.save()
        make_order(refused, NOW - DAY, quantity=12, state="delivered", delivered_at=NOW)
        actions.note_refusals(refused, wishes=["contact"], by=cast.wu, **SAID)
        assert actions.plan_rule(rule, now=NOW).visits == []


def test_every_wish_is_one_a_consent_can_keep():
    for wish in Wish.values:
        purpose, _colon, channel = wish.partition(":")
        assert purpose in Consent.Purpose.values
        assert len(channel) <= 9
