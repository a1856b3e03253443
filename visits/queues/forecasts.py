"""What a rule would make as it is being typed, counted by what really happened (RV-15)."""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from crm.rulebook.queues import rules_for
from visits import due, merging, states
from visits.access import BY_HAND
from visits.merging import DueVisit, Event, Wanted
from visits.models import Trigger, Visit, VisitCause, VisitRule
from visits.queues.causes import ONE_DAY, events_of
from visits.queues.outcomes import (
    Preview,
    due_visits,
    joined_by,
    parts,
    preview_of,
    refusing,
    rules_of_cards,
    unknown,
)


@dataclass(frozen=True)
class Forecast:
    """What a rule makes of what happened in so many days, and what it would make now.

    `made`, `merged` and `refused` count as if the rule had held all the time and made nothing
    yet. Of these events `counted` have made their visit already, and `early` happened before its
    first day. A rule of regular visits looks `ahead`: at the days that come round.
    """

    days: int
    ahead: bool
    made: int
    merged: int
    refused: int
    counted: int
    early: int
    now: Preview

    @property
    def events(self) -> int:
        """How often the rule is asked for a visit."""
        return self.made + self.merged + self.refused


def forecast_of(rule: VisitRule, *, days: int, now: dt.datetime) -> Forecast | None:
    """What `rule`, saved or as it is typed, makes; None where a list is brought by hand.

    `days` is how far it looks, back or, with regular visits, ahead. Nothing is written.
    """
    if rule.trigger in BY_HAND:
        return None
    _numbers, calendar = rules_for(rule.store_id)
    ahead = rule.trigger == Trigger.REGULAR
    events = _events(rule, days, calendar.local_day(now), now=now)
    count = _count(rule, events, now=now)
    new = unknown(events)
    return Forecast(
        days=days,
        ahead=ahead,
        made=count[merging.MADE],
        merged=count[merging.MERGED],
        refused=count[merging.REFUSED],
        counted=len(events) - len(new),
        early=sum(event.on < rule.since for event in new),
        now=preview_of(rule, events_of(rule, now=now), now=now),
    )


def _events(rule: VisitRule, days: int, today: dt.date, *, now: dt.datetime) -> list[Event]:
    if rule.trigger == Trigger.REGULAR:
        return events_of(rule, now=now, counted=True, until=today + days * ONE_DAY)
    wide = copy.copy(rule)
    wide.since = today - days * ONE_DAY
    return events_of(wide, now=now, counted=True)


def _count(rule: VisitRule, events: list[Event], *, now: dt.datetime) -> Counter[str]:
    """How many of each outcome, each visit due as many days after its event as the rule says."""
    wait = due.Wait(rule.wait, rule.unit)
    regular = rule.trigger == Trigger.REGULAR
    of_card = rules_of_cards({event.card_id for event in events})
    wanted = []
    for event in events:
        its, calendar = of_card(event.card_id)
        due_on = event.on if regular else due.due_day(event.on, wait, calendar)
        wanted.append(Wanted(event=event, due_on=due_on, merge_days=its.visit_merge_days))
    numbers, _calendar = rules_for(rule.store_id)
    decisions = merging.sort_out(
        wanted,
        refused=refusing(rule, events, now=now),
        waiting=_visits_of_others(rule, {event.customer_id for event in events}),
        merge_days=numbers.visit_merge_days,
    )
    return Counter(decision.outcome for decision in decisions)


def _visits_of_others(rule: VisitRule, customers: set[int]) -> Iterator[DueVisit]:
    """The visits these customers have or had for another reason: one near them joins."""
    own = [pk for pk in (rule.pk, rule.replaces_id) if pk is not None]
    made = VisitCause.objects.filter(
        visit=OuterRef("pk"), rule__in=own, outcome=VisitCause.Outcome.MADE
    )
    for part in parts(sorted(customers)):
        rows = Visit.objects.filter(joined_by(rule), card__customer__in=part)
        yield from due_visits(rows.exclude(state=states.CANCELLED).filter(~Exists(made)))
