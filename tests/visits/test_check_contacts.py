"""Contacts of sales drawn by chance and checked with the customer (SA-03, N-29)."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from crm.customers.actions import note_consent
from crm.customers.models import Card, CaseAccess
from crm.notices.models import Notice
from crm.people.models import Membership, User
from crm.rulebook.models import Number
from tests.people import HIRED, NOW, Cast, local, make_card, make_cast, make_contact
from tests.visits.audits import make_check
from visits.actions import check_contact, draw_audits, miss_contact
from visits.models import AuditSample, ContactCheck
from visits.queues.samples import sample_facts
from visits.sampling import is_true

DAY = dt.timedelta(days=1)
THEN = local("2026-02-10 10:00")
YES = {"happened": "yes", "agrees": "yes", "useful": "yes", "words": ""}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def talked(owner: User, count: int, **fields) -> Card:
    """So many talks with one customer of this salesperson in February."""
    card = make_card(owner, "高峰")
    for n in range(count):
        make_contact(card, THEN + n * dt.timedelta(minutes=1), **fields)
    return card


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def given(cast: Cast, **fields) -> ContactCheck:
    contact = make_contact(make_card(cast.lin, "高峰"), THEN, feedback="周六来试驾")
    CaseAccess.objects.create(card=contact.card, user=cast.vera)
    return make_check(contact, cast.vera, **fields)


def test_five_percent_of_each_salesperson_five_at_least_drawn_once_and_repeatable(cast):
    talked(cast.lin, 120)
    talked(cast.zhou, 7)
    talked(cast.otto, 3)
    assert draw_audits(now=NOW) == 6 + 5 + 3
    assert draw_audits(now=NOW) == 0
    sample = AuditSample.objects.get(store=cast.pudong, about="contacts")
    facts = sample_facts(sample)
    assert {line.stratum.visitor: line.stratum.drawn for line in facts.lines} == {
        cast.lin: 6,
        cast.zhou: 5,
    }
    assert facts.repeats
    assert (sample.rate, sample.least) == (5, 5)
    page = client_of(cast.shen).get(f"/visits/audits/samples/{sample.public_id}/").content.decode()
    assert sample.seed in page


def test_how_many_are_drawn_is_a_number_of_the_rulebook(cast):
    Number.objects.create(key="audit_contacts_percent", value="50")
    Number.objects.create(key="audit_contacts_least", value="1", store=cast.pudong)
    talked(cast.lin, 4)
    assert draw_audits(now=NOW) == 2


def test_not_drawn_are_tries_greetings_other_months_and_who_wishes_no_call(cast):
    talked(cast.lin, 1, outcome="no_answer")
    talked(cast.lin, 1, purpose="care")
    make_contact(make_card(cast.lin), NOW - DAY)
    card = talked(cast.lin, 1)
    said = {"purpose": "contact", "channel": "phone", "words": "别打电话", "now": NOW}
    note_consent(card, by=cast.lin, allowed=False, **said)
    assert draw_audits(now=NOW) == 0


def test_who_was_in_touch_or_leads_them_never_checks(cast):
    for user in (cast.lin, cast.chen):
        Membership.objects.create(user=user, role="auditor", store=cast.pudong, valid_from=HIRED)
    talked(cast.lin, 5)
    draw_audits(now=NOW)
    assert set(ContactCheck.objects.values_list("auditor", flat=True)) == {cast.vera.pk}
    told = Notice.objects.filter(kind="contacts_drawn")
    assert [one.recipient for one in told] == [cast.vera]
    row = ContactCheck.objects.first()
    ContactCheck.objects.filter(pk=row.pk).update(auditor=cast.chen)
    row.refresh_from_db()
    with pytest.raises(PermissionDenied):
        check_contact(row, by=cast.chen, version=row.version, now=NOW, **YES)


def test_the_auditor_calls_and_saves_what_the_customer_says(cast):
    row, vera = given(cast), client_of(cast.vera)
    page = vera.get(f"/visits/audits/contacts/{row.public_id}/").content.decode()
    for words in ("周六来试驾", cast.lin.name, "查看号码"):
        assert words in page
    sent = {"version": row.version, "request_id": str(uuid.uuid4()), **YES}
    url = f"/visits/audits/contacts/{row.public_id}/answer/"
    refused = vera.post(url, {**sent, "agrees": "no"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["words"]
    for _ in range(2):
        vera.post(url, {**sent, "agrees": "no", "words": "只发过一条微信"})
    row.refresh_from_db()
    assert (row.state, row.result, row.words) == ("published", "inaccurate", "只发过一条微信")
    assert not CaseAccess.objects.open_for(cast.vera.reach).exists()
    told = Notice.objects.filter(kind="contact_checked")
    assert {one.recipient for one in told} == {cast.lin, cast.chen, cast.shen}


def test_whoever_was_in_touch_reads_it_once_it_is_checked_and_no_colleague(cast):
    row = given(cast)
    url = f"/visits/audits/contacts/{row.public_id}/"
    for who, before, after in (
        *((cast.lin, 404, 200), (cast.chen, 404, 200), (cast.shen, 200, 200)),
        *((cast.zhou, 404, 404), (cast.wu, 404, 404)),
    ):
        assert client_of(who).get(url).status_code == before
        ContactCheck.objects.filter(pk=row.pk).update(state="published", checked_at=NOW)
        assert client_of(who).get(url).status_code == after
        ContactCheck.objects.filter(pk=row.pk).update(state="assigned")
    assert f"/visits/audits/contacts/{row.public_id}/" in (
        client_of(cast.vera).get("/visits/audits/contacts/").content.decode()
    )


def test_tries_on_enough_days_end_it_as_does_a_customer_who_declines(cast):
    row = given(cast)
    for days in range(3):
        assert row.state == "assigned"
        at = NOW + days * DAY
        miss_contact(row, by=cast.vera, version=row.version, outcome="no_answer", now=at)
        row.refresh_from_db()
    assert (row.state, row.tries, row.result) == ("not_reached", 3, "")
    other = given(cast)
    miss_contact(other, by=cast.vera, version=other.version, outcome="refused", now=NOW)
    assert other.state == "refused"


@pytest.mark.parametrize(
    ("happened", "agrees", "result"),
    [
        ("yes", "yes", "accurate"),
        ("yes", "cannot_tell", "accurate"),
        ("no", "cannot_tell", "inaccurate"),
        ("yes", "no", "inaccurate"),
        ("cannot_tell", "yes", ""),
    ],
)
def test_what_the_customer_says_makes_the_result(happened, agrees, result):
    assert is_true(happened, agrees) == result
