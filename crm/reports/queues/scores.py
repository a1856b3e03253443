"""The assessment scores of a store's people, with what they were reckoned from (kpi.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.people import roles
from crm.people.models import Membership
from crm.records.kpis import By, Question
from crm.records.periods import MONTH, QUARTER
from crm.reports.board import Number, read
from crm.reports.kpis import Unit, kpi_of
from crm.reports.queues.aims import inherited, own_targets, targets_for
from crm.reports.queues.asked import Asked
from crm.reports.scores import Indicator, Score, ranks, score_of
from crm.rulebook.numbers import Numbers
from crm.ui import numbers as said

# By role: each rate with the rulebook's number of its weight.
WEIGHTS = {
    roles.SALESPERSON: {
        "response_rate": "score_response_weight",
        "on_time_rate": "score_on_time_weight",
        "satisfaction_rate": "score_satisfaction_weight",
        "conversion_rate": "score_conversion_weight",
    },
    roles.SERVICE_AGENT: {
        "visit_completion_rate": "score_completion_weight",
        "visit_satisfaction_rate": "score_visit_satisfaction_weight",
        "resolution_rate": "score_resolution_weight",
        "record_accuracy": "score_accuracy_weight",
    },
}
KEYS = tuple(key for weights in WEIGHTS.values() for key in weights)
# The same figure by visitor: where it has no target of its own, that of the figure holds.
SAME = {"visit_satisfaction_rate": "satisfaction_rate"}
TARGETS = (*KEYS, *SAME.values())
KINDS = (MONTH, QUARTER)
Printed = dict[str, Any]


def scores_in(ask: Question, store_id: int, numbers: Numbers) -> list[Printed]:
    """Everybody who sells or visits there, of each role the best first; whoever has none, last.

    Each one has the weights and targets in force with them, so that a frozen score stays what it
    was. As many statements for a hundred people as for one.
    """
    period = ask.period
    by_person = replace(ask, by=By.PERSON)
    answers = dict(zip(KEYS, read([(key, by_person) for key in KEYS]), strict=True))
    targets = targets_for(TARGETS, store_id, period, numbers)
    own = own_targets(TARGETS, period)
    posts = Membership.objects.valid_on(period.last).filter(store=store_id, role__in=WEIGHTS)
    listed: dict[tuple[int, str], tuple[Membership, list[Indicator]]] = {}
    for post in posts.select_related("user", "team").order_by("user__name", "user_id", "id"):
        team = own.get(f"team-{post.team.public_id}", {}) if post.team else {}
        mine = inherited(team, own.get(f"person-{post.user.public_id}", {}))
        found = {key: answers[key].number(group=post.user_id) for key in WEIGHTS[post.role]}
        indicators = indicators_of(post.role, found, {**targets, **mine}, numbers)
        listed.setdefault((post.user_id, post.role), (post, indicators))
    least = numbers.score_least
    scores = {who: score_of(one, least) for who, (_post, one) in listed.items()}
    places: dict[tuple[int, str], int] = {}
    for role in WEIGHTS:
        places |= ranks({who: one.value for who, one in scores.items() if who[1] == role})
    order = list(WEIGHTS)
    lines = sorted(listed, key=lambda who: (order.index(who[1]), places.get(who, len(listed) + 1)))
    return [printed(*listed[who], scores[who], places.get(who), least) for who in lines]


def printed(
    post: Membership, indicators: list[Indicator], score: Score, rank: int | None, least: int
) -> Printed:
    """A person's score as a report keeps it."""
    return {
        "id": post.user.public_id,
        "name": post.user.name,
        "team": post.team.name if post.team else "",
        "role": post.role,
        "score": None if score.value is None else float(score.value),
        "rank": rank,
        "counted": len(score.counted),
        "of": score.of,
        "least": least,
        "parts": [part_of(one, least) for one in indicators],
    }


def indicators_of(
    role: str,
    found: Mapping[str, Number],
    targets: Mapping[str, float | None],
    numbers: Numbers,
) -> list[Indicator]:
    """The rates a role is assessed by, each with its weight and target."""
    indicators = []
    for key, weight in WEIGHTS[role].items():
        number, kpi = found[key], kpi_of(key)
        target = targets.get(key, targets.get(SAME.get(key, "")))
        told = number.denominator >= numbers.answers_shown_from or not kpi.guarded
        indicators.append(
            Indicator(
                key,
                getattr(numbers, weight),
                exact(number, kpi.unit),
                number.denominator if told else 0,
                None if target is None else Fraction(str(target)),
                kpi.less_is_better,
            )
        )
    return indicators


def exact(number: Number, unit: Unit) -> Fraction | None:
    """A value as a target is written: a rate in percent."""
    if number.value is None:
        return None
    if unit is Unit.RATE and number.numerator is not None:
        return Fraction(100 * number.numerator, number.denominator)
    return Fraction(number.value)


def part_of(one: Indicator, least: int) -> Printed:
    """One indicator as it is kept and shown."""
    return {
        "key": one.key,
        "weight": one.weight,
        "value": None if one.value is None else float(one.value),
        "counted": one.counted,
        "target": None if one.target is None else float(one.target),
        "share": float(one.share) if one.counts(least) else None,
    }


@dataclass(frozen=True)
class ScoreLine:
    """A person's score in words."""

    name: str
    team: str
    rank: str
    score: str
    of: str
    parts: list[str]


@dataclass(frozen=True)
class ScoreTable:
    """The scores of one role."""

    title: str
    lines: list[ScoreLine]


def score_tables(people: Iterable[Mapping[str, Any]], *, quarter: bool = False) -> list[ScoreTable]:
    """Salespeople and visitors, each under their heading; nobody has no table."""
    every = list(people)
    titles = {
        roles.SALESPERSON: _("Assessment of salespeople"),
        roles.SERVICE_AGENT: _("Assessment of visitors"),
    }
    if quarter:
        titles = {
            roles.SALESPERSON: _("Assessment of salespeople over the quarter"),
            roles.SERVICE_AGENT: _("Assessment of visitors over the quarter"),
        }
    tables = [
        ScoreTable(title, [line_of(one) for one in every if one["role"] == role])
        for role, title in titles.items()
    ]
    return [one for one in tables if one.lines]


def line_of(one: Mapping[str, Any]) -> ScoreLine:
    """What a score says, and each of the rates it was reckoned from."""
    score = said.MISSING if one["score"] is None else said.number(one["score"], 1)
    facts = {"counted": one["counted"], "count": one["of"]}
    of = ngettext(
        "%(counted)s of %(count)s indicator", "%(counted)s of %(count)s indicators", one["of"]
    )
    return ScoreLine(
        name=one["name"],
        team=one["team"],
        rank=said.MISSING if one["rank"] is None else str(one["rank"]),
        score=score,
        of=of % facts,
        parts=[part_words(part, one["least"]) for part in one["parts"] if part["weight"]],
    )


def part_words(part: Mapping[str, Any], least: int) -> str:
    """A rate, its target and its weight; or why it says nothing."""
    name, weight = kpi_of(part["key"]).name, part["weight"]
    words = {"figure": name, "weight": weight}
    if part["share"] is not None:
        numbers = {"value": said.number(part["value"], 1), "target": said.number(part["target"], 1)}
        return _("%(figure)s %(value)s%% of %(target)s%%, weight %(weight)s") % (words | numbers)
    if part["target"] is None:
        return _("%(figure)s: no target") % words
    return _("%(figure)s: fewer than %(least)s") % (words | {"least": least})


def live_scores(asked: Asked) -> list[ScoreTable]:
    """The scores of the chosen people in a running month or quarter, so far; else none.

    Somebody who reads but their own figures reads their own score, and its rank in their team
    where the store says so (KP-14).
    """
    chosen = asked.chosen
    if asked.kind not in KINDS or chosen.store_id is None or not asked.names_people:
        return []
    wide = replace(asked.question(), scope=replace(chosen.scope, by=By.STORE, pk=chosen.store_id))
    everyone = scores_in(wide, chosen.store_id, asked.numbers)
    keys = {one.key.partition("-")[2] for one in asked.choices.people_of(chosen)}
    found = [one for one in everyone if one["id"] in keys]
    if chosen.scope.by is By.PERSON:
        found = [with_rank_told(one, everyone, asked.numbers) for one in found]
    return score_tables(found)


def with_rank_told(one: Printed, everyone: Sequence[Printed], numbers: Numbers) -> Printed:
    """A person's score with their rank in the team, where the store tells it."""
    if not numbers.score_rank_told or one["rank"] is None:
        return one | {"rank": None}
    same = ("team", "role")
    team = [other for other in everyone if all(other[key] == one[key] for key in same)]
    better = {other["id"] for other in team if (other["rank"] or len(everyone)) < one["rank"]}
    return one | {"rank": 1 + len(better)}
