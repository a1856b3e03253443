"""A visit by mail: sent by the worker, tracked until it is replied to, reminded of once (RV-19)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from crm.notices.channels import Failed, Refused
from crm.notices.channels.reasons import NO_ADDRESS
from crm.notices.models import Channel, Notice, Reminder
from crm.records.models import Attachment
from crm.records.states import Stale
from crm.rulebook.models import Number
from tests.complaints.problems import browser
from tests.notices.outside import Receiver
from tests.people import NOW, Cast, local, make_card, make_cast, make_visit, make_visit_mail
from tests.records.samples import PDF, PLACE, photo, upload
from visits import actions
from visits.default_questions import SHEETS
from visits.mails import standing
from visits.models import SurveyLink, Visit, VisitMail
from visits.questions import form_of

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def visit(cast) -> Visit:
    """Wu's visit to Lin's customer Gao Feng, who has an address."""
    visit = make_visit(make_card(cast.lin, "高峰"), TODAY, kind="new_purchase")
    visit.card.customer.email = "gao@example.com"
    visit.card.customer.save()
    actions.assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    return visit


def write(visit: Visit, cast: Cast, **fields) -> VisitMail:
    fields = {
        "channel": "email",
        "language": "zh-hans",
        "subject": "用车还顺利吗？",
        "body": "想听听您的意见",
        "by": cast.wu,
        **fields,
    }
    mail = actions.write_mail(visit, now=NOW, **fields)
    assert mail
    return mail


def send(box: Receiver | None = None, now: dt.datetime = NOW) -> Receiver:
    box = box or Receiver()
    actions.send_mails(box.channels, clock=lambda: now)
    return box


def test_the_worker_sends_it_with_a_link_of_its_own(cast, visit):
    Number.objects.create(key="company_name", value="青岚")
    mail = write(visit, cast, reply_by=TODAY + 3 * DAY)
    assert not SurveyLink.objects.exists()
    (message,) = send().taken
    assert (message.email, message.subject) == ("gao@example.com", "用车还顺利吗？")
    for words in ("想听听您的意见", "无需登录", "2026年3月15日"):
        assert words in message.body
    assert message.body.endswith(f"青岚{cast.pudong.name}")
    path = re.search(r"/s/[\w-]{43}/", message.body)
    assert path
    assert Client().get(path.group()).status_code == 200
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.link) == ("sent", NOW, SurveyLink.objects.get())
    assert send().taken == []


@pytest.mark.parametrize(
    ("before", "after"), [("assigned", "in_progress"), ("appointed", "appointed")]
)
def test_a_visit_is_in_progress_once_its_mail_went(cast, visit, before, after):
    Visit.objects.filter(pk=visit.pk).update(state=before)
    bells = set(Reminder.objects.filter(about_id=visit.public_id).values_list("pk", "state"))
    seen = Visit.objects.get(pk=visit.pk)  # on Wu's open call screen
    write(visit, cast)
    assert Visit.objects.get(pk=visit.pk).state == before
    send()
    assert Visit.objects.get(pk=visit.pk).state == after
    assert (
        set(Reminder.objects.filter(about_id=visit.public_id).values_list("pk", "state")) == bells
    )
    actions.complete_visit(seen, actions.Made(), by=cast.wu, version=seen.version, now=NOW)
    assert Visit.objects.get(pk=visit.pk).state == "completed"


def test_a_mail_that_did_not_go_begins_nothing(cast, visit):
    write(visit, cast, files=[upload("手册.pdf", PDF)])
    Attachment.objects.update(gone_at=NOW, gone_by=cast.xu, gone_because="传错了")
    assert send().taken == []
    assert Visit.objects.get(pk=visit.pk).state == "assigned"


def test_files_go_along_and_stay_with_the_visit(cast, visit):
    wu = browser(cast.wu)
    sent = {
        "channel": "email",
        "language": "zh-hans",
        "subject": "保养手册",
        "body": "请见附件",
        "attachments": [upload("手册.pdf", PDF), upload("桩位.jpg", photo())],
    }
    page = wu.post(f"/visits/{visit.public_id}/mail/", sent)
    assert page.status_code == 302
    (message,) = send().taken
    assert message.enclosed
    book, picture = message.enclosed.files
    assert (book.name, book.content, book.kind) == ("手册.pdf", PDF, "application/pdf")
    assert PLACE.encode() not in picture.content
    assert Attachment.objects.of(visit).count() == 2
    assert wu.get(page.url).content.decode().count("手册.pdf") == 2  # with the mail and the visit
    again = actions.remind_customer(VisitMail.objects.get(), by=cast.wu, version=3, now=NOW + DAY)
    assert again
    assert again.files.count() == 2
    write(visit, cast, files=[upload("又一份.pdf", PDF)])
    assert Attachment.objects.of(visit).count() == 2


def test_a_mail_does_not_leave_without_a_file_that_was_removed(cast, visit):
    mail = write(visit, cast, files=[upload("手册.pdf", PDF)])
    Attachment.objects.update(gone_at=NOW, gone_by=cast.xu, gone_because="传错了")
    assert send().taken == []
    mail.refresh_from_db()
    assert mail.state == "failed"


def test_no_file_goes_along_with_a_text_message(cast, visit, settings):
    settings.SMS_URL = "console://"
    with pytest.raises(ValidationError) as refused:
        write(visit, cast, channel="sms", subject="", files=[upload("手册.pdf", PDF)])
    assert list(refused.value.message_dict) == ["attachments"]
    assert not Attachment.objects.exists()


def test_it_is_written_in_the_language_chosen(cast, visit):
    write(visit, cast, language="en", body="How are things?")
    (message,) = send().taken
    assert "Answer here, without signing in" in message.body


def test_a_text_message_goes_to_the_number(cast, visit, settings):
    settings.SMS_URL = "console://"
    write(visit, cast, channel="sms", subject="")
    (message,) = send(Receiver("sms")).taken
    assert message.phone == visit.card.customer.phone
    assert "/s/" in message.body


def test_what_was_not_sent_says_why_and_its_link_is_dead(cast, visit):
    def refuse(_message):
        raise Failed("no answer: timeout")

    mail = write(visit, cast)
    send(Receiver(answer=refuse))
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("failed", "no answer: timeout")
    assert SurveyLink.objects.get().revoked_at == NOW
    actions.resend_mail(mail, by=cast.wu, version=mail.version, now=NOW)
    assert len(send(now=NOW + dt.timedelta(minutes=1)).taken) == 1
    assert SurveyLink.objects.live(NOW).count() == 1


def test_an_address_taken_away_meanwhile_is_no_failure_of_the_channel(cast, visit):
    def refuse(_message):
        raise Refused(NO_ADDRESS)

    mail = write(visit, cast)
    send(Receiver(answer=refuse))
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == ("failed", NO_ADDRESS)
    assert Channel.objects.get(name="email").failures == 0


def test_one_whose_worker_died_waits_for_a_person(cast, visit):
    mail = write(visit, cast)
    VisitMail.objects.update(state="sending", began_at=NOW - dt.timedelta(minutes=6))
    assert send().taken == []
    mail.refresh_from_db()
    assert mail.state == "unknown"


def test_the_customers_answer_is_the_reply(cast, visit):
    mail = write(visit, cast, reply_by=TODAY + 3 * DAY)
    (message,) = send().taken
    path = re.search(r"/s/[\w-]{43}/", message.body)
    assert path
    Client().post(path.group(), {"q_overall": "5", "seen": "overall visitor call functions"})
    page = Client().post(
        path.group(),
        {
            "q_overall": "5",
            "seen": " ".join(one.key for one in form_of(SHEETS[0].body).questions),
        },
    )
    assert page.status_code == 200
    mail.refresh_from_db()
    assert (mail.replied_at, mail.replied_to) == (NOW, None)
    assert not Reminder.objects.filter(kind="mail_unanswered", state="pending").exists()


def test_a_missing_reply_rings_at_the_visitor_once(cast, visit):
    mail = write(visit, cast, reply_by=TODAY + 3 * DAY)
    send()
    bell = Reminder.objects.get(kind="mail_unanswered")
    assert bell.recipient == cast.wu
    assert bell.not_before >= local("2026-03-15 23:59:59")
    assert (
        standing("sent", replied=False, reply_by=mail.reply_by, today=TODAY + 4 * DAY) == "overdue"
    )
    assert standing("sent", replied=False, reply_by=mail.reply_by, today=TODAY + 3 * DAY) == "sent"


def test_a_logged_reply_ends_the_waiting(cast, visit):
    mail = write(visit, cast, reply_by=TODAY + 3 * DAY)
    send()
    mail.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.log_reply(mail, by=cast.lin, version=mail.version, reply="好", now=NOW)
    with pytest.raises(ValidationError):
        actions.log_reply(mail, by=cast.wu, version=mail.version, reply=" ", now=NOW)
    actions.log_reply(mail, by=cast.wu, version=mail.version, reply="一切都好", now=NOW)
    assert (mail.reply, mail.replied_to) == ("一切都好", cast.wu)
    assert Reminder.objects.get(kind="mail_unanswered").state == "cancelled"
    with pytest.raises(Stale):
        actions.log_reply(mail, by=cast.wu, version=1, reply="再说", now=NOW)


def test_the_customer_is_reminded_once_and_by_a_link_of_its_own(cast, visit):
    mail = write(visit, cast, reply_by=TODAY + 3 * DAY)
    send()
    mail.refresh_from_db()
    again = actions.remind_customer(mail, by=cast.wu, version=mail.version, now=NOW)
    assert again
    assert again.subject == "提醒：用车还顺利吗？"
    (message,) = send(now=NOW + dt.timedelta(minutes=1)).taken
    assert "/s/" in message.body
    for second in (mail, again):
        second.refresh_from_db()
        with pytest.raises(ValidationError):
            actions.remind_customer(second, by=cast.wu, version=second.version, now=NOW)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("channel", {"channel": "sms"}),
        ("subject", {"subject": " "}),
        ("body", {"body": ""}),
        ("reply_by", {"reply_by": TODAY}),
    ],
)
def test_what_cannot_be_sent_is_said_beside_its_field(cast, visit, field, fields):
    with pytest.raises(ValidationError) as refused:
        write(visit, cast, **fields)
    assert field in refused.value.message_dict


def test_the_visits_page_tracks_it_and_sales_reads_none_of_it(cast, visit):
    make_visit_mail(visit, reply_by=TODAY - DAY)
    shown = {}
    for user in (cast.wu, cast.lin):
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        shown[user] = client.get(f"/visits/{visit.public_id}/").content.decode()
    assert "逾期未回复" in shown[cast.wu]
    assert "提醒客户一次" in shown[cast.wu]
    assert "逾期未回复" not in shown[cast.lin]


def test_the_form_begins_with_words_in_the_language_asked_for(cast, visit):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(cast.wu, backend="django.contrib.auth.backends.ModelBackend")
    path = f"/visits/{visit.public_id}/mail/"
    assert "用车还顺利吗" in client.get(path).content.decode()
    assert "How are things?" in client.get(f"{path}?language=en").content.decode()
    sent = {"channel": "email", "language": "en", "subject": "Hi", "body": "Hello", "version": "2"}
    assert client.post(path, sent).status_code == 302
    assert VisitMail.objects.get().with_link is False
    assert not Notice.objects.filter(kind="mail_unanswered").exists()
