"""The running ledger of complaints: by number and year, taken out as it is seen (CP-06, CP-21)."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Ticket
from crm.exchange.queues.columns import Asked
from crm.exchange.queues.ledger_lists import LEDGER
from crm.records.models import AuditEvent
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser, make_problem
from tests.people import NOW, Cast, local, make_card, make_cast, make_order


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def lines(user, **query: str) -> list[dict[str, object]]:
    """What a file of the ledger would hold, by column."""
    keys = [column.key for column in LEDGER.columns]
    found = LEDGER.lines(Asked(user, query, NOW), 100)
    return [dict(zip(keys, line, strict=True)) for line in found]


def test_the_file_holds_the_lines_of_the_page_with_what_the_register_form_says(cast: Cast) -> None:
    told = {"name": "王芳", "demand": "换桩", "cause": "固件过旧", "subject": "充电桩"}
    mine = make_complaint(cast, told=told)
    stranger = make_complaint(cast, card=None, told={"name": "过路人", "channel": "regulator"})
    make_problem(cast, card=make_card(cast.lin, "张伟"))  # has no number of the ledger
    Ticket.objects.filter(pk=stranger.pk).update(reported_at=local("2025-12-31 23:59"))
    page = browser(cast.xu).get("/complaints/ledger/")
    shown = [ticket.ledger_no for ticket, _name in page.context["rows"]]
    found = lines(cast.xu)
    assert [line["ledger_no"] for line in found] == shown == [mine.ledger_no, stranger.ledger_no]
    first, second = found
    assert (first["demand"], first["cause"], first["about"]) == ("换桩", "固件过旧", "充电桩")
    assert first["channel"] == "来电"
    assert second["complainant"] == "过路人"
    assert [line["ledger_no"] for line in lines(cast.xu, year="2025")] == [stranger.ledger_no]
    assert len(lines(cast.xu, year="2025' OR 1")) == 2  # no year we know
    assert "list=ledger" in page.content.decode()


def test_nobody_reads_in_it_of_a_complaint_about_themselves(cast: Cast) -> None:
    make_complaint(cast, about=cast.xu)
    assert lines(cast.xu) == []
    assert lines(cast.shen)[0]["about"] == cast.xu.name
    assert browser(cast.lin).get("/complaints/ledger/").status_code == 403


def found(user, words: str) -> list[object]:
    """The numbers a search of the ledger finds, the newest first."""
    page = browser(user).get("/complaints/ledger/", {"q": words})
    assert page.status_code == 200
    return [ticket.ledger_no for ticket, _name in page.context["rows"]]


@pytest.fixture
def two(cast: Cast) -> tuple[Ticket, Ticket]:
    """Wang Fang's pile with her card, and a passer-by's brakes without one."""
    mine = make_complaint(cast, told={"name": "王芳", "demand": "换桩", "subject": "充电桩"})
    told = {"name": "过路人", "phone": "+8613655550199", "plate": "沪A12345"}
    other = make_complaint(cast, card=None, description="倒车影像 Camera 黑屏", told=told)
    return mine, other


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("夜间充电", "mine"),
        ("camera", "other"),
        ("ｃａｍｅｒａ　黑屏", "other"),
        ("黑屏 充电", ""),
        ("换桩", "mine"),
        ("充电桩", "mine"),
        ("过路", "other"),
        ("wangfang", "mine"),
        ("136 5555 0199", "other"),
        ("+86 13655550199", "other"),
        ("0199", "other"),
        ("555501", ""),
        ("沪a·12345", "other"),
        ("12345", ""),
        ("100%", ""),
        ("_", ""),
        ("\x00", ""),
        (" ", "both"),
    ],
)
def test_the_ledger_is_searched_by_words_phone_and_plate(
    cast: Cast, two: tuple[Ticket, Ticket], words: str, who: str
) -> None:
    mine, other = two[0].ledger_no, two[1].ledger_no
    expected = {"mine": [mine], "other": [other], "": [], "both": [other, mine]}
    assert found(cast.xu, words) == expected[who]


def test_it_is_searched_by_numbers_and_the_vin_of_the_car(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    mine, other = two
    make_order(mine.card, NOW, vin="LSVAA4182E2123456")
    assert found(cast.xu, mine.ticket_no.lower()) == [mine.ledger_no]
    assert found(cast.xu, str(other.ledger_no)) == [other.ledger_no]
    assert found(cast.xu, "lsvaa 4182 e2123456") == [mine.ledger_no]
    assert found(cast.xu, "E2123456") == []


def test_a_search_goes_no_further_than_the_reader_sees(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    Ticket.objects.filter(pk=two[1].pk).update(about=cast.xu)
    assert found(cast.xu, "黑屏") == []
    assert found(cast.shen, "黑屏") == [two[1].ledger_no]


def test_the_file_holds_what_was_searched_for_and_a_search_for_a_phone_is_kept(
    cast: Cast, two: tuple[Ticket, Ticket]
) -> None:
    assert [line["ledger_no"] for line in lines(cast.xu, q="黑屏")] == [two[1].ledger_no]
    assert found(cast.xu, "13655550199") == [two[1].ledger_no]
    kept = AuditEvent.objects.get(action="customers.search_phone")
    assert kept.after == {"digits": 11, "count": 1}


def test_more_words_cost_no_more_statements(cast: Cast, two: tuple[Ticket, Ticket]) -> None:
    client = browser(cast.xu)
    counts = []
    for words in ("黑屏", "黑屏 camera 倒车 影像 过路 0199"):
        with CaptureQueriesContext(connection) as kept:
            page = client.get("/complaints/ledger/", {"q": words})
        assert page.context["listing"].total == 1
        counts.append(len(kept))
    assert counts[0] == counts[1]
