"""The dates one tap promises lie ahead, on working days and in opening hours (CP-18)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from complaints.models import Ticket
from complaints.quick_dates import quick_dates
from crm.workdays import Calendar, OpeningHours, Slot
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, local, make_card, make_cast

DAY_OFF = dt.date(2026, 3, 13)
MAKE_UP = dt.date(2026, 3, 14)


def calendar(**facts) -> Calendar:
    zone = local("2026-03-12 10:00").tzinfo
    return Calendar(zone=zone, **facts)


@pytest.mark.parametrize(
    ("now", "facts", "offered"),
    [
        # Thursday morning: today, tomorrow, Monday
        ("2026-03-12 10:30", {}, ["2026-03-12 17:00", "2026-03-13 10:00", "2026-03-16 17:00"]),
        # too late for today
        ("2026-03-12 16:45", {}, ["2026-03-13 10:00", "2026-03-16 17:00"]),
        # Friday off, Saturday made up for it
        (
            "2026-03-12 10:30",
            {"holidays": frozenset({DAY_OFF}), "make_up_days": frozenset({MAKE_UP})},
            ["2026-03-12 17:00", "2026-03-14 10:00", "2026-03-16 17:00"],
        ),
        # on a Sunday nothing is promised for that evening
        ("2026-03-15 10:30", {}, ["2026-03-16 10:00", "2026-03-17 17:00"]),
        # a store that opens at eleven and shuts at four
        (
            "2026-03-12 11:30",
            {"hours": OpeningHours(week=((Slot(dt.time(11), dt.time(16)),),) * 7)},
            ["2026-03-12 16:00", "2026-03-13 11:00", "2026-03-16 16:00"],
        ),
    ],
)
def test_dates_lie_ahead_in_working_time(now: str, facts: dict, offered: list[str]) -> None:
    found = quick_dates(local(now), calendar(**facts))
    assert [f"{at:%Y-%m-%d %H:%M}" for at in found] == offered


@pytest.mark.django_db
def test_one_tap_fills_the_date_of_the_call_and_of_the_form() -> None:
    cast: Cast = make_cast()
    ticket: Ticket = make_complaint(cast, card=make_card(cast.lin, "王芳"))
    wu: Client = browser(cast.wu)
    with time_machine.travel(NOW, tick=False):
        for path, field in (
            (f"/complaints/{ticket.public_id}/", "id_next_at"),
            ("/complaints/new/", "id_answer_by"),
        ):
            html = wu.get(path).content.decode()
            assert f'data-fills="{field}" data-text="2026-03-12 17:00"' in html
            assert f'data-fills="{field}" data-text="2026-03-16 17:00"' in html
