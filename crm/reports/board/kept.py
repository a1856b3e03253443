"""Figures of a great group and many days, counted from kept rows (issue of speed).

What has changed since it was kept is left out of them and counted from the rows of the business,
by the one function of its KPI. So a figure is the live one always, however late the worker is.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from crm.records.kpis import (
    EVERYTHING,
    LOOKED_UP_DAYS,
    OF_STAFF,
    Belongs,
    By,
    Question,
    Span,
)
from crm.records.periods import Period
from crm.reports.board.adding import hours
from crm.reports.board.counting import Counted, added, kept_counts, live_sums
from crm.reports.board.keeping import one_snapshot, state, touched
from crm.reports.board.live import Asked, Sums, answer_of, took_by
from crm.reports.board.long import middles_of_all, middles_of_both
from crm.reports.board.numbers import Answer, Group
from crm.reports.board.spans import are_of_spans, of_spans
from crm.reports.kpis import kpi_of
from crm.reports.models import KeptCard, KeptOfAll, KeptOfPerson
from followups.kpis import PROMPT_TIME

__all__ = ["may_be_kept", "one_snapshot", "read_kept"]

# Fewer days of a group are quickly counted.
FEW_DAYS = 31
OPENER = Belongs("person", "team", "store")
FIRST_RESPONSE = "first_response_hours"


def _before_end(step: str) -> Counted:
    return Counted(Q(**{f"{step}__lt": F("period_end")}))


OF_CARDS = {
    "cards_begun": Counted(Q()),
    "cards_spoken_to": _before_end("spoken_at"),
    "cards_in_showroom": _before_end("came_at"),
    "cards_test_driven": _before_end("drove_at"),
    "cards_ordered": _before_end("ordered_at"),
    "cards_delivered": _before_end("delivered_at"),
    "prompt_contact_rate": Counted(
        Q(), Q(tried_at__lte=F("opened_at") + PROMPT_TIME, tried_at__lt=F("period_end"))
    ),
}
OF_FOLLOW_UPS = ("response_rate", "conversion_rate")


def may_be_kept(key: str, question: Question) -> bool:
    """Whether kept rows can answer, were they whole: of everything, as it is now, of many days."""
    if connection.vendor != "postgresql":
        return False
    if question.is_past or question.scope != EVERYTHING or question.only:
        return False
    if sum(period.days for period in question.periods) <= FEW_DAYS:
        return False
    if key in OF_CARDS or key == FIRST_RESPONSE:
        return question.by is None or question.by in OF_STAFF
    return _by_follow_ups(key, question) or are_of_spans(key, question)


def _by_follow_ups(key: str, question: Question) -> bool:
    """Whether first and last moments say nearly always what lies in each of the periods."""
    is_long = all(period.days > LOOKED_UP_DAYS for period in question.periods)
    return key in OF_FOLLOW_UPS and is_long and question.by in (None, By.PERSON)


def read_kept(asked: Mapping[int, Asked]) -> dict[int, Answer]:
    """Answers to those of the questions that kept rows can answer now; read in one snapshot."""
    keeping = state()
    if keeping is None or not keeping.is_ready:
        return {}
    since, changed = keeping.valid_from, touched()
    found: dict[int, Answer] = {}
    together: dict[Question, list[int]] = {}
    for number, (key, question) in asked.items():
        if question.zone != timezone.get_default_timezone() or _is_early(question, since):
            continue
        if are_of_spans(key, question):
            found |= _some(number, of_spans(key, question, changed))
        elif changed.cards is not None:
            together.setdefault(question, []).append(number)
    for question, numbers in together.items():
        keys = {number: asked[number][0] for number in numbers}
        found |= _of_rows(question, keys, changed.cards or frozenset())
    return found


def _is_early(question: Question, since: datetime | None) -> bool:
    """Whether it is asked as of a moment whose later calls may be in the kept rows."""
    return question.asked_at is not None and since is not None and question.asked_at < since


def _some(number: int, answer: Answer | None) -> dict[int, Answer]:
    return {} if answer is None else {number: answer}


def _of_rows(
    question: Question, keys: Mapping[int, str], changed: frozenset[int]
) -> dict[int, Answer]:
    """The figures of one question that are counted from kept cards or follow-ups."""
    found: dict[int, Answer] = {}
    of_cards = {n: key for n, key in keys.items() if key in OF_CARDS}
    of_follow_ups = [n for n, key in keys.items() if key in OF_FOLLOW_UPS]
    if of_cards:
        rows = _kept_cards(question, changed)
        kept = kept_counts(rows, {key: OF_CARDS[key] for key in of_cards.values()})
        for number, key in of_cards.items():
            live = live_sums(key, question, changed)
            found[number] = answer_of((key, question), added([kept[key], live]))
    for number, key in keys.items():
        if key == FIRST_RESPONSE:
            found[number] = _median(key, question, changed)
    if of_follow_ups:
        found |= _of_follow_ups(question, {n: keys[n] for n in of_follow_ups}, changed)
    return found


def _kept_cards(question: Question, changed: frozenset[int]) -> QuerySet[Any]:
    rows = KeptCard.objects.exclude(card__in=changed)
    return question.within(rows, "opened_at", OPENER)


def _median(key: str, question: Question, changed: frozenset[int]) -> Answer:
    """The median over the times of kept cards and of those that have changed."""
    kept = _kept_cards(question, changed).filter(tried_at__isnull=False)
    columns = ("in_period", "counted_for", "period_end", "hours")
    times = kept.order_by().values(*columns, begun=F("opened_at"), until=F("tried_at"))
    beside: list[tuple[int, Group, timedelta]] = []
    if changed:
        span = cast("Span", kpi_of(key).read(question))
        took = took_by(span).filter(pk__in=changed, took__isnull=False)
        beside = list(took.values_list("in_period", "counted_for", "took"))
    middles = middles_of_both if question.by else middles_of_all
    measured = {
        (period, group): (count, statistics.median(map(hours, two)))
        for period, group, count, two in middles(times, beside)
    }
    return answer_of((key, question), {}, measured)


def _of_follow_ups(
    question: Question, keys: Mapping[int, str], changed: frozenset[int]
) -> dict[int, Answer]:
    """Customers of each period: whose first or last follow-up lies in it.

    Whoever was followed up before and after it may or may not have been in it: those few are
    looked up.
    """
    counted: dict[str, list[Sums]] = {key: [] for key in keys.values()}
    for period, alone in enumerate(question.one_by_one()):
        looked_up = changed | _spanning(alone.period)
        kept = kept_counts(_kept_follow_ups(alone, looked_up), _in_period(alone.period))
        for key, sums in counted.items():
            here = added([kept[key], live_sums(key, alone, looked_up)])
            sums.append({(period, group): two for (_only, group), two in here.items()})
    return {n: answer_of((key, question), added(counted[key])) for n, key in keys.items()}


def _spanning(period: Period) -> frozenset[int]:
    """Cards that were followed up both before a period and after it."""
    begin, end = period.begin, period.end
    rows = KeptOfAll.objects.filter(
        days__gte=(end - begin).days, first_contact__lt=begin, last_contact__gte=end
    )
    return frozenset(rows.values_list("card", flat=True))


def _kept_follow_ups(alone: Question, looked_up: frozenset[int]) -> QuerySet[Any]:
    """Those of cards that are not looked up, by each person or by anyone."""
    begin, end = alone.period.begin, alone.period.end
    model = KeptOfPerson if alone.by else KeptOfAll
    rows: QuerySet[Any] = model.objects.filter(first_contact__lt=end, last_contact__gte=begin)
    rows = rows.exclude(card__in=looked_up)
    group = F("group") if alone.by else Value(0)
    marked: QuerySet[Any] = rows.annotate(in_period=Value(0), counted_for=group)
    return marked


def _in_period(period: Period) -> dict[str, Counted]:
    """What counts of a card's follow-ups by somebody: customers tried, reached, undecided.

    Undecided is who was contacted and had signed with nobody before the period, and with that
    somebody not until its end; buyers are counted from their orders.
    """

    def lies(what: str) -> Q:
        begin, end = period.begin, period.end
        spans = (
            Q(**{f"{which}_{what}__gte": begin, f"{which}_{what}__lt": end})
            for which in ("first", "last")
        )
        return reduce(or_, spans)

    unsold = Q(sold_at__isnull=True) | Q(sold_at__gte=period.begin)
    not_theirs = Q(own_sale_at__isnull=True) | Q(own_sale_at__gte=period.end)
    return {
        "response_rate": Counted(lies("try"), lies("hit")),
        "conversion_rate": Counted(lies("contact") & unsold & not_theirs),
    }
