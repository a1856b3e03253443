"""A page that breaks says a reference and nothing else; log and mail name it, and nobody (D53)."""

import logging
import sys
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from crm.logs import FaultMail, Scrub
from tests.people import Cast, make_cast

TYPED = {"name": "卜惠珍", "phone": "13900004321", "password": "purple bicycle under rain"}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def broken(cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> Any:
    """A form that breaks on what it was sent."""

    def breaks(*_args: Any, **_more: Any) -> None:
        raise ValueError(f"{TYPED['name']} has {TYPED['phone']}")

    monkeypatch.setattr("followups.views.cards._form", breaks)
    client = Client(raise_request_exception=False)
    client.force_login(cast.lin)
    return client.post(reverse("followups:open_card"), TYPED)


def lines(caplog: Any) -> str:
    """The log as it is written."""
    shape = logging.Formatter("%(message)s")
    records = [*caplog.get_records("setup"), *caplog.records]
    for record in records:
        record.exc_text = None
        Scrub().filter(record)
    return "\n".join(map(shape.format, records))


def test_the_page_says_a_reference_and_nothing_of_what_broke(broken: Any, caplog: Any) -> None:
    assert broken.status_code == 500
    page = broken.content.decode()
    for secret in (*TYPED.values(), "ValueError", "Traceback", "cards.py"):
        assert secret not in page
    reference = page.split("<code>")[1].split("</code>")[0]
    assert len(reference.replace(".", "")) == 16
    written = lines(caplog)
    assert f"fault {reference} at followups:open_card" in written
    assert "ValueError" in written
    assert TYPED["phone"] not in written


def fault(message: str, line: str = "Internal Server Error: /x/") -> logging.LogRecord:
    try:
        raise ValueError(message)
    except ValueError:
        return logging.LogRecord("django.request", 40, "", 0, line, (), sys.exc_info())


def test_the_mail_about_it_holds_lines_of_code_and_no_value(settings: Any) -> None:
    settings.ERROR_MAIL_TO = ["ops@example.com"]
    handler = FaultMail()
    for _time in range(3):
        record = fault(" ".join(TYPED.values()))
        handler.handle(record)
    (sent,) = mail.outbox
    assert sent.to == ["ops@example.com"]
    assert "ValueError" in sent.subject
    assert "in fault" in sent.body
    assert not any(value in f"{sent.subject}{sent.body}" for value in TYPED.values())


def test_nobody_is_mailed_unless_somebody_is_named() -> None:
    FaultMail().handle(fault("x"))
    assert mail.outbox == []


def test_the_row_a_database_refuses_is_not_in_the_log() -> None:
    record = fault(
        f"duplicate key\nDETAIL: Key (wechat)=({TYPED['name']}) exists.\n{TYPED['phone']}"
    )
    assert Scrub().filter(record)
    written = logging.Formatter("%(message)s").format(record)
    assert "duplicate key" in written
    assert not any(value in written for value in TYPED.values())
