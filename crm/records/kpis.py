"""What the KPI functions of every room share: the question asked and the figure that answers it.

`kpi.md` rules every word. A KPI function takes a `Question` and returns a `Rate`, a `Span` or a
`Tally`: lazy querysets of the rows behind its numerator and its denominator. Nothing here knows a
particular KPI, and nothing reads the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    F,
    Field,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.lookups import IsNull
from django.http import Http404

from crm.records.periods import Period
from crm.workdays import Calendar

NOTHING = Q(pk__in=[])
# Up to here a figure's rows are looked up one by one; more of them are joined.
LOOKED_UP_DAYS = 92


class By(StrEnum):
    """Whose figure: a person's, a team's or a store's; or what it is about."""

    PERSON = "person"
    TEAM = "team"
    STORE = "store"
    MODEL = "model"
    DEPARTMENT = "department"
    SOURCE = "source"


class NotSoCountedError(Http404):
    """A figure was asked by something its rows do not have, such as calls by department.

    Only an address can ask so: there is nothing at it.
    """


OF_STAFF = (By.PERSON, By.TEAM, By.STORE)


@dataclass(frozen=True)
class Belongs:
    """The columns that say for which person, team and store a row counts.

    Some rows are also about a `model`, handled by a `department`, or came from a `source`.
    """

    person: str
    team: str
    store: str
    model: str = ""
    department: str = ""
    source: str = ""

    def column(self, by: By) -> str:
        """The column of one of them; raises NotSoCountedError where these rows have none."""
        name: str = getattr(self, by.value)
        if not name:
            raise NotSoCountedError(f"These rows have no {by.value}.")
        return name


@dataclass(frozen=True)
class Scope:
    """Everything, or the rows of one person, team or store (by primary key), or of one source."""

    by: By | None = None
    pk: int | str | None = None

    def of(self, belongs: Belongs) -> Q:
        """Its rows; what is about nobody's card has no source either."""
        if not self.by:
            return Q()
        column = belongs.column(self.by)
        found = Q(**{column: self.pk})
        return found | Q(**{f"{column}__isnull": True}) if self == NO_SOURCE else found


EVERYTHING = Scope()
NO_SOURCE = Scope(By.SOURCE, "")


@dataclass(frozen=True)
class Question:
    """Periods that do not overlap, oldest first; a scope; and whether one figure per group.

    `only` narrows the scope's rows further, to those of each of them: about one model, from one
    source, of one of its people.
    The calendar is the region's; only limits in working days ask it. `asked_at` is for figures
    of the present, such as what is overdue now; `is_past` says that this moment has gone by, so
    that they count what has ended since as open still, and nothing that was written down since.
    """

    periods: tuple[Period, ...]
    calendar: Calendar
    scope: Scope = EVERYTHING
    by: By | None = None
    asked_at: datetime | None = None
    only: tuple[Scope, ...] = ()
    is_past: bool = False

    def __post_init__(self) -> None:
        pairs = zip(self.periods, self.periods[1:], strict=False)
        if not self.periods or any(later.first <= early.last for early, later in pairs):
            raise ValueError("A question needs periods, oldest first, that do not overlap.")

    @property
    def now(self) -> datetime:
        """When it was asked; raises ValueError where the question does not say."""
        if self.asked_at is None:
            raise ValueError("A figure of the present needs the moment it is asked at.")
        return self.asked_at

    @property
    def period(self) -> Period:
        """The only period of a question, or its first one."""
        return self.periods[0]

    @property
    def is_long(self) -> bool:
        """Whether it is about more than a quarter: its rows are joined and not looked up."""
        return sum(period.days for period in self.periods) > LOOKED_UP_DAYS

    @property
    def zone(self) -> tzinfo:
        """The store's zone, in which days begin and end."""
        return self.periods[0].zone

    def one_by_one(self) -> list[Question]:
        """The same question about each period alone."""
        return [replace(self, periods=(period,)) for period in self.periods]

    def within(self, rows: QuerySet[Any], at: str, belongs: Belongs) -> QuerySet[Any]:
        """The scope's rows whose moment `at` lies in one of the periods."""
        return self.between(rows, at, belongs, [(p.begin, p.end) for p in self.periods])

    def on_days(self, rows: QuerySet[Any], day: str, belongs: Belongs) -> QuerySet[Any]:
        """The scope's rows whose local date `day` is one of the periods' days."""
        bounds = [(p.first, p.shifted(p.days).first) for p in self.periods]
        return self.between(rows, day, belongs, bounds)

    def between(
        self,
        rows: QuerySet[Any],
        column: str,
        belongs: Belongs,
        bounds: Sequence[tuple[Any, Any]],
    ) -> QuerySet[Any]:
        """The scope's rows with `begin <= column < end`, one pair of bounds for each period.

        Each row carries `in_period` (number of its period), `period_begin`, `period_end` and
        `counted_for` (primary key of its group, None for nobody, 0 without grouping).
        """
        spans = [
            Q(**{f"{column}__gte": begin, f"{column}__lt": end}) for begin, end in _joined(bounds)
        ]
        whens = [Q(**{f"{column}__lt": end}) for _begin, end in bounds]
        found = rows.filter(self.mine(belongs), reduce(or_, spans))
        return self._marked(found, belongs, whens)

    def at_end(self, rows: QuerySet[Any], belongs: Belongs) -> QuerySet[Any]:
        """All rows of the scope, marked for the only period of the question."""
        if len(self.periods) > 1:
            raise ValueError("A figure of the state at an end is asked one period at a time.")
        return self._marked(rows.filter(self.mine(belongs)), belongs, [Q()])

    def _marked(self, rows: QuerySet[Any], belongs: Belongs, whens: list[Q]) -> QuerySet[Any]:
        begins, ends = [p.begin for p in self.periods], [p.end for p in self.periods]
        marked: QuerySet[Any] = rows.annotate(
            in_period=_first_of(whens, range(len(whens)), IntegerField()),
            period_begin=_first_of(whens, begins, DateTimeField()),
            period_end=_first_of(whens, ends, DateTimeField()),
            counted_for=F(belongs.column(self.by)) if self.by else Value(0),
        )
        return marked

    def known(self, entered: str = "entered_at") -> Q:
        """Rows that were written down by the moment asked, where it has gone by; else all rows.

        What came with a workbook does not say when: its books had it all along.
        """
        if not self.is_past:
            return Q()
        return Q(**{f"{entered}__isnull": True}) | Q(**{f"{entered}__lte": self.now})

    def mine(self, belongs: Belongs) -> Q:
        """The scope's rows, narrowed as asked."""
        return reduce(and_, (one.of(belongs) for one in self.only), self.scope.of(belongs))

    def same_group(self, belongs: Belongs) -> Q:
        """For a subquery: the scope's rows of the same period and group as the outer row."""
        rows = self.mine(belongs)
        if self.by:
            column = belongs.column(self.by)
            same = Q(**{column: OuterRef("counted_for")})
            if self.by is not By.PERSON:  # what belongs to nobody's team is a group as well
                nobody = IsNull(OuterRef("counted_for"), rhs=True)
                same |= Q(nobody, **{f"{column}__isnull": True})
            rows &= same
        return rows


def _joined(bounds: Sequence[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The same span in as few pairs as possible: eight weeks in a row are one."""
    joined = list(bounds[:1])
    for begin, end in bounds[1:]:
        last_begin, last_end = joined[-1]
        joined[-1:] = [(last_begin, end)] if begin == last_end else [joined[-1], (begin, end)]
    return joined


def _first_of(whens: list[Q], values: Iterable[Any], kind: Field[Any, Any]) -> Case | Value:
    """The value of the first condition that holds; the last one holds when no other does."""
    expressions = [Value(value, kind) for value in values]
    if len(whens) == 1:
        return expressions[0]
    cases = [When(q, then=value) for q, value in zip(whens[:-1], expressions, strict=False)]
    return Case(*cases, default=expressions[-1], output_field=kind)


@dataclass(frozen=True)
class Part:
    """Rows of one table that a rate counts.

    `counted` names the column whose distinct values count: `card` for customers, `pk` for the
    rows themselves. `hit` picks what enters the numerator; `miss` is taken off it again (the
    net promoter score); `in_denominator` False counts the rows above the line alone. `in_steps`
    says that there may be millions of rows: the board finds each customer once, then counts them.
    """

    rows: QuerySet[Any]
    hit: Q = field(default_factory=Q)
    counted: str = "pk"
    miss: Q = NOTHING
    in_denominator: bool = True
    in_steps: bool = False

    def __post_init__(self) -> None:
        if self.in_steps and (self.miss != NOTHING or not self.in_denominator):
            raise ValueError("What is counted in steps has no misses and counts below the line.")

    def summed(self, tag: int) -> QuerySet[Any, dict[str, Any]]:
        """One row for each period and group with its two counts, marked with `tag`."""
        many = self.counted != "pk"
        hits = Count(self.counted, filter=self.hit, distinct=many)
        misses = Count(self.counted, filter=self.miss, distinct=many)
        every = Count(self.counted, distinct=many)
        sums: QuerySet[Any, dict[str, Any]] = (
            self.rows.order_by()
            .annotate(tag=Value(tag))
            .values("tag", "in_period", "counted_for")
            .annotate(above=hits, less=misses, below=every if self.in_denominator else Value(0))
        )
        return sums

    def each_once(self) -> QuerySet[Any, dict[str, Any]]:
        """One row for each period, group and customer; `hit` is 1 above the line, else 0."""
        hit = Case(When(self.hit, then=Value(1)), default=Value(0))
        found: QuerySet[Any, dict[str, Any]] = (
            self.rows.order_by()
            .values("in_period", "counted_for", self.counted)
            .annotate(hit=Max(hit))
        )
        return found


@dataclass(frozen=True)
class Rate:
    """A numerator over a denominator, the value being `times` their quotient.

    Each part adds to both; no customer is in two parts.
    """

    parts: tuple[Part, ...]
    times: int = 1

    def counts(self) -> tuple[int, int]:
        """Numerator and denominator over all periods and groups, one statement for each part."""
        rows = [row for part in self.parts for row in part.summed(0)]
        return sum(row["above"] - row["less"] for row in rows), sum(row["below"] for row in rows)

    def denominator(self) -> list[QuerySet[Any]]:
        """The rows below the line, one queryset for each part."""
        return [part.rows for part in self.parts if part.in_denominator]

    def numerator(self) -> list[QuerySet[Any]]:
        """The rows above the line, one queryset for each part."""
        return [part.rows.filter(part.hit) for part in self.parts]


@dataclass(frozen=True)
class Tally:
    """A plain count of rows."""

    rows: QuerySet[Any]


@dataclass(frozen=True)
class Span:
    """The median time, in hours, from `begin` to `until` of its rows.

    Where `until` is looked up for each row, `asked_of` are the rows before those are left out that
    have none before their period's end: it is looked up once for each and not twice.
    """

    rows: QuerySet[Any]
    begin: str
    until: str
    asked_of: QuerySet[Any] | None = None


Figure = Rate | Tally | Span


def counts_of(parts: Mapping[str, Iterable[Part]]) -> dict[str, tuple[int, int]]:
    """Numerator and denominator of several rates over all periods and groups; one statement."""
    names = list(parts)
    summed = [part.summed(names.index(name)) for name in names for part in parts[name]]
    found = dict.fromkeys(names, (0, 0))
    for row in summed[0].union(*summed[1:], all=True):
        above, below = found[names[row["tag"]]]
        found[names[row["tag"]]] = above + row["above"] - row["less"], below + row["below"]
    return found
