"""Figures lined up for screens and commands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, tzinfo
from typing import Any

from django.db.models import Exists, OuterRef

from crm.people.models import Membership, Store, Team, User
from crm.records.kpis import By, Question, Scope
from crm.records.periods import Period
from crm.reports.board import Answer, read
from crm.reports.kpis import KPIS
from crm.reports.queues.limits import fault_of
from crm.rulebook.queues import working_calendar


def checked_period(first: date, last: date, zone: tzinfo) -> Period:
    """The period from `first` to `last`, both included; raises ValueError with a sentence."""
    if fault := fault_of(first, last):
        raise ValueError(fault)
    return Period(first, last, zone)


def sheet(period: Period, scope: Scope, by: By | None) -> dict[str, Any]:
    """Every KPI of a period in the form of kpi.md: `kpis`, and `rows` where a grouping is asked.

    The statements are as many with a thousand people as with one.
    """
    calendar = working_calendar()
    total = Question((period,), calendar, scope)
    grouped = Question((period,), calendar, scope, by)
    asked = [(key, total) for key in KPIS]
    if by:
        asked += [(key, grouped) for key in KPIS]
    answers = read(asked)
    report: dict[str, Any] = {"kpis": _printed(answers[: len(KPIS)], 0)}
    if by:
        report["rows"] = [
            {by.value: name, "kpis": _printed(answers[len(KPIS) :], pk)}
            for name, pk in sorted(_members(by))
        ]
    return report


def _printed(answers: Iterable[Answer], group: int) -> dict[str, Any]:
    return {
        key: answer.number(group=group).as_json() for key, answer in zip(KPIS, answers, strict=True)
    }


def _members(by: By) -> Iterable[tuple[str, int]]:
    """Everybody on the staff list, every team that has somebody on it, or every store."""
    if by is By.STORE:
        return Store.objects.values_list("code", "pk")
    if by is By.TEAM:
        staffed = Team.objects.filter(Exists(Membership.objects.filter(team=OuterRef("pk"))))
        pairs = staffed.values_list("store__code", "name", "pk")
        return [(f"{store}/{team}", pk) for store, team, pk in pairs]
    listed = Exists(Membership.objects.filter(user=OuterRef("pk")))
    people = User.objects.filter(listed)
    return list(people.values_list("username", "pk"))
