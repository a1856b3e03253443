"""What happened on a card and what comes next, for the page of the card."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Case, Count, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from crm.customers.models import Card
from crm.people.models import User
from crm.people.roles import Reach
from crm.ui.statements import objects_of, rows_of
from followups.models import Contact, Outcome, PlannedContact, contact_scope, planned_scope
from followups.queues.wording import method_words, result_words


class Made(NamedTuple):
    """A contact made, as the timeline tells it."""

    occurred_at: dt.datetime
    method: str
    direction: str
    outcome: str
    result: str
    feedback: str
    problem: str
    next_step: str
    entered_late: bool
    staff: str
    # What had been planned; None where nothing was.
    planned: str | None
    reason: str | None

    @property
    def method_words(self) -> str:
        return method_words(self.method)

    @property
    def words(self) -> str:
        """What came of it."""
        return result_words(self.result, self.outcome)

    @property
    def tone(self) -> str:
        """The pill it is told in: whether the customer was spoken to."""
        reached = self.outcome in (Outcome.REACHED, Outcome.REPLIED)
        return "done" if reached else "hold"


def contacts_of(user: User, card: Card, *, before: dt.datetime | None, count: int) -> list[Made]:
    """The contacts of a card before a moment, newest first, each with what had been planned."""
    until = before or timezone.now()
    key = (user.reach, before is not None, count)
    rows = rows_of(("contacts", *key), partial(_made, *key), card=card.pk, until=until)
    return [Made(*row) for row in rows]


def _made(
    reach: Reach,
    cut: bool,  # noqa: FBT001
    count: int,
    *,
    card: int,
    until: dt.datetime,
) -> QuerySet[Contact, Any]:
    rows = Contact.objects.filter(contact_scope(reach), card=card)
    if cut:
        rows = rows.filter(occurred_at__lt=until)
    return rows.order_by("-occurred_at", "-pk").values_list(
        *("occurred_at", "method", "direction", "outcome", "result", "feedback", "problem"),
        *("next_step", "entered_late", "staff__name", "planned__content", "planned__reason"),
    )[:count]


def contact_count(reach: Reach, card: Any) -> Coalesce:
    """How many contacts of the outer card this reach may read, beside the card's own row."""
    rows = Contact.objects.filter(contact_scope(reach), card=card).order_by()
    number = rows.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number), 0)


def open_steps_of(user: User, card: Card) -> tuple[list[PlannedContact], list[PlannedContact]]:
    """The open planned contacts of a card, the next one first: all, and those this person sees.

    One statement.
    """
    steps: list[PlannedContact] = objects_of(
        ("open steps", user.reach), partial(_open_steps, user.reach), card=card.pk
    )
    for step in steps:
        step.card = card
    return steps, [step for step in steps if step.is_seen]  # type: ignore[attr-defined]


def _open_steps(reach: Reach, *, card: int) -> QuerySet[PlannedContact]:
    seen = Case(When(planned_scope(reach), then=Value(1)), default=Value(0))
    rows = PlannedContact.objects.open().filter(card=card).annotate(is_seen=seen)
    return rows.select_related("plan__reviewer", "assignee").order_by("due_at", "pk")


def ahead_of(
    steps: list[PlannedContact], planned: PlannedContact | None, now: dt.datetime
) -> tuple[dt.datetime, bool] | None:
    """When the plan goes on beside `planned`: the first of its steps ahead."""
    later = (step for step in steps if step.due_at > now and step != planned)
    return next(((step.due_at, step.untimed) for step in later), None)
