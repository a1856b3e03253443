"""What has become of the rows a frozen figure counted, and the lists it opens. Reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from crm.reports.kpis import Kpi, Unit
from crm.reports.queues.rows import ABOVE, BELOW, MINUS, REST
from crm.reports.weekly.links import CHANGED
from crm.reports.weekly.rows import Counted
from crm.ui.moments import span

CHANGED_ABOVE = "changed-above"
# What has become of rows below the line and of those above it, in words by primary key.
Marks = tuple[dict[int, str], dict[int, str]]


@dataclass(frozen=True)
class Way:
    """How a row changed a figure: the words beside it, and whether it did, by primary key."""

    words: Promise
    rows: Callable[[Counted, Counted], set[int]]


BELOW_WAYS = (
    Way(gettext_lazy("Counts now and did not then"), lambda then, now: now.below - then.below),
    Way(gettext_lazy("Counted then and no longer does"), lambda then, now: then.below - now.below),
)
ABOVE_WAYS = (
    Way(gettext_lazy("Achieved since"), lambda then, now: now.above - then.above),
    Way(pgettext_lazy("rows", "No longer achieved"), lambda then, now: then.above - now.above),
    Way(gettext_lazy("Detractor since"), lambda then, now: now.minus - then.minus),
    Way(gettext_lazy("No longer a detractor"), lambda then, now: then.minus - now.minus),
)


@dataclass(frozen=True)
class Listed:
    """A list behind a frozen figure: its key in the address, its words, its rows."""

    key: str
    label: str
    pks: frozenset[int]
    model: Any

    @property
    def count(self) -> int:
        return len(self.pks)


def marks(then: Counted, now: Counted, *, apart: bool) -> Marks:
    """What has become of each row below the line and, where those are others, above it.

    Rows that stand both below and above say once that they came or went.
    """
    below = _told(BELOW_WAYS, then, now)
    above = _told(ABOVE_WAYS, then, now)
    if apart:
        return below, above
    moved = {
        pk: _("took %(then)s then, %(now)s now") % {"then": _span(then, pk), "now": _span(now, pk)}
        for pk in then.took.keys() & now.took.keys()
        if then.took[pk] != now.took[pk]
    }
    every = {**moved, **above, **below}
    return every, every


def _told(ways: tuple[Way, ...], then: Counted, now: Counted) -> dict[int, str]:
    return {pk: str(way.words) for way in ways for pk in way.rows(then, now)}


def _span(counted: Counted, pk: int) -> str:
    return span(timedelta(seconds=counted.took[pk]))


def sides_then(kpi: Kpi, then: Counted, models: tuple[Any, Any], since: Marks) -> list[Listed]:
    """The lists a frozen figure opens, the widest first; last what has changed since."""
    below, above = models
    changed = Listed(CHANGED, _("Changed since"), frozenset(since[0]), below)

    def listed(key: str, label: str, pks: set[int], model: Any = below) -> Listed:
        return Listed(key, label, frozenset(pks), model)

    if not kpi.above:
        return [listed(BELOW, str(kpi.below), then.below), changed]
    if below is not above:
        of_above = Listed(
            CHANGED_ABOVE, f"{_('Changed since')}: {kpi.above}", frozenset(since[1]), above
        )
        first = [listed(BELOW, str(kpi.below), then.below)]
        return [*first, listed(ABOVE, str(kpi.above), then.above, above), changed, of_above]
    if kpi.unit is Unit.SCORE:
        return [
            listed(BELOW, _("All answers"), then.below),
            listed(ABOVE, _("Promoters"), then.above),
            listed(MINUS, _("Detractors"), then.minus),
            changed,
        ]
    return [
        listed(BELOW, pgettext("rows", "All"), then.below),
        listed(ABOVE, _("Achieved"), then.above),
        listed(REST, _("Not achieved"), then.below - then.above),
        changed,
    ]
