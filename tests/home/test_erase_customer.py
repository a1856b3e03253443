"""A customer asks to be forgotten: who writes it down, who decides, who does it, what hinders."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from crm.customers.models import Card
from crm.exchange.models import ExportJob, ImportedRows
from crm.home.actions import erasures as actions
from crm.home.models import Erasure
from crm.notices.models import Notice, Reminder
from crm.people.models import Membership, User
from crm.records.models import AuditEvent
from followups.actions import arm_reminders
from followups.models import Contact
from tests import people
from tests.complaints.problems import lead_of, make_problem
from tests.home.erasing import CANARY, everywhere
from tests.people import NOW, Cast
from tests.permissions.floor import make_conflict, make_export, make_import
from tests.records.samples import PDF, make_file

WEEKS = ("--from", "2026-02-01", "--to", "2026-03-11")


@pytest.fixture
def cast(db: None) -> Cast:
    return people.make_cast()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def approved(cast: Cast, card: Card) -> Erasure:
    facts = {"state": "approved", "decided_by": cast.pan, "decided_at": NOW}
    return people.make_erasure(card, cast.wu, **facts)


def erase(cast: Cast, card: Card) -> Erasure:
    wish = approved(cast, card)
    actions.erase_customer(wish, by=cast.xu, version=1, now=NOW)
    return wish


def test_wu_writes_it_down_pan_approves_and_xu_carries_it_out(cast: Cast) -> None:
    card = people.make_card(cast.lin, "张伟")
    page = reverse("home:ask_erasure", args=[card.public_id])
    wu, pan, xu = signed_in(cast.wu), signed_in(cast.pan), signed_in(cast.xu)
    assert wu.get(page).status_code == 200
    assert wu.post(page, {"ground": "withdrawn"}).status_code == 422
    assert wu.post(page, {"ground": "withdrawn", "heard": "in_person"}).status_code == 302
    wish = Erasure.objects.get()
    assert wish.due_on == timezone.localdate() + days(15)
    assert Notice.objects.filter(recipient=cast.pan, kind="erasure_to_decide").exists()
    assert pan.get(reverse("home:erasures")).status_code == 200
    pan.post(reverse("home:approve_erasure", args=[wish.public_id]), {"version": 1})
    assert {notice.recipient for notice in Notice.objects.filter(kind="erasure_to_do")} == {
        cast.xu,
        cast.shen,
    }
    page = reverse("home:erasure", args=[wish.public_id])
    assert "张伟" in xu.get(page).content.decode()
    xu.post(reverse("home:erase_customer", args=[wish.public_id]), {"version": 2})
    card = Card.objects.get()
    assert (card.state, card.customer.name, card.customer.phone) == ("anonymised", "", "")
    assert card.customer.anonymised_at
    for reader in (cast.xu, cast.pan, cast.shen):
        text = signed_in(reader).get(page).content.decode()
        assert not any(name in text for name in ("张伟", "张**"))
    assert signed_in(cast.shen).get(reverse("home:card", args=[card.public_id])).status_code == 200


def test_who_decides_never_carries_it_out(cast: Cast) -> None:
    wish = people.make_erasure(people.make_card(cast.lin), cast.wu)
    Membership.objects.create(
        user=cast.pan, role="service_supervisor", store=cast.pudong, valid_from=people.HIRED
    )
    pan = User.objects.get(pk=cast.pan.pk)
    actions.approve_erasure(wish, by=pan, version=1, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.erase_customer(wish, by=pan, version=wish.version, now=NOW)


def test_pan_does_not_decide_on_what_he_wrote_down_himself(cast: Cast) -> None:
    wish = people.make_erasure(people.make_card(cast.lin), cast.pan)
    with pytest.raises(PermissionDenied):
        actions.approve_erasure(wish, by=cast.pan, version=1, now=NOW)


def test_a_refusal_needs_its_reason_and_is_told(cast: Cast) -> None:
    wish = people.make_erasure(people.make_card(cast.lin), cast.wu)
    page = reverse("home:refuse_erasure", args=[wish.public_id])
    pan = signed_in(cast.pan)
    assert pan.post(page, {"version": 1, "comment": " "}).status_code == 422
    assert pan.post(page, {"version": 1, "comment": "订单还没交车"}).status_code == 302
    wish.refresh_from_db()
    assert (wish.state, wish.comment) == ("refused", "订单还没交车")
    assert Notice.objects.get(kind="erasure_refused").recipient == cast.wu
    assert Card.objects.get().customer.name == "张伟"


@pytest.mark.parametrize("what", ["order", "ticket", "promise", "conflict", "export"])
def test_what_stands_is_settled_first_and_nothing_is_lost(cast: Cast, what: str) -> None:
    card = people.make_card(cast.lin, "张伟")
    wish = approved(cast, card)
    if what == "order":
        people.make_order(card, NOW)
    elif what == "ticket":
        people.make_ticket(card, NOW)
    elif what == "promise":
        people.make_promise(card, NOW + dt.timedelta(hours=3))
    elif what == "conflict":
        make_conflict(card, cast.zhou)
    else:
        ExportJob.objects.filter(pk=make_export(cast.chen).pk).update(state="writing")
    page = reverse("home:erase_customer", args=[wish.public_id])
    response = signed_in(cast.xu).post(page, {"version": 1})
    assert response.status_code == 422
    assert re.search(r'role="alert".*<b class="num">1</b>', response.content.decode(), re.DOTALL)
    wish.refresh_from_db()
    assert (wish.state, Card.objects.get().customer.name) == ("approved", "张伟")


def test_figures_of_the_past_are_the_same(cast: Cast) -> None:
    bought = people.make_card(cast.lin, "李娜", state="delivered", opened_at=NOW - days(30))
    people.make_order(bought, NOW - days(20), state="delivered", delivered_at=NOW - days(10))
    people.make_contact(bought, NOW - days(25))
    visit = {"state": "completed", "completed_at": NOW - days(7), "satisfaction": 5}
    people.make_visit(bought, (NOW - days(8)).date(), assignee=cast.wu, **visit)
    people.make_visit(bought, (NOW - days(5)).date(), assignee=cast.wu)
    complaint = {"state": "closed", "closed_at": NOW - days(2), "resolved_at": NOW - days(3)}
    people.make_ticket(bought, NOW - days(4), **complaint)
    looking = people.make_card(cast.zhou, "王芳", opened_at=NOW - days(25))
    plan = people.make_plan(looking)
    done = people.make_planned(plan, NOW - days(6), state="done")
    people.make_contact(looking, NOW - days(6), planned=done)
    people.make_planned(plan, NOW - days(3))
    people.make_card(cast.ma, "赵磊", opened_at=NOW - days(20))
    before = figures()
    for card in (bought, looking):
        erase(cast, card)
    assert figures() == before


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def figures() -> str:
    said = io.StringIO()
    for by in ("person", "store"):
        call_command("kpi", *WEEKS, "--by", by, stdout=said)
    return said.getvalue()


def test_a_running_plan_ends_and_nothing_rings_any_more(cast: Cast) -> None:
    card = people.make_card(cast.lin)
    step = people.make_planned(people.make_plan(card), NOW + days(2))
    arm_reminders([step], now=NOW)
    assert Reminder.objects.exists()
    erase(cast, card)
    step.refresh_from_db()
    assert (step.state, step.plan.state, step.reason) == ("cancelled", "completed", "***")
    assert {bell.state for bell in Reminder.objects.all()} == {"cancelled"}
    assert "张伟" not in str(list(Reminder.objects.values("data")))


def test_an_undo_no_longer_brings_the_customer_back(cast: Cast) -> None:
    card, other = people.make_card(cast.lin, "张伟"), people.make_card(cast.lin, "李娜")
    before = {str(one.customer_id): {"name": one.customer.name, "": 1} for one in (card, other)}
    job = make_import(cast.chen)
    rows = ImportedRows.objects.create(job=job, model="customers.Customer", before=before)
    type(job).objects.filter(pk=job.pk).update(state="saved")
    erase(cast, card)
    rows.refresh_from_db()
    assert set(rows.before) == {str(other.customer_id)}


def test_the_trail_says_that_it_was_done_and_names_nobody(cast: Cast) -> None:
    card = people.make_card(cast.lin, f"{CANARY}name")
    wish = erase(cast, card)
    event = AuditEvent.objects.get(action="home.erase_customer")
    assert (event.actor, event.subject_id) == (cast.xu, wish.public_id)
    assert event.after["counts"]["customers.Card"] == 1
    assert list(everywhere(CANARY)) == []


def test_somebody_elses_customer_is_left_alone(cast: Cast) -> None:
    card, other = people.make_card(cast.lin, "张伟"), people.make_card(cast.lin, "张伟")
    people.make_contact(other, NOW)
    erase(cast, card)
    other.refresh_from_db()
    assert (other.customer.name, other.state) == ("张伟", "prospect")
    assert Contact.objects.get(card=other).feedback == "周六带夫人来看第二排"


def test_the_files_of_the_customers_tickets_go_from_the_disk(cast: Cast) -> None:
    card, other = people.make_card(cast.lin, "张伟"), people.make_card(cast.lin, "李娜")
    ticket = make_problem(cast, card=card)
    mine = make_file(ticket, cast.wu, name=f"{CANARY}张伟.jpg")
    report = make_file(lead_of(ticket), cast.tang, PDF, name="报告.pdf")
    theirs = make_file(make_problem(cast, card=other), cast.wu)
    closed = {"state": "confirmed", "closed_at": NOW, "resolved_at": NOW}
    type(ticket).objects.filter(card=card).update(**closed)
    with TestCase.captureOnCommitCallbacks(execute=True):
        wish = erase(cast, card)
    assert (mine.path.exists(), report.path.exists(), theirs.path.exists()) == (False, False, True)
    mine.refresh_from_db()
    assert (mine.name, mine.gone_at) == ("***", NOW)
    assert list(everywhere(CANARY)) == []
    assert wish.counts["files"] == 2
