"""What was learnt before is suggested where the next one is worked on (CP-26)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.likeness import LONGEST, LOOKED_FOR, most_alike, pieces, telling_pieces
from complaints.models import Case, Ticket
from complaints.queues.cases import search_text
from complaints.queues.similar_cases import similar_cases
from tests.complaints.problems import browser, confirmed, make_problem
from tests.people import NOW, Cast, make_card, make_cast
from tests.permissions.problems import make_case

CASES = {
    "charging": "充电停在 80% 夜间充电停在 80%，拔枪重插无效",
    "brakes": "刹车异响 低速刹车时前轮有异响",
    "invoice": "发票开错 抬头写成个人，需要重开发票",
    "app": "Charging app loses pairing after the update",
}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("充到８０％就停，晚上充不满", "charging"),
        ("前轮刹车有响声", "brakes"),
        ("发票抬头错了", "invoice"),
        ("the APP lost its pairing", "app"),
        ("销售员态度不好", None),
        ("", None),
    ],
)
def test_the_case_most_like_the_words_comes_first(text: str, first: str | None) -> None:
    found = most_alike(text, CASES, most=3)
    assert (found[0] if found else None) == first


def test_width_case_and_length_change_nothing() -> None:
    assert pieces("ＡＢＳ 故障") == pieces("abs 故障")
    assert len(pieces("充电" * 10**6)) < LONGEST
    assert pieces("\x00%_'‮") == frozenset()


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def learnt(cast: Cast, title: str, symptoms: str, **fields) -> Case:
    ticket = fields.pop("ticket", None) or confirmed(cast, card=make_card(cast.lin, "赵敏"))
    state = fields.pop("state", "published")
    words = {"title": title, "symptoms": symptoms}
    decided = {"decided_by": cast.shen, "decided_at": NOW} if state == "published" else {}
    return make_case(
        ticket, cast.tang, state, **words, search=search_text(words), **decided, **fields
    )


def test_a_problem_shows_published_cases_like_it_and_no_others(cast: Cast) -> None:
    like = learnt(cast, "充电停在 80%", "夜间充电停在 80%")
    learnt(cast, "刹车异响", "低速刹车时前轮有异响", ticket=like.ticket)
    learnt(cast, "充电停在 80% 又一例", "充到 80% 就停", ticket=like.ticket, state="draft")
    ticket = make_problem(cast, card=make_card(cast.lin, "张伟"), description="晚上充电到 80% 就停")
    page = browser(cast.wu).get(f"/complaints/{ticket.public_id}/")
    assert page.context["similar_cases"] == [like]
    assert f"/complaints/cases/{like.public_id}/" in page.content.decode()
    # Sales learns that there is a ticket, not what was said, nor what it is like.
    assert browser(cast.lin).get(page.request["PATH_INFO"]).context["similar_cases"] == []


def test_comparing_costs_the_same_whatever_the_library_holds(cast: Cast) -> None:
    first = learnt(cast, "充电停在 80%", "夜间充电停在 80%")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert first in similar_cases(cast.wu, "晚上充电到 80% 就停", "technical")
        return len(captured)

    cast.wu.reach  # noqa: B018
    few = asked()
    for number in range(5):
        learnt(cast, f"刹车异响 {number}", "低速刹车时前轮有异响", ticket=first.ticket)
    assert asked() == few


def test_the_oldest_of_four_hundred_cases_is_found(cast: Cast) -> None:
    oldest = learnt(cast, "充电停在 80%", "夜间充电停在 80%", category="technical")
    Case.objects.filter(pk=oldest.pk).update(created_at=NOW - dt.timedelta(days=900))
    words = {"title": "刹车异响", "symptoms": "低速刹车时前轮有异响，雨天更明显"}
    Case.objects.bulk_create(
        Case(
            case_no=f"AL-B-{number:04}",
            category="technical" if number % 2 else "price",
            search=f"{search_text(words)} {number}",
            state="published",
            author=cast.tang,
            decided_by=cast.shen,
            decided_at=NOW,
            created_at=NOW - dt.timedelta(days=number),
            **words,
        )
        for number in range(400)
    )
    said = "晚上充电到 80% 就停，拔枪重插也没用"
    assert similar_cases(cast.wu, said, "technical")[0] == oldest
    assert similar_cases(cast.wu, said, "price")[0] == oldest
    assert similar_cases(cast.wu, "销售员态度不好", "technical") == []


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("充电停了", ["充电", "电停", "停了"]),
        ("ABS 灯亮", ["灯亮", "abs"]),
        ("a 的 1", []),
        ("%_\x00'", []),
    ],
)
def test_what_is_looked_for_are_pairs_and_words(text: str, some: list[str]) -> None:
    assert telling_pieces(text) == some


def test_of_a_long_text_little_is_looked_for_from_all_over_it() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(500))
    found = telling_pieces(text)
    assert len(found) <= LOOKED_FOR
    assert text.index(found[-1]) > 450


def test_while_a_complaint_is_written_down_cases_like_it_are_suggested(cast: Cast) -> None:
    like = learnt(cast, "充电停在 80%", "夜间充电停在 80%")
    before = Ticket.objects.count()
    page = browser(cast.lin).get("/complaints/new/")
    assert 'hx-post="/complaints/cases/suggestions/"' in page.content.decode()
    said = {"description": "晚上充电到 80% 就停\x00", "category": "technical"}
    part = browser(cast.lin).post("/complaints/cases/suggestions/", said)
    assert part.context["similar_cases"] == [like]
    nothing = browser(cast.lin).post("/complaints/cases/suggestions/", {"category": "x" * 10**4})
    assert nothing.content.strip() == b""
    assert browser(cast.pan).post("/complaints/cases/suggestions/", said).status_code == 403
    assert Ticket.objects.count() == before
