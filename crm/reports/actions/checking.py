"""Whether what is kept is what the rows of the business say: a part each night, all in a week."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from crm.customers.models import Card
from crm.notices.actions import tell
from crm.notices.models import About
from crm.notices.roles import Desk
from crm.people.roles import ADMIN
from crm.reports.actions.keeping import CARDS_AT_ONCE, DAYS_AT_ONCE, sums_of, throw_away
from crm.reports.board.keeping import SPAN_DAYS, one_snapshot, state, touched
from crm.reports.board.making import differing
from crm.reports.models import Keeping, KeptSum

log = logging.getLogger("showfloor.figures")

NIGHTS = 7
One = TypeVar("One")


def check(*, now: datetime) -> int:
    """Compare tonight's part; how many rows differ. They are thrown away then, and it is told.

    What is marked as changed is not compared: it is counted from the rows of the business.
    """
    keeping = state()
    if keeping is None or not keeping.is_ready:
        return 0
    night = timezone.localdate(now).toordinal() % NIGHTS
    wrong = sum(_cards_differing(cards) for cards in _cards_of(night))
    wrong += sum(
        _sums_differing(key, firsts)
        for key in SPAN_DAYS
        for firsts in _portions(_firsts_of(key, night), DAYS_AT_ONCE)
    )
    Keeping.objects.filter(pk=keeping.pk).update(checked_at=now)
    if wrong:
        log.critical("kept figures differ from the rows they follow from: %s rows", wrong)
        _tell(keeping, now)
    return wrong


def _tell(keeping: Keeping, now: datetime) -> None:
    """Nothing is kept any more, and who runs the system hears of it."""
    with transaction.atomic():
        throw_away()
        tell(
            to=Desk(ADMIN),
            kind="figures_thrown_away",
            occasion=f"figures:{timezone.localdate(now)}",
            about=About("reports", "keeping", str(keeping.pk)),
            link=("reports:dashboard", ""),
            now=now,
        )


def _cards_of(night: int) -> Iterator[list[int]]:
    """Every seventh card, in portions."""
    after = 0
    while True:
        cards = Card.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
        portion = list(cards[: CARDS_AT_ONCE * NIGHTS])
        if not portion:
            return
        after = portion[-1]
        yield [card for card in portion if card % NIGHTS == night]


def _cards_differing(cards: Sequence[int]) -> int:
    """How many kept rows of these cards are not what they should be, as of one moment."""
    with one_snapshot() as is_one:
        changed = touched().cards
        if not is_one or changed is None:
            return 0
        return differing([card for card in cards if card not in changed])


def _firsts_of(key: str, night: int) -> list[date]:
    rows = KeptSum.objects.filter(key=key, by="").order_by("first")
    firsts = rows.values_list("first", flat=True)
    days = SPAN_DAYS[key]
    return [first for first in firsts if first.toordinal() // days % NIGHTS == night]


def _sums_differing(key: str, firsts: Sequence[date]) -> int:
    """The same of days or weeks."""
    with one_snapshot() as is_one:
        if not is_one:
            return 0
        same = sorted(set(firsts) - touched().firsts(key))
        rows = KeptSum.objects.filter(key=key, first__in=same)
        columns = ("first", "by", "group", "above", "below")
        kept = set(rows.values_list(*columns))
        made = {tuple(getattr(one, name) for name in columns) for one in sums_of(key, same)}
        return len(kept ^ made)


def _portions(every: Sequence[One], size: int) -> Iterator[Sequence[One]]:
    for start in range(0, len(every), size):
        yield every[start : start + size]
