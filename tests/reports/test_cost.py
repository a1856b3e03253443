"""A figure by person costs the same statements however many people there are."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.people import roles
from crm.people.models import User
from crm.records.kpis import By, Question
from crm.records.periods import Period
from crm.reports.board import read
from crm.reports.kpis import KPIS
from crm.rulebook.queues import rules_for
from tests.people import (
    NOW,
    SHANGHAI,
    Cast,
    make_card,
    make_contact,
    make_order,
    make_plan,
    make_planned,
    make_ticket,
    make_user,
    make_visit,
)

WEEK = Period(dt.date(2026, 3, 9), dt.date(2026, 3, 15), SHANGHAI)
FEW, MANY = 5, 40
HOUR = dt.timedelta(hours=1)


def hire(cast: Cast, numbers: range) -> list[User]:
    """Sellers of one team who each have a customer of their own with a row of every kind."""
    hired = []
    for number in numbers:
        place = (roles.SALESPERSON, cast.pudong, cast.team_one)
        seller = make_user(f"seller{number}", f"顾问{number}", *place)
        card = make_card(seller, f"客户{number}", opened_at=NOW - 2 * HOUR)
        make_contact(card, NOW - HOUR)
        make_planned(make_plan(card), NOW - HOUR)
        make_order(card, NOW - HOUR)
        done = {"state": "completed", "completed_at": NOW - HOUR, "satisfaction": 5}
        make_visit(card, NOW.date(), assignee=seller, **done)
        make_ticket(card, NOW - HOUR, responsible=seller)
        hired.append(seller)
    return hired


def cost(question: Question) -> tuple[dict[str, int], dict[str, set[int | str]]]:
    """How many statements each figure takes by person, and who has a value of their own."""
    taken: dict[str, int] = {}
    counted: dict[str, set[int | str]] = {}
    for key in KPIS:
        with CaptureQueriesContext(connection) as statements:
            (answer,) = read([(key, question)])
        taken[key] = len(statements)
        counted[key] = {pk for _period, pk in answer.numbers if pk}
    return taken, counted


def test_each_figure_takes_as_many_statements_for_five_people_as_for_forty(cast: Cast) -> None:
    _numbers, calendar = rules_for(None)
    question = Question((WEEK,), calendar, by=By.PERSON, asked_at=NOW)
    hired = hire(cast, range(FEW))
    cost(question)
    few, _counted = cost(question)
    hired += hire(cast, range(FEW, MANY))
    many, counted = cost(question)
    assert many == few == dict.fromkeys(KPIS, 1)
    ours = {seller.pk for seller in hired}
    whole = {key for key, pks in counted.items() if ours <= pks}
    assert whole >= {"response_rate", "conversion_rate", "on_time_rate", "satisfaction_rate"}
    assert whole >= {"visit_completion_rate", "complaint_count", "closing_rate"}
