"""Whoever stands in for somebody is no second person for what that one did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from complaints import access as complaints
from crm.people.models import Delegation, User
from crm.reports import access as reports
from tests import caring, people
from tests.complaints import problems
from tests.people import NOW, Cast
from tests.permissions.problems import make_case
from tests.visits.audits import make_drawn
from visits import access as visits

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
Judged = tuple[User, User, Callable[[User, Any], bool], Any]


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


def measure(cast: Cast) -> Judged:
    row = people.make_measure(people.make_visit_report(cast.pudong, cast.xu), cast.chen)
    return cast.shen, cast.chen, reports.can_check, row


def response(cast: Cast) -> Judged:
    row = caring.make_team_response(cast.team_one, cast.xu, state="answered")
    row.answered_by = cast.chen
    return cast.shen, cast.chen, reports.can_check_response, row


def audit(cast: Cast) -> Judged:
    row = make_drawn(people.make_card(cast.lin), cast.ola, cast.vera, "appealed")
    return cast.shen, row.visitor, visits.can_settle, row


def ticket(cast: Cast) -> Judged:
    row = problems.told(cast)
    row.solved_by = cast.wu
    return cast.xu, cast.wu, complaints.can_confirm, row


def case(cast: Cast) -> Judged:
    row = make_case(problems.confirmed(cast), cast.wu, "waiting")
    return cast.xu, cast.wu, complaints.can_decide_case, row


@pytest.mark.parametrize("made", [measure, response, audit, ticket, case])
def test_who_stands_in_for_the_doer_does_not_judge_it(
    cast: Cast, made: Callable[[Cast], Judged]
) -> None:
    judge, doer, may, row = made(cast)
    assert may(judge, row)
    day = dt.timedelta(days=1)
    Delegation.objects.create(user=doer, deputy=judge, starts_on=TODAY, ends_on=TODAY + day)
    assert not may(User.objects.get(pk=judge.pk), row)
