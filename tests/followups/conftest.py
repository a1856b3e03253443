"""The floor of one morning: Lin's customer Zhang Wei with a plan of three steps."""

import datetime as dt

import pytest

from crm.customers.models import Card
from followups.models import Plan
from tests.people import NOW, Cast, local, make_card, make_cast, make_plan, make_planned

SATURDAY = local("2026-03-14 14:30")
MONDAY = local("2026-03-16 17:30")


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def card(cast: Cast) -> Card:
    return make_card(cast.lin, "张伟", level="H")


@pytest.fixture
def draft(card: Card) -> Plan:
    """A draft that passes every check: today 10:30, Saturday 14:30, Monday 17:30."""
    plan = make_plan(card, state="draft")
    make_planned(plan, NOW + dt.timedelta(minutes=10), reason="上次问到第二排空间")
    make_planned(plan, SATURDAY, method="in_person", reason="夫人是决定人之一")
    make_planned(plan, MONDAY, reason="试驾后 48 小时内")
    return plan
