"""The questionnaire for many: who gets it and why others do not, each once, within the limits."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from crm.customers.actions import note_consent
from crm.notices.models import Channel
from crm.records.models import AuditEvent
from tests.notices.outside import Receiver
from tests.people import NOW, Cast, make_card, make_cast, make_visit, make_visit_mail
from visits import actions
from visits.forms.mails import words_in
from visits.inviting import Invited, way_to
from visits.models import SurveyLink, Visit, VisitMail

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
ADDRESS = "/visits/mails/new/"


@pytest.fixture
def cast(db, settings) -> Cast:
    settings.SMS_URL = "console://"
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(user) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(cast: Cast, name: str, *, email: str = "", **fields) -> Visit:
    """A visit planned by questionnaire to a customer of Lin's."""
    card = make_card(cast.lin, name)
    card.customer.email = email
    card.customer.save()
    told = {"kind": "regular", "method": "survey", **fields}
    return make_visit(card, TODAY, **told)


def tick(*visits: Visit, **more: str) -> dict[str, object]:
    return {"visit": [f"{one.public_id}:{one.version}" for one in visits], **more}


def send(visits, cast: Cast, **fields) -> actions.Invitations:
    fields = {"by": cast.xu, **fields}
    return actions.send_questionnaires(visits, words=words_in, now=NOW, **fields)


def test_those_with_an_address_and_no_refusal_get_a_link_and_the_page_says_why_others_do_not(cast):
    mail, text = asked(cast, "高峰", email="gao@example.com"), asked(cast, "宋佳")
    refusing, had = asked(cast, "不愿意"), asked(cast, "已发过", email="had@example.com")
    note_consent(refusing.card, by=cast.wu, purpose="visit", allowed=False, words="不", now=NOW)
    make_visit_mail(had, with_link=True)
    client, chosen = page_of(cast.xu), tick(mail, text, refusing, had)
    page = client.post(ADDRESS, {**chosen, "then": "preview"})
    outlook = page.context["outlook"]
    assert (page.status_code, outlook.count) == (200, 2)
    assert dict(outlook.going) == {"电子邮件": 1, "短信": 1}
    assert dict(outlook.left) == {"已经收到过问卷": 1, "不愿意接受": 1}
    assert VisitMail.objects.count() == 1
    assert client.post(ADDRESS, chosen).status_code == 302
    sent = VisitMail.objects.exclude(visit=had)
    assert dict(sent.values_list("visit", "channel")) == {mail.pk: "email", text.pk: "sms"}
    assert all(one.with_link and one.written_by == cast.xu for one in sent)
    event = AuditEvent.objects.get(action="visits.send_questionnaires")
    assert event.after == {"sent": 2, "left": 2}


def test_pressed_twice_or_sent_by_two_each_customer_is_asked_once(cast):
    visits = [asked(cast, "高峰", email="gao@example.com"), asked(cast, "宋佳")]
    first = send(visits, cast, request_id="a")
    assert send(visits, cast, request_id="a") == first == actions.Invitations(2, 0)
    assert send(visits, cast, request_id="b") == actions.Invitations(0, 2)
    assert VisitMail.objects.count() == 2


def test_each_customer_reads_their_own_language(cast):
    visit = asked(cast, "Smith", email="smith@example.com")
    visit.card.customer.language = "en"
    visit.card.customer.save()
    send([visit], cast)
    assert VisitMail.objects.get().subject == words_in("en")[0]
    assert VisitMail.objects.get().language == "en"


def test_by_text_message_alone_where_that_is_wished(cast):
    visit = asked(cast, "高峰", email="gao@example.com")
    note_consent(
        visit.card, by=cast.wu, purpose="visit", allowed=False, words="别发短信", now=NOW,
        channel="sms",
    )  # fmt: skip
    assert send([visit], cast, channel="sms") == actions.Invitations(0, 1)
    assert send([visit], cast) == actions.Invitations(1, 0)
    assert VisitMail.objects.get().channel == "email"


def test_everybody_on_the_list_is_asked_on_every_page(cast):
    for number in range(52):
        asked(cast, f"车友{number}")
    asked(cast, "电话回访", method="phone")
    client = page_of(cast.xu)
    assert len(client.get(ADDRESS).context["lines"]) == 50
    assert client.post(ADDRESS, {"everyone": "on"}).status_code == 302
    assert VisitMail.objects.count() == 52


def test_wu_asks_the_customers_she_visits_and_nobody_of_sales_asks_any(cast):
    own, other = asked(cast, "高峰", assignee=cast.wu, state="assigned"), asked(cast, "宋佳")
    assert send([own, other], cast, by=cast.wu) == actions.Invitations(1, 1)
    for user in (cast.lin, cast.chen, cast.shen):
        assert page_of(user).get(ADDRESS).status_code == 403
        with pytest.raises(PermissionDenied):
            send([other], cast, by=user)


def test_nothing_ticked_says_so(cast):
    asked(cast, "高峰")
    page = page_of(cast.xu).post(ADDRESS, {"channel": ""})
    assert page.status_code == 422
    assert "至少勾选一个回访" in page.content.decode()


def test_a_round_waits_for_its_turns_and_stops_at_the_days_limit(cast):
    for number in range(5):
        send([asked(cast, f"车友{number}")], cast)
    Channel.objects.create(name="sms", per_minute=60, per_day=4)
    clock, box = [NOW], Receiver("sms")

    def pause(seconds: float) -> None:
        clock[0] += dt.timedelta(seconds=seconds)

    assert actions.send_mails(box.channels, clock=lambda: clock[0], pause=pause) == 4
    assert clock[0] - NOW == dt.timedelta(seconds=3)
    assert SurveyLink.objects.count() == 4
    assert VisitMail.objects.filter(state="waiting").count() == 1


def test_the_list_asks_no_more_of_the_database_with_more_rows(cast, django_assert_max_num_queries):
    asked(cast, "高峰")
    client = page_of(cast.xu)
    client.get(ADDRESS)
    for number in range(9):
        asked(cast, f"车友{number}", assignee=cast.wu, state="assigned")
    with django_assert_max_num_queries(40):
        client.get(ADDRESS)


@pytest.mark.parametrize(
    ("known", "channels", "channel", "why"),
    [
        ({"reached_by": {"email", "sms"}}, ("email", "sms"), "email", ""),
        ({"reached_by": {"sms"}}, ("email", "sms"), "sms", ""),
        ({"reached_by": {"sms"}}, ("email",), "", "no_address"),
        ({"reached_by": {"sms"}, "refused": {"sms"}}, ("sms",), "", "refused"),
        ({"reached_by": {"sms"}, "refused": {"sms"}}, ("email", "sms"), "", "no_address"),
        ({"reached_by": {"sms"}, "has_questions": False}, ("sms",), "", "no_questions"),
        ({"reached_by": {"sms"}, "sent_already": True}, ("sms",), "", "sent_already"),
        ({"reached_by": {"sms"}, "judged": True}, ("sms",), "", "asked_about"),
        ({"reached_by": {"sms"}}, (), "", "no_address"),
    ],
)
def test_the_first_way_that_leads_there_is_taken(known, channels, channel, why):
    way = way_to(Invited(**known), channels)
    assert (way.channel, way.why) == (channel, why)
