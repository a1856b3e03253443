"""Taking the trail out: the privacy officer alone, with a reason, and it is written down."""

import csv
import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.people.models import User
from crm.records.audit import exporting, record, seal_trail
from crm.records.models import AuditEvent, AuditSeal
from tests import people
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db
PURPOSE = "年度合规审计"


@pytest.fixture
def cast() -> Iterator[Cast]:
    with time_machine.travel(NOW, tick=False):
        yield people.make_cast()


def take_out(user: User, query: str = "", **form: str) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    body = {"purpose": PURPOSE, "request_id": str(uuid.uuid4()), **form}
    return client.post(reverse("records:export_trail") + query, body)


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def table(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "Excel reads UTF-8 by its mark"
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_file_holds_what_the_filters_keep_with_the_seals(cast: Cast) -> None:
    card = people.make_card(cast.lin)
    for number in range(3):
        at = NOW - dt.timedelta(minutes=number)
        before, after = {"level": "A"}, {"level": "H"}
        record("customers.change_level", by=cast.lin, obj=card, before=before, after=after, at=at)
    record("people.sign_out", by=cast.lin, obj=cast.lin, at=NOW)
    seal_trail()
    answer = take_out(cast.pan, "?action=customers.change_level&from=")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    rows = table(content(answer))
    assert [row["操作"] for row in rows] == ["customers.change_level"] * 3
    assert {row["编号或姓名"] for row in rows} == {card.card_no}
    assert {row["账号"] for row in rows} == {"lin"}
    sealed = dict(AuditSeal.objects.values_list("event_id", "hash"))
    assert {int(row["事件"]): row["哈希值"] for row in rows}.items() <= sealed.items()
    times = [row["时间"] for row in rows]
    assert times == sorted(times, reverse=True)


def test_it_is_written_down_with_filters_reason_and_fingerprint(cast: Cast) -> None:
    data = content(take_out(cast.pan, "?who=lin&from=2026-03-01"))
    event = AuditEvent.objects.get(action=exporting.EXPORTED)
    assert event.actor == cast.pan
    assert event.after == {
        "rows": len(table(data)),
        "sha256": hashlib.sha256(data).hexdigest(),
        "purpose": PURPOSE,
        "filters": {"who": "lin", "from": "2026-03-01"},
    }


def test_nobody_else_takes_it_out(cast: Cast) -> None:
    for user in (cast.bai, cast.adele, cast.shen, cast.lin):
        assert take_out(user).status_code == 403
    assert not AuditEvent.objects.filter(action=exporting.EXPORTED).exists()


@pytest.mark.parametrize("purpose", ["", "   ", "\u200b", "x" * 201])
def test_without_a_reason_nothing_leaves(cast: Cast, purpose: str) -> None:
    answer = take_out(cast.pan, purpose=purpose)
    assert answer.status_code == 422
    assert not AuditEvent.objects.filter(action=exporting.EXPORTED).exists()


def test_a_form_sent_twice_gives_one_file(cast: Cast) -> None:
    same = str(uuid.uuid4())
    assert take_out(cast.pan, request_id=same).status_code == 200
    assert take_out(cast.pan, request_id=same).status_code == 302
    assert AuditEvent.objects.filter(action=exporting.EXPORTED).count() == 1


def test_too_many_events_are_refused_with_a_sentence(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "ROWS_AT_MOST", 3)
    for _ in range(5):
        record("people.sign_out", by=cast.lin, obj=cast.lin, at=NOW)
    answer = take_out(cast.pan)
    assert answer.status_code == 422
    assert PURPOSE in answer.content.decode(), "what was typed stays"
    assert take_out(cast.pan, "?who=nobody").status_code == 200


def test_chunks_neither_repeat_nor_leave_out(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 4)
    for number in range(11):
        record("people.sign_out", by=cast.lin, obj=cast.lin, after={"n": number}, at=NOW)
    rows = table(content(take_out(cast.pan, "?action=people.sign_out")))
    wanted = AuditEvent.objects.filter(action="people.sign_out").order_by("-at", "-id")
    assert [int(row["事件"]) for row in rows] == list(wanted.values_list("pk", flat=True))


def test_a_formula_in_an_event_is_disarmed(cast: Cast) -> None:
    card = people.make_card(cast.lin)
    record("customers.reveal_phone", by=cast.wu, obj=card, after={"reason": "=1+1"}, at=NOW)
    people.User.objects.filter(pk=cast.wu.pk).update(name="=cmd()")
    (row,) = table(content(take_out(cast.pan, "?action=customers.reveal_phone")))
    assert row["人员"] == "'=cmd()"
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
