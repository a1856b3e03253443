"""What of a store's report is about one sales team: for its supervisor (matrix row 19).

A report freezes each team's figures with the rows behind them, so the cut counts nothing anew. What
is frozen of the whole store alone (complaints by class, losses, the funnel, sales) is not in it.
"""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from typing import Any

from crm.people import roles
from crm.people.models import Team, User
from crm.records.kpis import By
from crm.reports import due
from crm.reports.models import PeriodReport
from crm.reports.weekly.figures import OF_NOW, highlights_of, live_figures
from crm.reports.weekly.paper import Paper, paper_of
from crm.reports.weekly.today import Today
from crm.rulebook.queues import numbers_for

# What is kept of the whole store alone.
OF_STORE: dict[str, Any] = {"stores": [], "complaints": [], "lost": [], "highlights": []}


def teams_of(user: User, report: PeriodReport) -> list[Team]:
    """The teams of the report's store that somebody leads."""
    led = Team.objects.filter(pk__in=user.reach.teams_as(roles.SALES_SUPERVISOR))
    return list(led.filter(store=report.store_id).order_by("name", "pk"))


def address_of(team: Team) -> str:
    """A team as in an address."""
    return f"{By.TEAM}-{team.public_id}"


def addresses_in(report: PeriodReport, teams: list[Team]) -> list[str]:
    """Whose frozen figures these teams' supervisor opens: the teams', and their people's."""
    names = {mine["name"] for team in teams if (mine := _of_team(report, team))}
    people = [one for one in report.figures["people"] if one["team"] in names]
    return [*map(address_of, teams), *(f"{By.PERSON}-{one['id']}" for one in people)]


def cut_of(report: PeriodReport, team: Team) -> PeriodReport:
    """The report as it is about a team; it is not to be saved."""
    figures, cut = report.figures, copy.copy(report)
    mine = _of_team(report, team)
    cut.figures = {
        **OF_STORE,
        "whole": mine.get("figures", {}),
        "before": _before(report, team),
        "targets": mine.get("targets", {}),
        "people": [one for one in figures["people"] if mine and one["team"] == mine["name"]],
        "teams": [mine] if mine else [],
    }
    if mine:
        cut.figures["highlights"] = highlights_of(cut.figures, numbers_for(report.store_id))
    return cut


def _of_team(report: PeriodReport, team: Team) -> dict[str, Any]:
    found = (one for one in report.figures["teams"] if one["id"] == team.public_id)
    return next(found, {})


def _before(report: PeriodReport, team: Team) -> dict[str, Any]:
    """The team's figures in the report of the period before; none where there is none."""
    first = due.before(report.kind, report.period).first
    rows = PeriodReport.objects.last_editions().filter(kind=report.kind, store=report.store_id)
    earlier = rows.filter(first=first).first()
    figures = _of_team(earlier, team).get("figures", {}) if earlier else {}
    return {key: one for key, one in figures.items() if key not in OF_NOW}


def cut_paper(report: PeriodReport, team: Team, now: dt.datetime) -> Paper:
    """The sheets of a team, with what differs today beside."""
    cut, whose = cut_of(report, team), address_of(team)
    paper = paper_of(cut, live_figures(report, now), None, whose)
    return replace(paper, place=f"{paper.place} · {team.name}")


def cut_today(report: PeriodReport, team: Team, now: dt.datetime) -> Today:
    """A team's figures as they are now, beside the cut."""
    live = live_figures(report, now)
    return Today(cut_of(report, team), {**live, "": live.get(address_of(team), {})}, {}, now)
