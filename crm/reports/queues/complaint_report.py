"""The complaint report: how many, in time or not, open since when, by month and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.people.models import Department, User
from crm.records.kpis import By, Question
from crm.records.periods import WEEK, Period, first_of_month, last_weeks
from crm.reports.board import read
from crm.reports.kpis.complaints import AGES, CLOCKS, clock_key
from crm.reports.queues.analysis import Line, Split, Table, reader_of, shows, table
from crm.reports.queues.asked import Asked
from crm.reports.queues.dashboard import Found, tile
from crm.reports.queues.tiles import Shown, Tile
from crm.vehicles.models import Product

WEEKS = 8
MONTHS = 6
HEADS = ("complaint_count", "resolved_in_time_rate", "resolution_hours", "reopen_rate")
CLOCK_KEYS = tuple(clock_key(kind) for kind in CLOCKS)
IN_TIME = (*CLOCK_KEYS, "resolved_in_time_rate", "corrections_in_time", "visits_waived")
OUTCOME = (
    *("complaints_per_100", "complaints_per_100_base", "resolution_rate", "closing_resolved"),
    *("reopen_rate", "handling_satisfaction_rate", "answers_content"),
)
MONTHLY = ("complaint_count", "complaints_per_100", *CLOCK_KEYS, "closing_resolved", "reopen_rate")
OF_LINE = ("complaint_count", "clock_acknowledge", "clock_resolution", "resolution_hours")
SPLITS = (
    Split("model", By.MODEL, Product, _("By model"), _("Model"), OF_LINE),
    Split(
        "department",
        By.DEPARTMENT,
        Department,
        _("By lead department"),
        _("Lead department"),
        OF_LINE,
        is_wide=True,
    ),
    Split("person", By.PERSON, User, _("By who answers"), _("Person"), OF_LINE),
)


@dataclass(frozen=True)
class Month:
    """One month of the course."""

    first: date
    figures: list[Shown]

    @property
    def name(self) -> str:
        """The month, as a workbook writes it."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class Report:
    """Everything on the page."""

    asked: Asked
    tiles: list[Tile]
    in_time: list[Line]
    outcome: list[Line]
    backlog: list[Line]
    months: list[Month]
    tables: list[Table]


def complaint_report(asked: Asked) -> Report:
    """Read the page: one statement for all counts and one for the medians."""
    months, splits = months_of(asked), splits_of(asked)
    wanted = _wanted(asked, months, splits)
    found = dict(zip(wanted, read(list(wanted.values())), strict=True))
    reader = reader_of(asked)

    def line(key: str) -> Line:
        shown = reader.shown(key, found["whole", key].number())
        return Line(str(shown.kpi.name), [shown])

    return Report(
        asked=asked,
        tiles=[
            tile(asked, key, found["weeks", key], found.get(("pair", key)), WEEKS) for key in HEADS
        ],
        in_time=[line(key) for key in IN_TIME],
        outcome=[line(key) for key in OUTCOME],
        backlog=[line(key) for key in AGES],
        months=[_month(asked, found, number, one) for number, one in enumerate(months)],
        tables=[table(split, found, reader) for split in splits],
    )


def months_of(asked: Asked) -> tuple[Period, ...]:
    """The last months up to the period's end, oldest first; the running one ends there."""
    last = min(asked.period.last, timezone.localdate(asked.now))
    firsts = [first_of_month(last, months=-back) for back in range(MONTHS - 1, -1, -1)]
    ends = [date.fromordinal(after.toordinal() - 1) for after in firsts[1:]]
    return tuple(
        Period(first, end, asked.period.zone)
        for first, end in zip(firsts, [*ends, last], strict=True)
    )


def splits_of(asked: Asked) -> list[Split]:
    """The tables: departments where whole stores are shown."""
    return [split for split in SPLITS if shows(asked, split)]


def _wanted(
    asked: Asked, months: tuple[Period, ...], splits: list[Split]
) -> dict[tuple[str, str], tuple[str, Question]]:
    """Every figure by its place and key; the running week needs no pair of its own."""
    last = min(asked.period.last, timezone.localdate(asked.now))
    weeks = asked.question(*last_weeks(WEEKS, last, asked.period.zone))
    whole, monthly = asked.question(), asked.question(*months)
    pair = asked.question(asked.before, asked.period)
    lists = (*IN_TIME, *OUTCOME, *AGES)
    return {
        **{("weeks", key): (key, weeks) for key in HEADS},
        **{("pair", key): (key, pair) for key in HEADS if asked.kind != WEEK},
        **{("whole", key): (key, whole) for key in lists},
        **{("months", key): (key, monthly) for key in MONTHLY},
        **{
            (split.name, key): (key, asked.question(by=split.by))
            for split in splits
            for key in split.keys
        },
    }


def _month(asked: Asked, found: Found, number: int, period: Period) -> Month:
    figures = [
        Shown(key, found["months", key].number(number), asked.link(key, period=period))
        for key in MONTHLY
    ]
    return Month(period.first, figures)
