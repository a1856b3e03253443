"""The figures of a managers' report as they stand now; frozen, they are this JSON.

`whole`, `before` and `targets` by key; `people`, `teams` and `stores` are lists of groups, each
with its `id`, its `name` and its `figures`; `complaints` and `lost` are counts by class and by
reason; `late` and `said` are those of `late.py` and `said.py`; `funnel` and `sales` are those of
`course.py`, `scores` those of `queues/scores.py`; `highlights` are what `highlights.py` found.
Every figure is a number as kpi.md prints it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q

from complaints.clocks import ACKNOWLEDGE
from complaints.models import Ticket
from crm.customers.kpis import lost_in_period
from crm.people import roles
from crm.people.models import Membership, Store, Team, User
from crm.records.kpis import By, Question, Rate, Scope
from crm.records.periods import Period, quarter_of
from crm.reports import due
from crm.reports.board import Answer, Number, read
from crm.reports.highlights import Rules, found_in
from crm.reports.kpis import KPIS, Unit, kpi_of
from crm.reports.kpis.board import BESIDE, COUNTS
from crm.reports.kpis.complaints import clock_key
from crm.reports.models import PeriodReport
from crm.reports.queues.aims import inherited, own_targets, targets_for, targets_of_stores
from crm.reports.queues.rows import plain
from crm.reports.queues.scores import scores_in
from crm.reports.weekly.course import WITH_SALES, funnel_of, sales_of
from crm.reports.weekly.late import late_complaints
from crm.reports.weekly.said import words_picked
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import numbers_for, rules_for

# How complaints were answered; of the whole alone.
SERVICE = (clock_key(ACKNOWLEDGE),)
WHOLE = (*KPIS, *COUNTS, *BESIDE, *SERVICE)
OF_GROUPS = (*KPIS, *COUNTS)
# The first of the paper: what the management reads every week.
HEADS = (
    *("response_rate", "satisfaction_rate", "conversion_rate", "on_time_rate"),
    *("visit_completion_rate", "resolution_rate", "capture_rate", "first_response_hours"),
    *("order_count", "complaint_count"),
)
# What is counted at the moment a report is taken, and not in its period.
OF_NOW = frozenset({"oldest_open_hours", *COUNTS}) - {"order_count", "test_drives"}

MEMBERS: dict[By, Any] = {By.PERSON: User, By.TEAM: Team, By.STORE: Store}
PARTS = {By.PERSON: "people", By.TEAM: "teams", By.STORE: "stores"}

Printed = dict[str, Any]


def question_of(
    store_id: int | None, period: Period, now: dt.datetime, *, is_past: bool = False
) -> Question:
    """What a report asks: about a store, or about everything; `is_past` of a moment gone by."""
    _numbers, calendar = rules_for(store_id)
    scope = Scope(By.STORE, store_id) if store_id else Scope()
    return Question((period,), calendar, scope, asked_at=now, is_past=is_past)


def figures_of(
    kind: str,
    store_id: int | None,
    period: Period,
    now: dt.datetime,
    *,
    is_past: bool = False,
    of_then: Printed | None = None,
) -> Printed:
    """Every figure of a report as of now: in all, before, by person, team and store.

    `of_then` are those of the edition before: what is counted at the moment of closing is theirs.
    """
    numbers = numbers_for(store_id)
    ask = question_of(store_id, period, now, is_past=is_past)
    places = By.TEAM if store_id else By.STORE
    asked = {
        "whole": (WHOLE, replace(ask, periods=(due.before(kind, period), period))),
        By.PERSON: (OF_GROUPS, replace(ask, by=By.PERSON)),
        places: (OF_GROUPS, replace(ask, by=places)),
    }
    answers = iter(read([(key, question) for keys, question in asked.values() for key in keys]))
    found = {part: {key: next(answers) for key in keys} for part, (keys, _q) in asked.items()}
    before = _printed(found["whole"], 0)
    figures: Printed = {
        "whole": _printed(found["whole"], 1),
        "before": {key: one for key, one in before.items() if key not in OF_NOW},
        "people": people_of(found[By.PERSON], store_id, period),
        "teams": _groups(found[places], _teams(store_id)) if store_id else [],
        "stores": [] if store_id else _groups(found[places], _stores()),
        "complaints": complaints_by_class(store_id, period),
        "lost": lost_by_reason(store_id, period),
        "late": late_complaints(ask),
        "said": words_picked(ask),
        **course_of(kind, ask),
    }
    if of_then:
        keep_of_then(figures, of_then)
    figures["targets"] = targets_for(OF_GROUPS, store_id, period, numbers)
    add_own_targets(figures, period)
    figures["highlights"] = highlights_of(figures, numbers)
    return figures | scores_of(kind, ask, numbers)


def keep_of_then(figures: Printed, then: Printed) -> None:
    """What is counted at the moment a report is closed, as the edition before had it."""
    nothing = Number(None, 0, 0).as_json()
    pairs = [(figures["whole"], then["whole"])]
    for part in PARTS.values():
        before = {one["id"]: one["figures"] for one in then[part]}
        pairs += [(one["figures"], before.get(one["id"], {})) for one in figures[part]]
    for mine, theirs in pairs:
        mine |= {key: theirs.get(key, nothing) for key in OF_NOW & mine.keys()}


def scores_of(kind: str, ask: Question, numbers: Numbers) -> Printed:
    """Of a store's month the scores of its people, and of the quarter that ends with it."""
    store_id = ask.scope.pk
    if kind != due.MONTH or not isinstance(store_id, int):
        return {}
    found: Printed = {"scores": scores_in(ask, store_id, numbers)}
    quarter = quarter_of(ask.period.first, ask.zone)
    if quarter.last == ask.period.last:
        found["quarter_scores"] = scores_in(replace(ask, periods=(quarter,)), store_id, numbers)
    return found


def course_of(kind: str, ask: Question) -> Printed:
    """The funnel, and of a month or year what was sold (RP-07, RP-08)."""
    sales = {"sales": sales_of(kind, ask)} if kind in WITH_SALES else {}
    return {"funnel": funnel_of(ask), **sales}


def stored(figures: Printed, keys: Iterable[str]) -> list[str]:
    """Those of the figures a report has, each once; it may be older than some of them."""
    return list(dict.fromkeys(key for key in keys if key in figures["whole"]))


def figures_of_one(figures: Printed, address: str) -> Printed:
    """The frozen figures of the whole report, or of one of its people, teams or stores."""
    if not address:
        whole: Printed = figures["whole"]
        return whole
    kind, _dash, public_id = address.partition("-")
    groups = figures[PARTS[By(kind)]]
    return next((one["figures"] for one in groups if one["id"] == public_id), {})


# The figures of a report today: by whose they are, as in an address, and by key.
Live = Mapping[str, Mapping[str, Number]]


def live_figures(report: PeriodReport, now: dt.datetime) -> Live:
    """The figures of a report as they are today, of all and of each one; two statements."""
    ask = question_of(report.store_id, report.period, now)
    groups = {by: replace(ask, by=by) for by, part in PARTS.items() if report.figures[part]}
    wanted = [("", key, ask) for key in WHOLE if key not in OF_NOW]
    wanted += [
        (by, key, asked) for by, asked in groups.items() for key in OF_GROUPS if key not in OF_NOW
    ]
    answers = read([(key, asked) for _by, key, asked in wanted])
    found: dict[str, dict[str, Number]] = {}
    names = {by: addresses(by, report.figures[PARTS[by]]) for by in groups}
    for (by, key, _asked), answer in zip(wanted, answers, strict=True):
        for pk, address in names[By(by)].items() if by else ((0, ""),):
            found.setdefault(address, {})[key] = answer.number(group=pk)
    return found


def addresses(by: By, groups: Iterable[Printed]) -> dict[int, str]:
    """Those people, teams or stores by their key, each as it stands in an address."""
    ids = [one["id"] for one in groups]
    pairs = MEMBERS[by].objects.filter(public_id__in=ids).values_list("pk", "public_id")
    return {pk: f"{by}-{public_id}" for pk, public_id in pairs}


def _printed(answers: Mapping[str, Answer], period: int = 0, group: int | None = 0) -> Printed:
    return {key: answer.number(period, group).as_json() for key, answer in answers.items()}


def _groups(
    answers: Mapping[str, Answer], members: Iterable[tuple[int, dict[str, Any]]]
) -> list[Printed]:
    """A line for each member, with its figures."""
    return [{**told, "figures": _printed(answers, group=pk)} for pk, told in members]


def people_of(answers: Mapping[str, Answer], store_id: int | None, period: Period) -> list[Printed]:
    """Everybody who sold or visited here on the last day, and whoever else has a figure.

    The team is that of the last day; who had none, or has left, stands without one.
    """
    posts = Membership.objects.valid_on(period.last).select_related("team", "store", "user")
    here = posts.filter(store=store_id) if store_id else posts.filter(store__isnull=False)
    listed: dict[int, Membership] = {}
    for post in here.order_by("role", "id"):
        if post.role in (roles.SALESPERSON, roles.SALES_SUPERVISOR, roles.SERVICE_AGENT):
            listed.setdefault(post.user_id, post)
    counted = {pk for one in answers.values() for (_p, pk), number in one.numbers.items() if pk}
    sellers = {pk for pk, post in listed.items() if post.role == roles.SALESPERSON}
    people = User.objects.filter(pk__in=counted | sellers).order_by("name", "pk")
    rows = []
    for person in people:
        own = listed.get(person.pk)
        told = {
            "id": person.public_id,
            "name": person.name,
            "team": own.team.name if own and own.team else "",
            "sells": bool(own and own.role == roles.SALESPERSON) or _sold(answers, person.pk),
        }
        rows.append({**told, "figures": _printed(answers, group=person.pk)})
    return rows


def _sold(answers: Mapping[str, Answer], pk: int) -> bool:
    """Whether somebody followed customers up or sold, whatever their post says today."""
    keys = ("on_time_rate", "conversion_rate", "order_count")
    return any(answers[key].number(group=pk).denominator for key in keys)


def _teams(store_id: int) -> list[tuple[int, dict[str, Any]]]:
    teams = Team.objects.filter(store=store_id).select_related("store").order_by("name")
    return [
        (one.pk, {"id": one.public_id, "name": one.name, "store": one.store.name}) for one in teams
    ]


def _stores() -> list[tuple[int, dict[str, Any]]]:
    return [(one.pk, {"id": one.public_id, "name": one.name}) for one in Store.objects.all()]


def complaints_by_class(store_id: int | None, period: Period) -> list[Printed]:
    """The complaints of the period by class: how many, resolved at its end, who leads them."""
    figure = kpi_of("resolution_rate").read(question_of(store_id, period, period.end))
    assert isinstance(figure, Rate)
    complaints = Q(kind=Ticket.Kind.COMPLAINT)
    (counted,), (solved_ones,) = figure.denominator(), figure.numerator()
    rows = plain(counted.filter(complaints))
    solved = Count("pk", filter=Q(pk__in=solved_ones.filter(complaints).values("pk")))
    counts = rows.order_by().values("category").annotate(n=Count("pk"), solved=solved)
    leads: dict[str, dict[str, None]] = {}
    pairs = rows.filter(lead_department__isnull=False).order_by("lead_department__name")
    for category, name in pairs.values_list("category", "lead_department__name").distinct():
        leads.setdefault(category, {})[name] = None
    found = [
        {"category": one["category"], "count": one["n"], "resolved": one["solved"]}
        for one in counts
    ]
    for one in found:
        one["departments"] = list(leads.get(one["category"], {}))
    return sorted(found, key=lambda one: (-one["count"], one["category"]))


def lost_by_reason(store_id: int | None, period: Period) -> list[Printed]:
    """The cards lost in the period by each reason, the commonest first (RP-13)."""
    rows = lost_in_period(question_of(store_id, period, period.end))
    counts = rows.order_by().values("lost_reason").annotate(n=Count("pk"))
    found = [{"reason": one["lost_reason"], "count": one["n"]} for one in counts]
    return sorted(found, key=lambda one: (-one["count"], one["reason"]))


def add_own_targets(figures: Printed, period: Period) -> None:
    """The targets of each store, person and team: their own, else the team's, over the whole's."""
    own = own_targets(OF_GROUPS, period)
    of_stores = targets_of_stores(OF_GROUPS, period) if figures["stores"] else {}
    for one in figures["stores"]:
        one["targets"] = of_stores.get(one["id"], {})
    for one in figures["teams"]:
        one["targets"] = own.get(f"team-{one['id']}", {})
    of_teams = {one["name"]: one["targets"] for one in figures["teams"]}
    for one in figures["people"]:
        of_team = of_teams.get(one["team"], {})
        one["targets"] = inherited(of_team, own.get(f"person-{one['id']}", {}))


def highlights_of(figures: Printed, numbers: Numbers) -> list[Printed]:
    """What stands out, by the store's rules."""
    rules = Rules(
        points=numbers.report_worse_points,
        least=numbers.report_least,
        share_percent=numbers.report_share_percent,
        change_percent=numbers.report_change_percent,
    )
    less = {key for key in HEADS if kpi_of(key).less_is_better}
    counts = {key for key in HEADS if kpi_of(key).unit is Unit.COUNT}
    found = found_in(figures, HEADS, less=less, counts=counts, rules=rules)
    return [one.as_json() for one in found]


def is_empty(figures: Printed) -> bool:
    """Whether nothing at all was counted in the period, nor in the days its funnel looks back."""
    whole, course = figures["whole"], figures.get("funnel") or {}
    counted = any(one["denominator"] for key, one in whole.items() if key not in OF_NOW)
    return not (counted or figures["lost"] or any(course.get("counts", {}).values()))
