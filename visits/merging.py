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

    It happened on one card of its customer, which `owner_id` owns; `quantity` is how many cars
    an order was for.
    """

    key: str
    card_id: int
    customer_id: int
    on: dt.date
    owner_id: int | None = None
    ticket_id: int | None = None
    quantity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An event with the day its visit would be due; `merge_days` where its store has its own."""

    event: Event
    due_on: dt.date
    merge_days: int | None = None


@dataclass(frozen=True, slots=True)
class DueVisit:
    """A visit still to be made: on which card of its customer, after which complaint if any, and
    who makes it."""

    customer_id: int
    card_id: int
    visit_id: int
    due_on: dt.date
    ticket_id: int | None = None
    assignee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """A visit an event of the same customer may join: there already, or made for `event`."""

    card_id: int
    due_on: dt.date
    ticket_id: int | None
    visit_id: int | None = None
    event: Event | None = None
    assignee_id: int | None = None

    def takes(self, want: Wanted, merge_days: int) -> bool:
        """Days apart as the rule allows; the answer to a complaint is asked about on its own.

        Nor does another card join where its own owner would ask about themselves (RV-24).
        """
        event = want.event
        near = abs((self.due_on - want.due_on).days) <= merge_days
        judged = self.assignee_id is not None and self.assignee_id == event.owner_id
        apart = judged and self.card_id != event.card_id
        return near and not apart and event.ticket_id in (None, self.ticket_id)


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
    made. Two of one customer, on whichever of their cards, at most `merge_days` apart become one:
    on the card whose visit is there already, else on the one that is due first. Two complaints
    never do, as each customer's word settles its own.
    """
    open_visits: dict[int, list[Near]] = defaultdict(list)
    for visit in waiting:
        open_visits[visit.customer_id].append(
            Near(
                visit.card_id,
                visit.due_on,
                visit.ticket_id,
                visit_id=visit.visit_id,
                assignee_id=visit.assignee_id,
            )
        )
    decisions = []
    for want in sorted(wanted, key=lambda one: (one.due_on, one.event.key)):
        event = want.event
        if event.card_id in refused:
            decisions.append(Decision(want, REFUSED))
            continue
        open_ones = open_visits[event.customer_id]
        days = merge_days if want.merge_days is None else want.merge_days
        near = [found for found in open_ones if found.takes(want, days)]
        if near:
            joined = min(near, key=lambda one: abs((one.due_on - want.due_on).days))
            decisions.append(Decision(want, MERGED, joined.visit_id, joined.event))
        else:
            open_ones.append(Near(event.card_id, want.due_on, event.ticket_id, event=event))
            decisions.append(Decision(want, MADE))
    return decisions
