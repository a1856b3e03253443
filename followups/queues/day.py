"""A salesperson's day: what to do now and what is done (mockup 01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.utils.translation import gettext as _

from crm.customers.models import Level
from crm.people.models import User
from crm.people.roles import Reach
from crm.records.periods import start_of
from crm.ui.lists import (
    PAGE_SIZE,
    Chip,
    Listing,
    ListSpec,
    Sort,
    address,
    chip_name,
    page_number,
)
from crm.ui.statements import rows_of
from crm.workdays import ONE_DAY
from followups import states
from followups.models import Method, Plan, PlannedContact, PlannedContactQuerySet
from followups.queues.day_beside import Beside, Done, beside_day
from followups.queues.day_rows import ToDo, rows_to_do

ALL, OVERDUE, LEVEL_H, PHONE, MESSAGES, TOMORROW = "all", "late", "h", "phone", "messages", "next"
WRITTEN = (Method.WECHAT, Method.SMS, Method.EMAIL)
ORDER = ("rank", "due_at", "pk")


@dataclass(frozen=True)
class Day:
    """One page of what is planned until tomorrow night, and what stands beside it."""

    listing: Listing[PlannedContact]
    rows: list[ToDo]
    # The row to work on, whose form stands open.
    current: ToDo | None
    beside: Beside
    now: dt.datetime
    tomorrow_begins: dt.datetime

    @property
    def overdue(self) -> list[ToDo]:
        return [row for row in self.rows if row.due_at < self.now]

    @property
    def today(self) -> list[ToDo]:
        return [row for row in self.rows if self.now <= row.due_at < self.tomorrow_begins]

    @property
    def tomorrow(self) -> list[ToDo]:
        return [row for row in self.rows if row.due_at >= self.tomorrow_begins]

    @property
    def done(self) -> list[Done]:
        return self.beside.done

    @property
    def show(self) -> str:
        """The chip that is on."""
        return next(chip.key for chip in self.listing.chips if chip.is_on)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each chip would show, whatever the page holds of them."""
        return {chip.key: chip.count for chip in self.listing.chips}

    @property
    def total(self) -> int:
        """Done and to do."""
        return self.counts[ALL] + len(self.done)

    @property
    def share(self) -> int:
        """How much of the day is done, in percent."""
        return round(100 * len(self.done) / self.total) if self.total else 0

    @property
    def numbers(self) -> dict[str, int]:
        """What the headings say: under the first chip the whole of a section, else the page's."""
        if self.show == ALL:
            late = self.counts[OVERDUE]
            return {"overdue": late, "today": self.counts[ALL] - late}
        return {"overdue": len(self.overdue), "today": len(self.today)}


def current_of(rows: list[ToDo], public_id: str, now: dt.datetime) -> ToDo | None:
    """The row to work on: the one asked for, one due within the half hour, else the first."""
    soon = now + dt.timedelta(minutes=30)
    due_soon = (row for row in rows if not row.untimed and now <= row.due_at <= soon)
    named = (row for row in rows if row.public_id == public_id)
    return next(named, next(due_soon, next(iter(rows), None)))


def day_of(user: User, now: dt.datetime, zone: dt.tzinfo, query: Mapping[str, str]) -> Day:
    """The day of a person and those they stand in for as the address asks; three statements.

    The overdue come by level and then by time (LC-12), today's by time; fifty a page.
    """
    today = start_of(now.astimezone(zone).date(), zone)
    tomorrow = today + ONE_DAY
    spec = day_list(now, tomorrow)
    chosen = spec.chosen(query)
    wanted, number = Asked(user.reach, spec.chip_of(chosen).key, now, tomorrow), page_number(query)
    found = wanted.read(number)
    if number > found.last:
        number = found.last
        found = wanted.read(number)
    rows = rows_to_do(user, found.keys, now=now)
    current = current_of(rows, query.get("at", ""), now)
    beside = beside_day(user, current, now=now, today=today, zone=zone)
    listing = Listing(
        page=Page(rows, number, Paginator(range(found.total), PAGE_SIZE)),
        chips=spec.counted_chips(found.counts, chosen),
        facets={},
        sorts=spec.sort_links(chosen),
        chosen=chosen,
        query=address(chosen),
    )
    return Day(listing, rows, current, beside, now, tomorrow)


def day_list(now: dt.datetime, tomorrow: dt.datetime) -> ListSpec:
    """The filters over a day: all, overdue, H, phone, WeChat and SMS, tomorrow."""
    to_do = Q(due_at__lt=tomorrow)
    return ListSpec(
        sorts=(Sort("work", _("To work on first"), ORDER),),
        chips=(
            Chip(ALL, _("All"), to_do),
            Chip(OVERDUE, _("Overdue"), Q(due_at__lt=now)),
            Chip(LEVEL_H, _("Level H"), to_do & Q(card__level=Level.H)),
            Chip(PHONE, _("Phone"), to_do & Q(method=Method.PHONE)),
            Chip(MESSAGES, _("WeChat and SMS"), to_do & Q(method__in=WRITTEN)),
            Chip(TOMORROW, _("Tomorrow"), Q(due_at__gte=tomorrow)),
        ),
    )


@dataclass(frozen=True)
class Found:
    """The keys of one page in order, and how many rows each chip would show."""

    keys: list[int]
    counts: dict[str, int]
    total: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_SIZE))


@dataclass(frozen=True)
class Asked:
    """Whose day is looked at under which chip, as of when."""

    reach: Reach
    show: str
    now: dt.datetime
    tomorrow: dt.datetime

    def read(self, number: int) -> Found:
        """One page; a page beyond the end has no keys, and costs a second statement."""
        rows = self._rows(number)
        if not rows and number > 1:
            rows = [(0, 1, *counts) for _pk, _off, *counts in self._rows(1)]
        counts = rows[0][2:] if rows else [0] * len(CHIPS)
        numbers = dict(zip(CHIPS, counts, strict=True))
        keys = [pk for pk, off, *_counts in rows if not off]
        return Found(keys, numbers, numbers[chip_name(self.show)])

    def _rows(self, number: int) -> list[tuple[Any, ...]]:
        after = self.tomorrow + ONE_DAY
        moments = {"now": self.now, "tomorrow": self.tomorrow, "after": after}
        build = partial(_page, self.reach, self.show, number)
        return rows_of(("my day", self.reach, self.show, number), build, **moments)


def _page(
    reach: Reach,
    show: str,
    number: int,
    *,
    now: dt.datetime,
    tomorrow: dt.datetime,
    after: dt.datetime,
) -> QuerySet[PlannedContact, tuple[Any, ...]]:
    """The keys of one page, those of the chip first, each with the counts of all chips."""
    chips = day_list(now, tomorrow).chips
    on = next(chip for chip in chips if chip.key == show)
    counts = {chip_name(chip.key): Window(Count(Value(1), filter=chip.keeps)) for chip in chips}
    rows = open_until(reach, now=now, after=after).annotate(
        off=Case(When(on.keeps, then=Value(0)), default=Value(1)), **counts
    )
    cut = rows.order_by("off", *ORDER).values_list("pk", "off", *CHIPS)
    return cut[PAGE_SIZE * (number - 1) : PAGE_SIZE * number]


def open_until(reach: Reach, *, now: dt.datetime, after: dt.datetime) -> PlannedContactQuerySet:
    """Open contacts of a person until `after`; `rank` puts the overdue first, the hottest on top.

    The plan's state is looked up row by row: joined, the plans of everybody would be read.
    """
    late = [
        When(due_at__lt=now, card__level=level, then=Value(rank))
        for rank, level in enumerate(Level.values)
    ]
    plan = Plan.objects.filter(pk=OuterRef("plan")).order_by()
    return (
        PlannedContact.objects.filter(
            state=states.PLANNED, assignee__in=reach.own_ids, due_at__lt=after
        )
        .alias(plan_state=Subquery(plan.values("state")))
        .filter(plan_state__in=states.LIVE)
        .annotate(rank=Case(*late, When(due_at__lt=now, then=Value(8)), default=Value(9)))
    )


CHIPS = [chip_name(key) for key in (ALL, OVERDUE, LEVEL_H, PHONE, MESSAGES, TOMORROW)]
