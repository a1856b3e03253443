"""Which events make a visit, which join another one, which the customer forbids. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MADE, MERGED, REFUSED = "made", "merged", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that calls for a visit under a rule: `on` is its local day, `key` its name.

    `quantity` is how many cars an order was for.
    """

    key: str
    card_id: int
    on: dt.date
    ticket_id: int | None = None
    quantity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An event with the day its visit would be due."""

    event: Event
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class DueVisit:
    """A visit still to be made, and the complaint it follows if any."""

    card_id: int
    visit_id: int
    due_on: dt.date
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A visit an event of the same customer may join: there already, or made for `event`."""

    due_on: dt.date
    ticket_id: int | None
    visit_id: int | None = None
    event: Event | None = None

    def takes(self, want: Wanted, merge_days: int) -> bool:
        """Days apart as the rule allows; the answer to a complaint is asked about on its own."""
        ticket = want.event.ticket_id
        near = abs((self.due_on - want.due_on).days) <= merge_days
        return near and ticket in (None, self.ticket_id)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an event. A merged one joins the visit `visit_id`, or, where that is None,
    the one made for `joins` in the same go."""

    wanted: Wanted
    outcome: str
    visit_id: int | None = None
    joins: Event | None = None


def sort_out(
    wanted: Iterable[Wanted],
    *,
    refused: Mapping[int, object] | frozenset[int],
    waiting: Iterable[DueVisit],
    merge_days: int,
) -> list[Decision]:
    """Decide for each event, in order of the days they are due (RV-15).

    `refused` holds the cards whose customer does not wish it, `waiting` the visits still to be
    made. Two of one customer at most `merge_days` apart become one; two complaints never do, as
    each customer's word settles its own.
    """
    open_visits: dict[int, list[Near]] = defaultdict(list)
    for visit in waiting:
        open_visits[visit.card_id].append(Near(visit.due_on, visit.ticket_id, visit.visit_id))
    decisions = []
    for want in sorted(wanted, key=lambda one: (one.due_on, one.event.key)):
        card = want.event.card_id
        if card in refused:
            decisions.append(Decision(want, REFUSED))
            continue
        near = [found for found in open_visits[card] if found.takes(want, merge_days)]
        if near:
            joined = min(near, key=lambda one: abs((one.due_on - want.due_on).days))
            decisions.append(Decision(want, MERGED, joined.visit_id, joined.event))
        else:
            made = Near(want.due_on, want.event.ticket_id, event=want.event)
            open_visits[card].append(made)
            decisions.append(Decision(want, MADE))
    return decisions
