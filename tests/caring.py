"""Rows of customer care, and of what sales teams do about feedback, for tests."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from crm.customers.models import Card
from crm.people.models import Store, Team, User
from crm.reports.models import TeamResponse
from tests.people import NOW
from visits.models import CareRule, CareTask

NUMBERS = itertools.count(1)


def make_care_rule(store: Store | None = None, **fields: Any) -> CareRule:
    """A rule of care: a greeting by WeChat that shows three days before the birthday."""
    return CareRule.objects.create(
        **{
            "name": "生日祝福",
            "occasion": "birthday",
            "method": "wechat",
            "words": "祝生日快乐",
            "store": store,
            "since": NOW.date() - dt.timedelta(days=30),
            **fields,
        }
    )


def make_care_task(card: Card, **fields: Any) -> CareTask:
    """A birthday greeting due today, the salesperson's."""
    assignee = fields.get("assignee", card.owner)
    return CareTask.objects.create(
        **{
            "key": f"birthday:{card.public_id}:{next(NUMBERS)}",
            "rule": CareRule.objects.filter(occasion="birthday").first() or make_care_rule(),
            "occasion": "birthday",
            "card": card,
            "day": NOW.date(),
            "due_on": NOW.date(),
            "assignee": assignee,
            "method": "wechat",
            "words": "祝生日快乐",
            "team_id": assignee.reach.main.team_id if assignee else None,
            "store": card.store,
            **fields,
        }
    )


def make_team_response(team: Team, asked_by: User, **fields: Any) -> TeamResponse:
    """February's feedback on a team's follow-up, passed on and not answered yet."""
    return TeamResponse.objects.create(
        **{
            "team": team,
            "store": team.store,
            "asked_by": asked_by,
            "first": dt.date(2026, 2, 1),
            "last": dt.date(2026, 2, 28),
            "words": "多位客户觉得联系太频繁",
            "answer_by": NOW.date() + dt.timedelta(days=7),
            **fields,
        }
    )
