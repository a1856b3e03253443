"""The worker's part of kept figures: to make what is missing and what has changed, and to check it.

Everything is done in short transactions of which one runs at a time. Marks are read first, then
what they are about is made anew, and then exactly those marks are removed: a change that is
committed meanwhile has a mark of its own, which stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from crm.customers.models import Card
from crm.records.kpis import By, Question
from crm.records.periods import ONE_DAY, Period
from crm.reports.board.keeping import SPAN_DAYS, first_of, state, touched, version
from crm.reports.board.live import Sums, read_live
from crm.reports.board.making import MADE, called_since, make_rows
from crm.reports.models import Keeping, KeptSum, TouchedCard, TouchedHour
from crm.rulebook.queues import working_calendar
from followups.kpis import REPLY_TIME

KEEPER = 0x5EA2  # the advisory lock one keeper at a time holds
# Who called less than this ago stays marked: an answer may be asked for as of a moment ago.
A_WHILE = timedelta(minutes=10)
CARDS_AT_ONCE, DAYS_AT_ONCE, WEEKS_AT_ONCE = 10_000, 30, 4
# Which days and weeks are kept, seen from today.
DAYS_BACK, DAYS_AHEAD, WEEKS_BACK = 800, 60, 27
# How many transactions one call of the worker makes at most.
STEPS = 300


def keep(*, now: datetime, steps: int = STEPS, days_back: int = DAYS_BACK) -> int:
    """Make what is missing and what has changed; how many steps that took. Nothing on SQLite."""
    taken = 0
    while taken < steps and _step(now, days_back):
        taken += 1
    return taken


def _step(now: datetime, days_back: int = DAYS_BACK) -> bool:
    """One short transaction; False where nothing is left to do or another keeper is at it."""
    with _only_keeper() as is_only:
        if not is_only:
            return False
        keeping = _begun()
        more = _build(keeping, now) if not keeping.is_ready else _follow(now, days_back)
        if not keeping.is_ready and not more:
            keeping.is_ready = more = True
        keeping.valid_from = now - A_WHILE
        keeping.save()
        return more


@contextmanager
def _only_keeper() -> Iterator[bool]:
    if connection.vendor != "postgresql":
        yield False
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [KEEPER])
            is_only = cursor.fetchone()[0]
        yield is_only


def _begun() -> Keeping:
    """How far keeping has come; from the beginning, where it was by other rules."""
    if (keeping := state()) is not None:
        return keeping
    throw_away()
    return Keeping(version=version())


def throw_away() -> None:
    """Keep nothing any more: figures are live until everything is made anew."""
    for model in MADE:
        model._default_manager.all().delete()
    KeptSum.objects.all().delete()
    Keeping.objects.all().delete()


def _build(keeping: Keeping, now: datetime) -> bool:
    """The next cards of the first building; False when there are none left."""
    after = Card.objects.filter(pk__gt=keeping.cards_to).order_by("pk")
    cards = list(after.values_list("pk", flat=True)[:CARDS_AT_ONCE])
    if cards:
        _made_anew(cards, now)
        keeping.cards_to = cards[-1]
    return bool(cards)


def _made_anew(cards: Collection[int], now: datetime) -> None:
    for model in MADE:
        model._default_manager.filter(card__in=cards).delete()
    make_rows(cards)
    marks = [TouchedCard(card=card) for card in called_since(cards, now - A_WHILE)]
    TouchedCard.objects.bulk_create(marks)


def _follow(now: datetime, days_back: int) -> bool:
    """What has changed and what is missing, one portion of it; False where that was all."""
    marks = dict(TouchedCard.objects.order_by("pk").values_list("pk", "card")[:CARDS_AT_ONCE])
    _made_anew(set(marks.values()), now)
    TouchedCard.objects.filter(pk__in=marks).delete()
    _forget_sums()
    return len(marks) == CARDS_AT_ONCE or _make_sums(now, days_back)


def _forget_sums() -> None:
    """Sums of days and weeks that have changed are no longer kept."""
    marks = list(TouchedHour.objects.values_list("pk", flat=True))
    changed = touched()
    for key in SPAN_DAYS:
        KeptSum.objects.filter(key=key, first__in=changed.firsts(key)).delete()
    TouchedHour.objects.filter(pk__in=marks).delete()


def _make_sums(now: datetime, days_back: int) -> bool:
    """The next days or weeks that are not kept; False where there are none."""
    for key, days in SPAN_DAYS.items():
        at_once = DAYS_AT_ONCE if days == 1 else WEEKS_AT_ONCE
        wanted = _wanted(key, now, days_back)
        rows = KeptSum.objects.filter(key=key, by="", first__in=wanted)
        missing = sorted(wanted - set(rows.values_list("first", flat=True)))[-at_once:]
        if missing:
            KeptSum.objects.bulk_create(sums_of(key, missing), batch_size=2000)
            return True
    return False


def _wanted(key: str, now: datetime, days_back: int) -> set[date]:
    """The first days of what is kept: weeks only that nothing of today belongs to any more."""
    today, days = timezone.localdate(now), SPAN_DAYS[key]
    if days == 1:
        return {today + n * ONE_DAY for n in range(-days_back, DAYS_AHEAD)}
    zone = timezone.get_default_timezone()
    heard = REPLY_TIME if key == "response_rate" else ONE_DAY
    over = timezone.localdate(now - A_WHILE - heard, zone)
    newest = first_of(over, days)
    return {newest - n * days * ONE_DAY for n in range(1, WEEKS_BACK)}


def sums_of(key: str, firsts: Sequence[date]) -> list[KeptSum]:
    """The live figure of the spans that begin on these days, as it is kept; not written yet."""
    if not firsts:
        return []
    zone, days = timezone.get_default_timezone(), SPAN_DAYS[key]
    periods = tuple(Period(first, first + (days - 1) * ONE_DAY, zone) for first in firsts)
    sums = []
    for by in (None, By.PERSON) if days == 1 else (None,):
        numbers = read_live([(key, Question(periods, working_calendar(), by=by))])[0].numbers
        found: Sums = {(n, 0): (0, 0) for n in range(len(periods))} if by is None else {}
        found = {**found, **{at: (n.numerator or 0, n.denominator) for at, n in numbers.items()}}
        sums += [
            KeptSum(key=key, first=firsts[n], by=by or "", group=group, above=above, below=below)
            for (n, group), (above, below) in found.items()
        ]
    return sums
