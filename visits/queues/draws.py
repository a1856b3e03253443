"""Draws of prizes, who takes part, and whether the seed gives the same winners again (RV-21)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from crm.people.models import User
from visits.draws import drawn
from visits.models import Draw, DrawWinner, Questionnaire, Response


def draws_of(user: User) -> QuerySet[Draw]:
    """The draws within this person's scope, the latest first."""
    rows = Draw.objects.visible_to(user)
    return rows.select_related("questionnaire", "announced_by", "drawn_by", "store")


def sheets_to_draw(user: User) -> QuerySet[Questionnaire]:
    """The questionnaires a draw may be announced for."""
    return Questionnaire.objects.visible_to(user).filter(retired=False)


def entries_of(draw: Draw) -> dict[str, Response]:
    """Who takes part: of each customer who answered by themselves within the period, the first
    answer. What was answered is not looked at (D25).
    """
    midnight, day = dt.time.min, dt.timedelta(days=1)
    start = timezone.make_aware(dt.datetime.combine(draw.since, midnight))
    end = timezone.make_aware(dt.datetime.combine(draw.until + day, midnight))
    rows = Response.objects.filter(
        questions__questionnaire=draw.questionnaire_id,
        store=draw.store_id,
        entered_by__isnull=True,
        submitted_at__gte=start,
        submitted_at__lt=end,
    )
    first: dict[int, Response] = {}
    for response in rows.select_related("visit__card").order_by("submitted_at", "pk"):
        first.setdefault(response.visit.card.customer_id, response)
    return {response.public_id: response for response in first.values()}


def winners_of(draw: Draw) -> Sequence[DrawWinner]:
    """The winners in the order they were drawn, with their customers."""
    rows = draw.winners.select_related("response__visit__card__customer")
    return list(rows.order_by("place"))


def repeats(draw: Draw, winners: Sequence[DrawWinner]) -> bool:
    """Whether the seed gives the same winners again."""
    again = drawn(draw.seed, entries_of(draw), draw.prizes)
    return again == [winner.response.public_id for winner in winners]
