"""A customer writes a complaint by a link of their own: once, in their words, unseen by sales."""

from __future__ import annotations

import datetime as dt
import logging
import re

import pytest
import time_machine
from django.test import Client

from complaints import actions
from complaints.models import AnswerLink, Clock, IntakeLink, Ticket
from crm.logs import Scrub
from crm.notices.models import Notice
from crm.records.models import Attachment, AuditEvent
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast
from tests.permissions.answers import make_answer_link
from tests.records.samples import photo, upload

WORDS = {"words": "夜间充电停在 80%，销售答应的没做到", "consent": "on"}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def phone() -> Client:
    """The customer's phone: nobody signed in."""
    return Client(headers={"accept-language": "zh-hans"})


def give(cast: Cast, *, by=None, card="高峰") -> str:
    """The address of a link somebody gave out."""
    found = make_card(cast.lin, card) if card else None
    made = actions.make_intake_link(found, by=by or cast.wu, now=NOW)
    assert made
    return f"/links/{made[1]}/complaint/"


def test_gao_feng_writes_it_down_and_service_hears_at_once(cast: Cast, phone: Client) -> None:
    path = give(cast, by=cast.lin)
    more = {"demand": "给我修好", "attachments": upload("桩.jpg", photo())}
    answer = phone.post(path, {**WORDS, **more})
    assert answer.status_code == 200
    ticket = Ticket.objects.get()
    assert ticket.ledger_no in answer.content.decode()
    assert (ticket.kind, ticket.intake.channel, ticket.intake.demand) == (
        "complaint",
        "web",
        "给我修好",
    )
    assert (ticket.card.customer.name, ticket.reporter, ticket.responsible) == ("高峰", None, None)
    assert {clock.kind for clock in Clock.objects.filter(ticket=ticket)} >= {"acknowledge", "reply"}
    assert Notice.objects.get(kind="complaint_by_link").recipient == cast.xu
    kept = Attachment.objects.get()
    assert (kept.is_original, kept.made_by) == (True, None)
    event = AuditEvent.objects.get(action="complaints.complain_by_link")
    assert event.after["consent"] is True


def test_whom_it_says_to_wait_for_is_the_first_response(cast: Cast, phone: Client) -> None:
    page = phone.post(give(cast), WORDS)
    clock = Clock.objects.get(kind="acknowledge")
    assert clock.due_at.isoformat(timespec="minutes")[:10] in page.content.decode()


def test_sales_who_gave_the_link_read_no_word_of_it(cast: Cast, phone: Client) -> None:
    phone.post(give(cast, by=cast.lin), WORDS)
    ticket = Ticket.objects.get()
    page = browser(cast.lin).get(f"/complaints/{ticket.public_id}/")
    assert page.status_code == 200
    assert WORDS["words"] not in page.content.decode()
    assert (
        WORDS["words"] in browser(cast.xu).get(f"/complaints/{ticket.public_id}/").content.decode()
    )
    took = browser(cast.wu).post(
        f"/complaints/{ticket.public_id}/claim/", {"version": ticket.version}
    )
    assert took.status_code == 302


def test_service_who_gave_it_answers_for_it(cast: Cast, phone: Client) -> None:
    phone.post(give(cast, by=cast.wu), WORDS)
    assert Ticket.objects.get().responsible == cast.wu
    told = Notice.objects.filter(kind="complaint_by_link")
    assert {notice.recipient for notice in told} == {cast.wu, cast.xu}


def test_who_has_no_card_says_who_they_are(cast: Cast, phone: Client) -> None:
    path = give(cast, card=None)
    bad = phone.post(path, WORDS)
    assert bad.status_code == 422
    assert {"name", "phone"} <= bad.context["form"].errors.keys()
    assert bad.context["form"]["words"].value() == WORDS["words"]
    assert not Ticket.objects.exists()
    fine = phone.post(path, {**WORDS, "name": "王芳", "phone": "139 0000 1111"})
    assert fine.status_code == 200
    assert Ticket.objects.get().intake.phone == "+8613900001111"


@pytest.mark.parametrize("missing", ["words", "consent"])
def test_without_words_or_consent_nothing_is_kept(cast: Cast, phone: Client, missing: str) -> None:
    body = {name: value for name, value in WORDS.items() if name != missing}
    answer = phone.post(give(cast), body)
    assert answer.status_code == 422
    assert missing in answer.context["form"].errors
    assert not Ticket.objects.exists()


def test_a_bad_file_is_named_and_the_link_stays_good(cast: Cast, phone: Client) -> None:
    path = give(cast)
    bad = phone.post(path, {**WORDS, "attachments": upload("桩.jpg", b"MZ")})
    assert bad.status_code == 422
    assert "桩.jpg" in bad.content.decode()
    assert not Ticket.objects.exists()
    assert phone.post(path, WORDS).status_code == 200


def test_looking_changes_nothing_and_shows_nobody(cast: Cast, phone: Client) -> None:
    path = give(cast)
    before = IntakeLink.objects.values().get()
    page = phone.get(path)
    assert page.status_code == 200
    assert "高峰" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    assert IntakeLink.objects.values().get() == before


def test_once_used_it_leads_nowhere_but_the_same_form_gets_the_same_answer(
    cast: Cast, phone: Client
) -> None:
    path = give(cast)
    first = phone.post(path, {**WORDS, "request_id": "one"})
    again = phone.post(path, {**WORDS, "request_id": "one"})
    number = Ticket.objects.get().ledger_no
    assert number in first.content.decode()
    assert number in again.content.decode()
    other = phone.post(path, {**WORDS, "request_id": "two"})
    gone, wrong = phone.get(path), phone.get("/links/no-such-token/complaint/")
    assert [other.status_code, gone.status_code, wrong.status_code] == [404, 404, 404]
    strip = re.compile(rb"csrf\S+|nonce\S+")
    assert strip.sub(b"", gone.content) == strip.sub(b"", wrong.content)
    assert Ticket.objects.count() == 1


def test_an_old_or_revoked_link_leads_nowhere(cast: Cast, phone: Client, morning) -> None:
    path, other = give(cast), give(cast, card="李娜")
    link = IntakeLink.objects.get(card__customer__name="李娜")
    lead = browser(cast.xu)
    assert "李娜" in lead.get("/complaints/links/").content.decode()
    revoked = lead.post(f"/complaints/links/{link.public_id}/revocation/", {"version": 1})
    assert revoked.status_code == 302
    assert phone.post(other, WORDS).status_code == 404
    morning.shift(dt.timedelta(days=15))
    assert phone.post(path, WORDS).status_code == 404
    assert not Ticket.objects.exists()


def test_nobody_of_ours_writes_by_it(cast: Cast) -> None:
    answer = browser(cast.lin).post(give(cast), WORDS)
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_a_link_is_given_out_and_shown_once(cast: Cast, phone: Client) -> None:
    card = make_card(cast.lin, "高峰")
    lin = browser(cast.lin)
    body = {"card": card.public_id, "request_id": "one"}
    made = lin.post("/complaints/links/new/", body)
    assert made.status_code == 200
    address = made.context["address"]
    assert phone.get(address[address.index("/links/") :]).status_code == 200
    assert lin.post("/complaints/links/new/", body).status_code == 302
    assert IntakeLink.objects.count() == 1
    assert address not in lin.get("/complaints/links/").content.decode()
    assert "高峰" in lin.get("/complaints/links/").content.decode()
    assert "高峰" not in browser(cast.zhou).get("/complaints/links/").content.decode()
    assert (
        browser(cast.zhou).get(f"/complaints/links/new/?card={card.public_id}").status_code == 404
    )
    assert browser(cast.pan).get("/complaints/links/").status_code == 403


def test_a_link_to_confirm_an_answer_is_listed_and_taken_back(cast: Cast, phone: Client) -> None:
    token = make_answer_link(make_card(cast.lin, "高峰"), cast.wu)
    link = AnswerLink.objects.get()
    lead = browser(cast.xu)
    assert "高峰" in lead.get("/complaints/links/answers/").content.decode()
    assert phone.get(f"/links/{token}/").status_code == 200
    path = f"/complaints/links/answers/{link.public_id}/revocation/"
    assert browser(cast.lin).post(path, {"version": 1}).status_code == 403
    assert lead.post(path, {"version": 1}).status_code == 302
    assert phone.get(f"/links/{token}/").status_code == 404
    assert "高峰" not in lead.get("/complaints/links/answers/").content.decode()


def test_no_log_line_holds_the_token(cast: Cast) -> None:
    path = give(cast)
    line = logging.LogRecord("django", logging.WARNING, "", 0, f"Not Found: {path}", (), None)
    Scrub().filter(line)
    assert path.split("/")[2] not in line.getMessage()
