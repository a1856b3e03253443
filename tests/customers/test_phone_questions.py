"""Whoever learns whether a number is known is written down, and learns it 20 times an hour."""

from typing import Any

import pytest

from crm.customers.models import Card, Customer, OwnershipConflict
from crm.notices.models import Notice
from crm.reception.models import ReceptionEntry
from crm.records.models import AuditEvent
from tests.customers.conftest import PHONE
from tests.people import make_card

TAKEN, FREE = "13800135021", "13900004321"
NEW = {
    "name": "李雷",
    "source": "walk_in",
    "channel": "showroom",
    "reason": "夫人未看车，是决定人之一",
    "first_at": "2030-03-14 10:00",
    "first_method": "phone",
}


def doors(own: Card) -> dict[str, tuple[str, dict[str, Any]]]:
    """Every form whose answer depends on who holds the number typed into it."""
    mine = own.customer
    return {
        "check": ("/customers/phone-checks/", {}),
        "card": ("/followups/cards/new/", NEW),
        "profile": (
            f"/customers/{own.public_id}/profile/",
            {"version": mine.version, "name": mine.name, "age_band": "", "gender": ""},
        ),
        "claim": ("/conflicts/new/", {"claim": "我先接待的"}),
        "reception": ("/receptions/new/", {"kind": "call", "arrived_at": "2026-03-01 10:00"}),
        "for owner": ("/receptions/for-owner/", {}),
    }


def questions() -> int:
    return AuditEvent.objects.filter(action="customers.check_duplicate").count()


def told(client: Any, path: str, sent: dict[str, Any], phone: str) -> str:
    """All that is said in answer, on the page the answer leads to as well."""
    return str(client.post(path, {**sent, "phone": phone}, follow=True).content.decode())


@pytest.fixture
def own(cast, card) -> Card:
    return make_card(cast.zhou, "韩梅", phone="+8613700001111")


@pytest.mark.parametrize("door", ["check", "card", "profile", "claim", "reception", "for owner"])
def test_a_question_is_written_down_and_counts(cast, own, browser, door):
    zhou = browser(cast.zhou)
    path, sent = doors(own)[door]
    assert "林晓彤" in told(zhou, path, sent, TAKEN)
    assert questions() == 1
    assert PHONE[3:] not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize("door", ["check", "claim", "for owner"])
def test_that_nobody_has_it_is_an_answer_too(cast, own, browser, door):
    path, sent = doors(own)[door]
    told(browser(cast.zhou), path, sent, FREE)
    assert questions() == 1


@pytest.mark.parametrize("door", ["check", "card", "profile", "claim", "reception", "for owner"])
def test_after_twenty_an_hour_no_door_tells_any_more(cast, own, browser, door):
    zhou = browser(cast.zhou)
    for _time in range(20):
        AuditEvent.objects.create(action="customers.check_duplicate", actor=cast.zhou)
    path, sent = doors(own)[door]
    Notice.objects.all().delete()
    page = told(zhou, path, sent, TAKEN)
    assert "林晓彤" not in page
    assert Customer.objects.count() == 2
    assert not OwnershipConflict.objects.exists()


def test_an_owner_hears_of_a_visitor_whatever_the_budget_says(cast, own, browser):
    for _time in range(20):
        AuditEvent.objects.create(action="customers.check_duplicate", actor=cast.zhou)
    path, sent = doors(own)["reception"]
    told(browser(cast.zhou), path, sent, TAKEN)
    assert ReceptionEntry.objects.get().card.owner == cast.lin
    assert Notice.objects.get(kind="reception_logged").recipient == cast.lin


def test_who_goes_on_asking_is_followed_but_does_not_flood_the_trail(cast, own, browser):
    path, sent = doors(own)["card"]
    zhou = browser(cast.zhou)
    for _time in range(70):
        told(zhou, path, sent, TAKEN)
    assert questions() == 60
    assert AuditEvent.objects.filter(after__held_back=True).count() == 40
