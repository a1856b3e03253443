"""Everybody who comes or calls is logged; a card's owner hears of it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.customers.models import TimelineEntry
from crm.notices.models import Notice
from crm.reception.actions import log_reception
from crm.reception.models import ReceptionEntry
from tests.people import NOW


def test_who_leaves_no_data_is_counted_too(cast):
    entry = log_reception(None, by=cast.fang, kind="walk_in", arrived_at=NOW, now=NOW)

    assert (entry.staff, entry.store, entry.card) == (cast.fang, cast.pudong, None)
    assert entry.first_time
    assert entry.entry_no == "R-2026-0001"


def test_the_owner_hears_that_her_customer_came(cast, card):
    entry = log_reception(card, by=cast.zhou, kind="walk_in", arrived_at=NOW, now=NOW)

    assert not entry.first_time
    notice = Notice.objects.get(kind="reception_logged")
    assert notice.recipient == cast.lin
    assert TimelineEntry.objects.get(kind="reception_logged").card == card


def test_her_own_reception_tells_her_nothing(cast, card):
    log_reception(card, by=cast.lin, kind="walk_in", arrived_at=NOW, now=NOW)
    assert not Notice.objects.exists()


def test_a_form_sent_twice_is_one_entry(cast):
    for _time in range(2):
        log_reception(None, by=cast.fang, kind="call", arrived_at=NOW, now=NOW, request_id="r1")
    assert ReceptionEntry.objects.count() == 1


def test_nobody_arrives_tomorrow(cast):
    with pytest.raises(ValidationError):
        log_reception(
            None, by=cast.fang, kind="call", arrived_at=NOW + dt.timedelta(hours=1), now=NOW
        )


@pytest.mark.parametrize("who", ["adele", "pan", "tang", "vera", "mia"])
def test_who_meets_no_customers_logs_none(cast, who):
    with pytest.raises(PermissionDenied):
        log_reception(None, by=getattr(cast, who), kind="call", arrived_at=NOW, now=NOW)


def test_the_front_desk_logs_on_the_page_and_the_owner_is_named(cast, card, browser):
    fang = browser(cast.fang)
    answer = fang.post(
        "/receptions/new/",
        {
            "kind": "walk_in",
            "arrived_at": "2026-03-01 10:00",
            "party_size": "2",
            "phone": "138 0013 5021",
        },
        follow=True,
    )
    assert ReceptionEntry.objects.get().card == card
    assert "林晓彤" in answer.content.decode()
    page = fang.get("/receptions/?show=all").content.decode()
    assert "张伟" not in page
    assert "张**" in page


def test_the_first_move_on_a_taken_number_is_one_tap(cast, card, browser):
    answer = browser(cast.zhou).post(
        "/receptions/for-owner/", {"phone": "13800135021", "reason": "看了 S7", "source": ""}
    )
    assert answer.status_code == 302
    entry = ReceptionEntry.objects.get()
    assert (entry.card, entry.staff, entry.notes) == (card, cast.zhou, "看了 S7")
    assert Notice.objects.get().recipient == cast.lin


@pytest.mark.parametrize(
    "values",
    [
        {"party_size": "10" * 30},
        {"kind": "\x00"},
        {"notes": "长" * 200_000},
        {"arrived_at": "0001-01-01"},
        {"phone": "\x00138"},
    ],
)
def test_hostile_values_are_sent_back(cast, browser, values):
    good = {"kind": "call", "arrived_at": "2026-03-01 10:00"}
    assert browser(cast.fang).post("/receptions/new/", good | values).status_code == 422


@pytest.mark.parametrize(
    ("who", "sees"), [("lin", True), ("chen", True), ("fang", True), ("shen", True), ("ma", False)]
)
def test_the_log_is_read_within_scope(cast, browser, who, sees):
    log_reception(None, by=cast.lin, kind="walk_in", arrived_at=NOW, now=NOW, notes="三口之家")
    page = browser(getattr(cast, who)).get("/receptions/?show=all").content.decode()
    assert ("三口之家" in page) is sees
