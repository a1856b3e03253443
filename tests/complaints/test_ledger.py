"""The running ledger of complaints: by number and year, taken out as it is seen (CP-06, CP-21)."""

from __future__ import annotations

import pytest
import time_machine

from complaints.models import Ticket
from crm.exchange.queues.columns import Asked
from crm.exchange.queues.ledger_lists import LEDGER
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser, make_problem
from tests.people import NOW, Cast, local, make_card, make_cast


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
