"""A row that is drawn from what was kept says what it says drawn anew, whatever came before it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation
from django.utils.safestring import SafeString

from crm.customers.queues.lists import CardRow
from crm.customers.views.lists import _drawn as drawn_card
from crm.home.timeline import Line
from crm.home.views.timeline_rows import drawn_line
from crm.ui import moulds
from followups.queues.day_beside import Done
from followups.queues.day_rows import ToDo
from followups.queues.history import Made
from followups.views.day_rows import Drawing
from tests.bench.constant import full_day

HOUR = dt.timedelta(hours=1)
DAY = full_day()
NOW = DAY.now
ROW = DAY.rows[0]._replace(due_at=NOW + HOUR, tries=0)
BACK = "back=%2F%3Fshow%3Dlate"
# Each row differs from the first in one thing.
ROWS = [
    ROW,
    *(
        ROW._replace(**{name: value})
        for name, value in {
            "public_id": "p0000000000099",
            "due_at": NOW - 30 * HOUR,
            "untimed": True,
            "method": "wechat",
            "reason": "<b>价格</b>",
            "content": "",
            "moves": 2,
            "plan_state": "submitted",
            "card_id": "k0000000000099",
            "level": "",
            "tries": 5,
            "last_contact_at": NOW - 9 * HOUR,
            "phone": "",
            "model": "",
            "last": "",
            "name": '王"\ue000model\ue001',
            "dials": False,
        }.items()
    ),
]
DONE = Done(
    NOW - HOUR, "A", "张伟", "k1", "青岚 S7", "progress", "reached", "考虑中", NOW + 48 * HOUR
)
DONES = [
    DONE,
    *(
        replace(DONE, **{name: value})
        for name, value in {
            "at": NOW - 2 * HOUR,
            "level": "B",
            "name": "<i>",
            "card_id": "k2",
            "model": "",
            "result": "no_answer",
            "feedback": "",
            "next_at": None,
        }.items()
    ),
]
MADE = Made(
    NOW - 30 * HOUR,
    "phone",
    "out",
    "reached",
    "progress",
    "好的",
    "",
    "",
    False,
    "林",
    "约试驾",
    None,
)
MADES = [
    MADE,
    *(
        MADE._replace(**{name: value})
        for name, value in {
            "occurred_at": NOW - HOUR,
            "method": "in_person",
            "direction": "in",
            "outcome": "missed",
            "result": "no_answer",
            "feedback": "一\n<二>",
            "problem": "太贵",
            "next_step": "再约",
            "entered_late": True,
            "staff": "Zhou",
            "planned": None,
        }.items()
    ),
]

CARD = CardRow(
    url="/customers/k1/", name="张伟", level="A", model="青岚 S7", state="", why="约试驾",
    next_at=NOW + HOUR, untimed=False, is_late=False, is_open=True, last_at=NOW - 30 * HOUR,
    owner="", phone="138 **** 1234",
)  # fmt: skip
CARDS = [
    CARD,
    *(
        CARD | {name: value}  # type: ignore[misc]
        for name, value in {
            "url": "/customers/k2/",
            "name": "<i>",
            "level": "",
            "model": "",
            "state": "已成交",
            "why": "—",
            "next_at": None,
            "untimed": True,
            "is_late": True,
            "is_open": False,
            "last_at": None,
            "owner": "Zhou & Co",
            "phone": "—",
        }.items()
    ),
]


def drawing(now: dt.datetime) -> Drawing:
    return Drawing(replace(DAY, now=now), back=BACK, tries_from=3, form=SafeString("<form>"))


def to_do(row: ToDo, now: dt.datetime) -> str:
    return drawing(now).row(row, current=row.level == "")


def done(row: Done, now: dt.datetime) -> str:
    return drawing(now)._done(row)


def made(row: Made, now: dt.datetime) -> str:
    return str(drawn_line(Line(row.occurred_at, contact=row), now))


@pytest.mark.parametrize(
    ("draw", "rows"),
    [(to_do, ROWS), (done, DONES), (made, MADES), (drawn_card, CARDS)],
    ids=["to do", "done", "made", "card"],
)
def test_a_kept_row_says_what_a_new_one_says(draw: Any, rows: list[Any]) -> None:
    moments = (NOW, NOW + dt.timedelta(minutes=7), NOW + 3 * HOUR, NOW + 40 * HOUR)
    asked = [
        (row, now, language)
        for language in ("zh-hans", "en")
        for now in moments
        for row in rows
    ]  # fmt: skip

    def drawn(row: Any, now: dt.datetime, language: str) -> str:
        with translation.override(language):
            return str(draw(row, now))

    moulds._kept.clear()
    for one in asked:
        drawn(*one)
    kept = [drawn(*one) for one in asked]
    anew = []
    for one in asked:
        moulds._kept.clear()
        anew.append(drawn(*one))

    assert kept == anew
    assert len(set(kept)) > len(rows)  # and it was not the same row all the time


def test_what_is_kept_of_a_row_is_nobodys() -> None:
    moulds._kept.clear()
    for row in ROWS:
        to_do(
            row._replace(name="欧阳娜娜", phone="13911112222", reason="孩子上学", model="机密"), NOW
        )
    kept = "".join("".join(pieces) for pieces in moulds._kept.values())

    assert "day-row" in kept
    for own in ("欧阳娜娜", "13911112222", "孩子上学", "机密", *(row.card_id for row in ROWS)):
        assert own not in kept


def test_too_many_moulds_make_room_and_none_is_lost_to_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(moulds, "MOST", 4)
    moulds._kept.clear()
    first = [to_do(row, NOW) for row in ROWS]

    assert [to_do(row, NOW) for row in ROWS] == first
    assert len(moulds._kept) <= 4
