"""The analysis of return visits: satisfaction, loyalty, reasons, whom they are about (RV-40)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import Department, User
from crm.records.kpis import By, Question
from crm.records.periods import WEEK, Period, last_weeks
from crm.reports.access import reads_answers
from crm.reports.board import Answer, Number, read
from crm.reports.kpis import BRAND, REASON, kpi_of
from crm.reports.kpis.answers import AGAIN, GRADES, MEASURES, WAYS
from crm.reports.queues.asked import Asked
from crm.reports.queues.dashboard import Found, tile
from crm.reports.queues.tiles import Shown, Tile
from crm.reports.queues.weeks import Week
from crm.rulebook.queues import numbers_for
from crm.vehicles.models import Product
from visits.access import can_see_findings
from visits.models import CompetitorFinding
from visits.queues.heard import brands_heard
from visits.queues.reasons import reasons_asked

WEEKS = 13
REASONS_SHOWN = 12
COURSE = ("satisfaction_rate", "satisfaction_of_rated", "repurchase_rate", "nps")
# What customers need next (RV-40): how many say so, and what becomes of it.
NEEDS = ("needs_share", "needs_taken")
OF_SERVICE = ("visit_completion_rate", "visit_problems_resolved")
INFLUENCE_KEYS = tuple(f"influence_{one}" for one in CompetitorFinding.Influence)
GRADE_KEYS = tuple(f"grade_{grade}" for grade in GRADES)
AGAIN_KEYS = tuple(f"again_{option}" for option in AGAIN)
WAY_KEYS = tuple(f"satisfaction_by_{way}" for way in WAYS)
# Visits belong to visitors, so a sales team is shown what belongs to its customers alone.
WIDE = (None, By.STORE)


@dataclass(frozen=True)
class Split:
    """One table: a line for each member of a group, with these figures."""

    name: str
    by: By
    model: Any
    title: Promise
    column: Promise
    keys: tuple[str, ...]
    is_wide: bool = False


SPLITS = (
    Split("model", By.MODEL, Product, _("By model"), _("Model"), COURSE),
    Split("needs", By.MODEL, Product, _("Needs by the car they have"), _("Model"), NEEDS),
    Split(
        "salesperson",
        By.PERSON,
        User,
        _("By salesperson"),
        pgettext_lazy("column", "Salesperson"),
        ("satisfaction_rate", "satisfaction_of_rated", "repurchase_rate", "follow_up_satisfaction"),
    ),
    Split(
        "visitor",
        By.PERSON,
        User,
        _("By visitor"),
        _("Visitor"),
        ("visit_satisfaction_rate", "content_with_visitor", "visit_completion_rate"),
        is_wide=True,
    ),
    Split(
        "department",
        By.DEPARTMENT,
        Department,
        _("Visit problems by lead department"),
        _("Lead department"),
        ("visit_problems_resolved",),
        is_wide=True,
    ),
)


@dataclass(frozen=True)
class Line:
    """A line of a table or list: what it is about, and its figures."""

    label: str
    figures: list[Shown]

    @property
    def first(self) -> Shown:
        """The figure of a list, or the first of a table."""
        return self.figures[0]


@dataclass(frozen=True)
class Table:
    """One split with its lines."""

    split: Split
    heads: list[Promise]
    lines: list[Line]


@dataclass(frozen=True)
class Analysis:
    """Everything on the page."""

    asked: Asked
    tiles: list[Tile]
    rated: Shown
    grades: list[Line]
    again: list[Line]
    measures: list[Line]
    ways: list[Line]
    reasons: list[Line]
    needs: list[Line]
    brands: list[Line]
    influences: list[Line]
    weeks: list[Week]
    tables: list[Table]


@dataclass(frozen=True)
class Reader:
    """How much of what customers answered about people this reader is shown (RV-42)."""

    asked: Asked
    opens: bool
    least: int

    def guards(self, key: str) -> bool:
        """Whether this reader is shown sums of a figure alone, and never its rows."""
        return kpi_of(key).guarded and not self.opens

    def shown(
        self,
        key: str,
        number: Number,
        of: str = "",
        *,
        who: str = "",
        period: Period | None = None,
    ) -> Shown:
        """A figure with its rows, without them, or nothing of it before enough have answered."""
        if not self.guards(key):
            return Shown(key, number, self.asked.link(key, who, period, of))
        if number.denominator < self.least:
            return Shown(key, Number(None, 0, None), "", withheld=True)
        return Shown(key, number, "")

    def tile(self, key: str, course: Answer, pair: Answer | None, weeks: int) -> Tile:
        """The same of a figure with its past: before and each week are sums as well."""
        if not self.guards(key):
            return tile(self.asked, key, course, pair, weeks)
        told = tile(self.asked, key, self._told(course), pair and self._told(pair), weeks)
        return replace(told, href="", earlier_href="", withheld=not told.number.denominator)

    def _told(self, answer: Answer) -> Answer:
        """Those of the numbers for which enough have answered."""
        numbers = {
            place: one for place, one in answer.numbers.items() if one.denominator >= self.least
        }
        return Answer(Number(None, 0, None), numbers)


def reader_of(asked: Asked) -> Reader:
    """What the reader of this page is shown."""
    store_id = asked.chosen.store_id
    least = numbers_for(store_id).answers_shown_from
    return Reader(asked, reads_answers(asked.reader, store_id), least)


def shows(asked: Asked, split: Split) -> bool:
    """Whether a page of these people has that table: whole stores all, people where named."""
    if split.by is By.PERSON and not asked.names_people:
        return False
    return not split.is_wide or asked.chosen.scope.by in WIDE


@dataclass(frozen=True)
class Plan:
    """Which figures the page of these people shows, over which weeks."""

    asked: Asked
    reasons: dict[str, str]
    brands: list[str]

    @property
    def is_wide(self) -> bool:
        """Whether whole stores are shown, visitors and departments included."""
        return self.asked.chosen.scope.by in WIDE

    @property
    def heads(self) -> tuple[str, ...]:
        """The headline figures."""
        return (*COURSE, *(OF_SERVICE if self.is_wide else ()))

    @property
    def splits(self) -> list[Split]:
        """The tables."""
        return [split for split in SPLITS if shows(self.asked, split)]

    @property
    def measures(self) -> list[str]:
        """What else customers grade."""
        return [f"content_with_{key}" for key in MEASURES if self.is_wide or key != "visitor"]

    @property
    def weeks(self) -> tuple[Period, ...]:
        """Thirteen weeks up to the period's end."""
        last = min(self.asked.period.last, timezone.localdate(self.asked.now))
        return last_weeks(WEEKS, last, self.asked.period.zone)

    def wanted(self) -> dict[tuple[str, str], tuple[str, Question]]:
        """Every figure by its place and key; the running week needs no pair of its own."""
        asked = self.asked
        whole, weeks = asked.question(), asked.question(*self.weeks)
        pair = asked.question(asked.before, asked.period)
        reasons = [f"{REASON}{key}" for key in self.reasons]
        brands = [f"{BRAND}{brand}" for brand in self.brands]
        heard = (*brands, *INFLUENCE_KEYS) if self.brands else ()
        lists = ("rated_share", *NEEDS, *GRADE_KEYS, *AGAIN_KEYS, *WAY_KEYS, *self.measures)
        lists += (*reasons, *heard)
        return {
            **{("weeks", key): (key, weeks) for key in (*self.heads, NEEDS[0])},
            **{("pair", key): (key, pair) for key in self.heads if asked.kind != WEEK},
            **{("whole", key): (key, whole) for key in lists},
            **{
                (split.name, key): (key, asked.question(by=split.by))
                for split in self.splits
                for key in split.keys
            },
        }


def analysis(asked: Asked) -> Analysis:
    """Read the page: one statement for all of its figures, one for each kind of name."""
    brands = brands_heard(asked.reader, asked.period) if can_see_findings(asked.reader) else []
    plan = Plan(asked, reasons_asked(), brands)
    wanted = plan.wanted()
    found = dict(zip(wanted, read(list(wanted.values())), strict=True))
    reader = reader_of(asked)

    def line(key: str, label: str = "") -> Line:
        shown = reader.shown(key, found["whole", key].number())
        return Line(label or str(shown.kpi.name), [shown])

    return Analysis(
        asked=asked,
        tiles=[
            tile(asked, key, found["weeks", key], found.get(("pair", key)), WEEKS)
            for key in plan.heads
        ],
        rated=line("rated_share").first,
        grades=[line(key) for key in GRADE_KEYS],
        again=[line(key) for key in AGAIN_KEYS],
        measures=[line(key) for key in plan.measures],
        ways=[line(key) for key in WAY_KEYS],
        reasons=most_named([line(f"{REASON}{key}", name) for key, name in plan.reasons.items()]),
        needs=[line(key) for key in NEEDS],
        brands=most_named([line(f"{BRAND}{brand}", brand) for brand in brands]),
        influences=[line(key) for key in INFLUENCE_KEYS] if brands else [],
        weeks=[week(asked, found, n, period) for n, period in enumerate(plan.weeks)],
        tables=[table(split, found, reader) for split in plan.splits],
    )


def week(asked: Asked, found: Found, number: int, period: Period) -> Week:
    """One week of the trend."""
    figures = [
        Shown(key, found["weeks", key].number(number), asked.link(key, period=period))
        for key in (*COURSE, NEEDS[0])
    ]
    return Week(period, figures, timezone.localdate(asked.now))


def most_named(lines: list[Line]) -> list[Line]:
    """The reasons or brands somebody named, the most frequent first."""
    named = [line for line in lines if line.first.number.numerator]
    named.sort(key=lambda line: (-(line.first.number.numerator or 0), line.label))
    return named[:REASONS_SHOWN]


def table(split: Split, found: Found, reader: Reader) -> Table:
    """A line for each member of the group that has a figure, the greatest first."""
    answers = {key: found[split.name, key] for key in split.keys}
    counted = {pk for answer in answers.values() for _period, pk in answer.numbers if pk}
    lines = []
    # Nobody has the key 0: the page takes as many statements without any line.
    for pk, member in split.model.objects.in_bulk({0, *counted}).items():
        of = f"{split.by}-{member.public_id}"
        figures = [
            reader.shown(key, answer.number(group=pk), of) for key, answer in answers.items()
        ]
        lines.append(Line(member.name, figures))
    lines.sort(key=lambda line: (-line.first.number.denominator, line.label))
    return Table(split, [kpi_of(key).name for key in split.keys], lines)
