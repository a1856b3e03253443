"""A frozen figure opened: the rows it counted then, each with what has become of it since."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404

from crm.people.models import User
from crm.records.kpis import By, Question, Scope
from crm.reports.board import Number, read
from crm.reports.kpis import FUNNEL, Kpi, kpi_of
from crm.reports.models import FrozenRows, PeriodReport
from crm.reports.queues.rows import Line, latest_first, visible_rows, worded
from crm.reports.queues.subjects import subject_words
from crm.reports.queues.tiles import Shown
from crm.reports.weekly.changes import CHANGED_ABOVE, Listed, Marks, marks, sides_then
from crm.reports.weekly.entered import entered_since
from crm.reports.weekly.figures import MEMBERS, figures_of_one, question_of
from crm.reports.weekly.links import link_in, link_to
from crm.reports.weekly.paper import fraction
from crm.reports.weekly.parts import number_of, period_about, question_about
from crm.reports.weekly.rows import Counted, counted_by, kept_rows, kinds_of, rows_of
from crm.ui.asked import public_id
from crm.ui.lists import PAGE_SIZE


@dataclass(frozen=True)
class Whose:
    """Of whom a frozen figure is: all of the report, or one of its people, teams or stores."""

    address: str
    label: str
    scope: Scope | None = None

    def asked(self, question: Question) -> Question:
        """The report's question about them alone."""
        return replace(question, only=(self.scope,)) if self.scope else question

    def link(self, report: PeriodReport, key: str) -> str:
        """The address of today's rows."""
        of = self.address if self.scope and self.scope.by is By.PERSON else ""
        if self.scope is None and key in FUNNEL:
            return link_in(report, key, period_about(key, report))
        return link_to(report, key, of=of, who="" if of else self.address)


def whose_of(address: str) -> Whose:
    """Of whom, as it stands in the address; raises Http404 for nobody."""
    if not address:
        return Whose("", "")
    kind, _dash, sent = address.partition("-")
    model = next((model for by, model in MEMBERS.items() if by == kind), None)
    found = model.objects.filter(public_id=public_id(sent)).first() if model else None
    if found is None:
        raise Http404
    return Whose(address, found.name, Scope(By(kind), found.pk))


def frozen_number(report: PeriodReport, key: str, whose: Whose) -> Number | None:
    """What a report says of a figure, or of one of its parts; None where it has none."""
    printed = figures_of_one(report.figures, whose.address).get(key)
    if printed is not None:
        return Number(**printed)
    return None if whose.address else number_of(report.figures, key)


@dataclass(frozen=True)
class Behind:
    """The rows behind a frozen figure then and now, the lists they make, and what changed."""

    taken: dt.datetime
    is_kept: bool
    then: Counted
    models: tuple[Any, Any]
    since: Marks
    sides: list[Listed]

    def side(self, key: str) -> Listed:
        """The list of that key; an unknown one is everything below the line."""
        return next((one for one in self.sides if one.key == key), self.sides[0])

    def lines(self, side: Listed, page: Page[Any], reader: User) -> list[Line]:
        """A page of one of the lists, worded."""
        is_above = side.key == CHANGED_ABOVE or side.model is not self.models[0]
        took = {pk: timedelta(seconds=seconds) for pk, seconds in self.then.took.items()}
        hits = self.then.above if self.models[0] is self.models[1] else set()
        since = self._told(self.since[is_above], side.model, [row.pk for row in page])
        return worded(side.model.__name__, page, reader, hits=hits, took=took, since=since)

    def _told(self, since: dict[int, str], model: Any, pks: list[int]) -> dict[int, str]:
        """What has become of the rows of a page, and by whom what was entered late."""
        changed = {pk: since[pk] for pk in pks if pk in since}
        late = entered_since(model, changed, self.taken) if changed else {}
        return {
            pk: " · ".join(filter(None, (words, late.get(pk)))) for pk, words in changed.items()
        }


@dataclass(frozen=True)
class Opened:
    """A frozen figure, what it has come to be, and one page of the rows behind it."""

    whose: Whose
    shown: Shown
    live: Shown
    is_kept: bool
    sides: list[Listed]
    side: Listed
    page: Page[Any]
    lines: list[Line]
    hidden: int
    beside: tuple[Shown, ...] = ()
    subject: str = ""

    @property
    def kpi(self) -> Kpi:
        return self.shown.kpi

    @property
    def kind(self) -> str:
        """The model of the rows, by which the page words them."""
        return str(self.side.model.__name__)

    @property
    def count(self) -> int:
        return self.side.count

    @property
    def is_same(self) -> bool:
        return self.shown.number == self.live.number

    @property
    def how(self) -> tuple[str, str]:
        """What stands above and below the line, then and now."""
        return fraction(self.shown.number), fraction(self.live.number)


def opened(
    report: PeriodReport,
    key: str,
    address: str,
    reader: User,
    now: dt.datetime,
    *,
    side: str = "",
    page: int = 1,
) -> Opened:
    """One page of the rows behind a figure of a report: as many as it counted when it was closed.

    Those beyond the reader's reach are counted as hidden. Raises Http404 for a figure or somebody
    the report has not.
    """
    whose = whose_of(address)
    frozen = frozen_number(report, key, whose)
    if frozen is None:
        raise Http404
    question = question_about(key, question_of(report.store_id, report.period, now))
    question = whose.asked(question)
    behind = rows_behind_frozen(report, key, whose, question, frozen)
    listed = behind.side(side)
    rows = visible_rows(rows_of(listed.pks, listed.model), reader)
    if kpi_of(key).guarded:
        rows = rows.exclude(owner=reader)
    pages = Paginator(latest_first(rows), PAGE_SIZE)
    found, link = pages.get_page(page), whose.link(report, key)
    return Opened(
        whose=whose,
        shown=Shown(key, frozen, link),
        live=Shown(key, read([(key, question)])[0].number(), link),
        is_kept=behind.is_kept,
        sides=behind.sides,
        side=listed,
        page=found,
        lines=behind.lines(listed, found, reader),
        hidden=listed.count - pages.count,
        subject=subject_words(key),
    )


def rows_behind_frozen(
    report: PeriodReport, key: str, whose: Whose, question: Question, number: Number
) -> Behind:
    """The rows a figure counted when its report was closed, beside those it counts today."""
    kept = FrozenRows.objects.filter(report=report, key=key, whose=whose.address).first()
    is_kept = kept is not None or not (number.denominator or number.numerator)
    figure = kpi_of(key).read(question)
    then = kept_rows(kept) if kept else Counted()
    now = counted_by(figure).get(0, Counted()) if is_kept else Counted()
    models = kinds_of(figure)
    since = marks(then, now, apart=models[0] is not models[1])
    sides = sides_then(kpi_of(key), then, models, since)
    return Behind(report.as_of, is_kept, then, models, since, sides)
