"""What the demo floor owes its customers, the questionnaires that lie with them, and a draw."""

from __future__ import annotations

import datetime as dt

from crm.customers import states
from crm.customers.models import Card
from crm.home.demo import words
from crm.home.demo.cards import Floor
from crm.people.models import User
from crm.people.roles import SALESPERSON, SERVICE_AGENT, SERVICE_SUPERVISOR
from crm.promises.actions import answer_promise, make_promise
from visits import actions
from visits.models import Visit
from visits.queues.draws import sheets_to_draw

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
LINKS = 3


def promise_and_ask(floor: Floor) -> None:
    """Promises kept, open and late, some live links, and a draw among those who answer."""
    for worker in floor.staff.of(SALESPERSON):
        mine = Card.objects.filter(owner=worker.user, state__in=states.OPEN)
        _promise(floor, worker.user, list(mine.order_by("pk")[: len(words.PROMISED)]))
    for worker in floor.staff.of(SERVICE_AGENT):
        rows = Visit.objects.filter(assignee=worker.user).due().select_related("card")
        waiting = list(rows.order_by("-due_on", "pk")[:LINKS])
        _promise(floor, worker.user, [visit.card for visit in waiting[:1]])
        for visit in waiting:
            actions.make_link(visit, by=worker.user, now=floor.now)
    for worker in floor.staff.of(SERVICE_SUPERVISOR):
        _announce(floor, worker.user)


def _promise(floor: Floor, by: User, cards: list[Card]) -> None:
    """One promise a card: made before, due as the words say; the first are answered in time."""
    for card, (what, made_h, due_h, answer) in zip(cards, words.PROMISED, strict=False):
        made, due = floor.now - made_h * HOUR, floor.now + due_h * HOUR
        promise = make_promise(card, by=by, what=what, due_at=due, now=made)
        if answer:
            at = min(made + 2 * HOUR, floor.now)
            answer_promise(
                promise, by=by, version=promise.version, answer=answer, granted=True, now=at
            )


def _announce(floor: Floor, by: User) -> None:
    sheet = sheets_to_draw(by).order_by("pk").first()
    if sheet is None:
        return
    today = floor.now.astimezone(floor.zone).date()
    actions.announce_draw(
        sheet,
        by=by,
        prize=words.PRIZE,
        prizes=3,
        since=today,
        until=today + 30 * DAY,
        now=floor.now,
    )
