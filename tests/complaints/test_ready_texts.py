"""Ready texts are kept by supervisors and put into a form in the customer's own language."""

from __future__ import annotations

import pytest
import time_machine

from complaints import blanks
from complaints.models import Entry, ReplyTemplate, Ticket
from crm.customers.models import Customer
from crm.promises.actions import make_promise
from crm.records.models import AuditEvent
from tests.complaints.answers import approved
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import HOUR, browser
from tests.people import NOW, Cast, make_cast
from tests.permissions.answers import make_template

TEXTS = {
    "name": "受理通知",
    "zh_hans": "{customer}您好，{ticket} 已由{handler}受理，{next_date}前再与您联系。",
    "zh_hant": "{customer}您好，{ticket} 已由{handler}受理，{next_date}前再與您聯絡。",
    "en": "Dear {customer}, {handler} looks after {ticket} and calls by {next_date}.",
    "is_active": "on",
}


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{customer}您好", "王芳女士您好"),
        ("{ticket}{ticket}", "TS-1TS-1"),
        ("{next_date}再联系", "____再联系"),  # nothing is promised
        ("{phone} {{customer}} {% now %}", "{phone} {王芳女士} {% now %}"),
        ("{handler}", "{ticket}"),  # what is put in is not read again
        ("{", "{"),
    ],
)
def test_blanks_are_filled_once_and_nothing_else_is_read(text: str, filled: str) -> None:
    values = {"customer": "王芳女士", "ticket": "TS-1", "handler": "{ticket}", "next_date": ""}
    assert blanks.fill(text, values) == filled


def insert(user, ticket: Ticket, template: ReplyTemplate, where: str = "contacts", **typed: str):
    sent = {"insert": "yes", "template": template.public_id, **typed}
    return browser(user).post(f"/complaints/{ticket.public_id}/{where}/", sent)


@pytest.mark.parametrize(
    ("language", "gender", "said"),
    [
        ("", "female", "王芳女士您好，{no} 已由吴伟刚受理，3月13日 16:20前再与您联系。"),
        ("zh-hant", "", "王芳您好，{no} 已由吴伟刚受理，3月13日 16:20前再與您聯絡。"),
        ("en", "male", "Dear Mr 王芳, 吴伟刚 looks after {no} and calls by 13 Mar 16:20."),
    ],
)
def test_a_text_comes_in_the_customers_language_behind_what_was_typed(
    cast: Cast, language: str, gender: str, said: str
) -> None:
    ticket = make_complaint(cast)
    make_promise(
        ticket.card, by=cast.wu, what="回电", due_at=NOW + 30 * HOUR, source=ticket, now=NOW
    )
    Customer.objects.filter(pk=ticket.card.customer_id).update(language=language, gender=gender)
    texts = {name: TEXTS[name] for name in ("zh_hans", "zh_hant", "en")}
    template = make_template(cast.pudong, cast.xu, **texts)
    page = insert(cast.wu, ticket, template, words="先致歉", way="message", next_at="后天 16:00")
    assert page.status_code == 200
    form = page.context["contact_form"]
    assert form["words"].value() == f"先致歉\n{said.format(no=ticket.ticket_no)}"
    assert form["way"].value() == "message"
    assert form["next_at"].value() == "后天 16:00"
    # Nothing of it is said to the customer before it is saved.
    assert not Entry.objects.filter(ticket=ticket, kind="contact").exists()


def test_an_outcome_is_offered_only_once_it_is_approved(cast: Cast) -> None:
    template = make_template(
        cast.pudong, cast.xu, tells_outcome=True, zh_hans="{customer}您好，{solution}"
    )
    ticket = make_complaint(cast)
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/")
    assert page.context["templates"] == []
    refused = insert(cast.wu, ticket, template, words="先致歉")
    assert refused.context["contact_form"]["words"].value() == "先致歉"
    assert "这里已不能使用该模板" in refused.content.decode()
    # Nor is there a reply to put it into: the guard before the approval stands as it was.
    answer = approved(cast)
    reply = insert(cast.wu, answer, template, "reply", words=answer.proposals.get().words)
    words = reply.context["form"]["words"].value()
    assert words == f"王芳您好，{answer.proposals.get().words}"


def test_supervisor_and_manager_keep_the_texts_of_their_store(cast: Cast) -> None:
    store = {"store": cast.pudong.public_id}
    client = browser(cast.xu)
    for _twice in range(2):
        sent = client.post(
            "/complaints/templates/new/", {**TEXTS, **store, "version": 1, "request_id": "r"}
        )
        assert sent.status_code == 302
    made = ReplyTemplate.objects.get()
    assert (made.store, made.written_by) == (cast.pudong, cast.xu)
    path = f"/complaints/templates/{made.public_id}/"
    changed = {**TEXTS, "name": "已受理", "version": 1}
    assert browser(cast.shen).post(path, changed).status_code == 302
    late = client.post(path, {**changed, "name": "受理", "en": "Hello {customer}"})
    assert late.status_code == 409
    assert "已受理" in late.content.decode()
    assert "Hello {customer}" in late.content.decode()
    event = AuditEvent.objects.filter(action="complaints.change_template").get()
    assert event.actor == cast.shen
    assert browser(cast.wu).get("/complaints/templates/").status_code == 403


def test_those_for_all_stores_are_the_general_managers(cast: Cast) -> None:
    refused = browser(cast.xu).post("/complaints/templates/new/", {**TEXTS, "version": 1})
    assert refused.status_code == 422
    assert "store" in refused.context["form"].errors
    made = browser(cast.bai).post("/complaints/templates/new/", {**TEXTS, "version": 1})
    assert made.status_code == 302
    template = ReplyTemplate.objects.get()
    assert template.store is None
    ticket = make_complaint(cast)
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/")
    assert page.context["templates"] == [template]
    shown = browser(cast.xu).get("/complaints/templates/").content.decode()
    assert template.name in shown
    path = f"/complaints/templates/{template.public_id}/"
    assert path not in shown
    assert browser(cast.xu).get(path).status_code == 403


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("en", "Dear {name}", "没有 {name} 这一项"),
        ("zh_hans", "{solution}", "含处理结果"),
        ("zh_hant", "", "必填"),
    ],
)
def test_a_text_with_a_strange_blank_is_refused_beside_its_field(
    cast: Cast, field: str, text: str, says: str
) -> None:
    sent = {**TEXTS, "store": cast.pudong.public_id, "version": 1, field: text}
    page = browser(cast.xu).post("/complaints/templates/new/", sent)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert says in page.content.decode()
    assert not ReplyTemplate.objects.exists()
