"""The answer to a complaint leaves by mail or message, else it is printed (CP-12, CP-20)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from complaints import actions
from complaints.models import AnswerLink, ReplyMail, Ticket
from crm.customers.actions import note_consent
from crm.customers.models import Customer
from crm.notices.channels import Failed
from crm.notices.models import Notice
from crm.people.models import User
from tests.complaints.answers import HOUR, approved, reply
from tests.notices.outside import Receiver
from tests.people import NOW, Cast, make_cast

LATER = NOW + 4 * HOUR


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def afternoon():
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Approved; Wang Fang reads English and has an address."""
    ticket = approved(cast)
    customer = ticket.card.customer
    customer.email, customer.language = "wang@example.com", "en"
    customer.save()
    return ticket


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(box: Receiver | None = None, now: dt.datetime = LATER) -> Receiver:
    box = box or Receiver()
    actions.send_replies(box.channels, clock=lambda: now)
    return box


def test_an_email_leaves_in_the_customers_language_with_a_link_that_confirms_it(cast, ticket):
    reply(ticket, cast.wu, way="email", send=True)
    assert not AnswerLink.objects.exists()
    (message,) = send().taken
    assert (message.email, message.phone) == ("wang@example.com", "")
    assert message.subject == f"Our answer to your complaint {ticket.ticket_no}"
    assert "固件已升级" in message.body
    path = re.search(r"/links/[\w-]+/", message.body)
    assert path
    heard = f"{path.group()}?l=zh-hans"
    page = Client().get(heard).content.decode()
    assert "王" not in page  # whoever holds the link learns no more than the customer is called
    Customer.objects.filter(pk=ticket.card.customer_id).update(gender="female")
    assert "王女士，您的投诉我们已答复" in Client().get(heard).content.decode()
    assert send().taken == []
    page = client_of(cast.wu).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert "已发送" in page


def test_what_was_not_sent_says_why_is_told_and_goes_once_more(cast, ticket):
    def refuse(_message):
        raise Failed("no answer: timeout")

    reply(ticket, cast.wu, way="email", send=True)
    send(Receiver(answer=refuse))
    mail = ReplyMail.objects.get()
    assert (mail.state, AnswerLink.objects.get().revoked_at) == ("failed", LATER)
    assert Notice.objects.filter(recipient=cast.wu, kind="reply_unsent").count() == 1
    page = client_of(cast.wu).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert f"/complaints/replies/{mail.public_id}/sending/" in page
    with pytest.raises(PermissionDenied):
        actions.resend_reply(mail, by=cast.lin, version=mail.version, now=LATER)
    actions.resend_reply(mail, by=cast.wu, version=mail.version, now=LATER)
    assert len(send(now=LATER + dt.timedelta(minutes=1)).taken) == 1
    assert AnswerLink.objects.live(LATER).count() == 1


@pytest.mark.parametrize("hindrance", ["no address", "refused", "not set up", "by letter"])
def test_what_cannot_be_sent_is_said_beside_the_way_and_nothing_is_saved(cast, ticket, hindrance):
    way = {"not set up": "message", "by letter": "letter"}.get(hindrance, "email")
    if hindrance == "no address":
        ticket.card.customer.email = ""
        ticket.card.customer.save()
    if hindrance == "refused":
        said = {"purpose": "contact", "channel": "email", "words": "别发邮件", "now": NOW}
        note_consent(ticket.card, by=cast.xu, allowed=False, **said)
    with pytest.raises(ValidationError) as refused:
        reply(ticket, cast.wu, way=way, send=True)
    assert "way" in refused.value.message_dict
    ticket.refresh_from_db()
    assert (ticket.state, ReplyMail.objects.count()) == ("approved", 0)


def test_a_wish_said_before_it_went_is_kept(cast, ticket):
    reply(ticket, cast.wu, way="email", send=True)
    said = {"purpose": "contact", "channel": "email", "words": "别发邮件", "now": NOW}
    note_consent(ticket.card, by=cast.xu, allowed=False, **said)
    assert send().taken == []
    assert ReplyMail.objects.get().last_error == "unwished"


def test_the_form_offers_the_address_and_sends_by_one_press_twice_pressed(cast, ticket):
    wu, url = client_of(cast.wu), f"/complaints/{ticket.public_id}/reply/"
    form = wu.get(url).content.decode()
    assert "w**@example.com" in form
    sent = {"version": ticket.version, "request_id": "5f0c0c9e-7d6f-4b0b-9a55-0c37c2b7a001"}
    sent |= {"way": "email", "words": "固件已升级，赠送充电卡", "send": "on"}
    for _press in range(2):
        assert wu.post(url, sent).status_code == 302
    assert ReplyMail.objects.count() == 1


def test_a_letter_is_printed_by_whoever_reads_the_words(cast, ticket):
    url = f"/complaints/{ticket.public_id}/reply/letter/"
    assert "固件已升级" not in client_of(cast.wu).get(url).content.decode()
    reply(ticket, cast.wu, way="letter")
    assert not ReplyMail.objects.exists()
    assert "固件已升级" in client_of(cast.wu).get(url).content.decode()
    assert url in client_of(cast.wu).get(f"/complaints/{ticket.public_id}/").content.decode()
    assert client_of(cast.lin).get(url).status_code == 403
