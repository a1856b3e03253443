"""What a page of figures is about: the period, the people, and where its links lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from crm.customers.models import Source
from crm.people.models import Department, User
from crm.records.kpis import By, Question, Scope
from crm.records.periods import MONTH, OWN, QUARTER, THIRTY, WEEK, Period, before
from crm.reports.access import board_reach
from crm.reports.queues.choices import SELLERS, Choice, Choices, choices_for
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import book
from crm.ui.asked import public_id as as_id
from crm.ui.moments import day
from crm.vehicles.models import Product
from crm.workdays import Calendar
from visits.queues.visitors import VISITING

# The pages of figures, each with the page of the rows behind its figures.
DASHBOARD, ANALYSIS = "reports:dashboard", "reports:visit_analysis"
OF_COMPLAINTS = "reports:complaint_report"
FIGURES, COMPARED, ORIGINS = "reports:figures", "reports:compared", "reports:origins"
EFFECT, LOST = "reports:effect", "reports:lost_report"
ROWS = {
    DASHBOARD: "reports:rows",
    FIGURES: "reports:rows",
    COMPARED: "reports:rows",
    ORIGINS: "reports:rows",
    EFFECT: "reports:rows",
    LOST: "reports:rows",
    ANALYSIS: "reports:visit_rows",
    OF_COMPLAINTS: "reports:complaint_rows",
}
# What the first pages show where nothing is said; the reports show the last 30 days.
USUAL_KIND = {DASHBOARD: WEEK, FIGURES: WEEK, COMPARED: WEEK}
# The source of cards that name none, and the rows of no team, as they stand in the address.
UNKNOWN_SOURCE = "none"
NO_TEAM = f"{By.TEAM}-none"
# Where figures of return visits stand, who makes the visits may be chosen beside the sellers.
MEASURED = dict.fromkeys((FIGURES, COMPARED), (*SELLERS, *VISITING))
# Pages that share the page of the rows with the dashboard, as its address names the way back.
BACK = {"figures": FIGURES, "compared": COMPARED, "origins": ORIGINS, "effect": EFFECT}
BACK |= {"lost": LOST}
WAY_BACK = {page: {"back": name} for name, page in BACK.items()}
# Own dates that were a running month or quarter are compared as it was; by its name here.
AS_OF, RUNNING = "as", (MONTH, QUARTER)
# What a report may be narrowed to as a whole, by the name in the address: each of its figures,
# its tables and the rows behind them are about these customers alone.
FILTERS = {"of_source": By.SOURCE, "of_model": By.MODEL}


def usual_kind(page: str) -> str:
    """The kind of period a page of figures shows where its address names none."""
    return USUAL_KIND.get(page, THIRTY)


@dataclass(frozen=True)
class Narrowed:
    """The line of a table a figure stands in: the key in the address, the words, the rows."""

    key: str
    label: str
    scope: Scope


@dataclass(frozen=True)
class Asked:
    """One request for figures, read and checked."""

    reader: User
    now: datetime
    kind: str
    period: Period
    chosen: Choice
    choices: Choices
    calendar: Calendar
    numbers: Numbers
    page: str = DASHBOARD
    narrowed: Narrowed | None = None
    filters: tuple[Narrowed, ...] = ()
    # Whether these are the rows behind a figure of the page.
    behind: bool = False
    # Of which running period the own dates are the days that were over.
    running: str = ""

    @property
    def names_people(self) -> bool:
        """Whether the figures of each of the chosen people are for this reader."""
        if self.chosen.scope.by is By.PERSON:
            return True
        team_id = self.chosen.team_id
        return board_reach(self.reader.reach).names(self.chosen.store_id, team_id)

    @property
    def before(self) -> Period:
        """The period the figures are compared with."""
        return before(self.running or self.kind, self.period)

    def question(self, *periods: Period, by: By | None = None) -> Question:
        """The question about the chosen people; about the chosen period unless others are given."""
        return Question(
            periods or (self.period,),
            self.calendar,
            self.chosen.scope,
            by,
            self.now,
            tuple(one.scope for one in self.all_narrowed),
        )

    @property
    def all_narrowed(self) -> tuple[Narrowed, ...]:
        """The filters of the whole report, and the line of its table that was opened."""
        return (*self.filters, *([self.narrowed] if self.narrowed else []))

    def of_team(self) -> Question | None:
        """The question about the team a person is measured against (KP-14).

        None where no one person is looked at, or one who is in no team.
        """
        chosen = self.chosen
        if chosen.scope.by is not By.PERSON or chosen.team_id is None:
            return None
        scope = Scope(By.TEAM, chosen.team_id)
        return replace(self.question(), scope=scope, only=tuple(one.scope for one in self.filters))

    @property
    def first_words(self) -> str:
        return day(self.period.first, timezone.localdate(self.now))

    @property
    def last_words(self) -> str:
        return day(self.period.last, timezone.localdate(self.now))

    @property
    def period_query(self) -> dict[str, str]:
        """The period as it stands in the address: hidden fields of a form that chooses people."""
        return _query(self.kind, self.period) | self._running

    @property
    def filter_query(self) -> dict[str, str]:
        """The filters as they stand in the address; behind a figure, the way back as well."""
        words = {one.scope.by: one.key.partition("-")[2] for one in self.filters}
        kept = {name: words[by] for name, by in FILTERS.items() if by in words}
        return kept | (WAY_BACK.get(self.page, {}) if self.behind else {})

    def back(self, kpi: str) -> str:
        """The address of the page a figure was opened on; the dashboard has no filters."""
        kept = () if self.page == DASHBOARD else self.filters
        whole = replace(self, narrowed=None, filters=kept, behind=False)
        query = whole.chip(self.kind, kpi=kpi if self.page == COMPARED else "")
        return f"{reverse(self.page)}{query}"

    @property
    def of_sellers(self) -> Asked:
        """The same on a page of sales: in the place of a visitor stands the widest choice."""
        chosen = self.chosen
        is_visitor = chosen.scope.by is By.PERSON and chosen.role in VISITING
        return replace(self, chosen=self.choices.all[0]) if is_visitor else self

    def link(self, kpi: str, who: str = "", period: Period | None = None, of: str = "") -> str:
        """The address of the rows behind a figure, or behind one line of its table."""
        query = _query(OWN, period) if period else self.period_query
        query |= WAY_BACK.get(self.page, {})
        return f"{_rows_address(self.page)}{self._encoded(query, kpi, who, of or self._of)}"

    def chip(self, kind: str, *, kpi: str = "", who: str = "") -> str:
        """The query string of the same page for another kind of period or other people."""
        running = self._running if kind == OWN else {}
        return self._encoded(_query(kind, self.period) | running, kpi, who, self._of)

    @property
    def _of(self) -> str:
        """The line the page is narrowed to, as it stands in the address."""
        return self.narrowed.key if self.narrowed else ""

    def _encoded(self, query: dict[str, str], kpi: str, who: str, of: str) -> str:
        whole = {**query, "kpi": kpi, "who": who or self.chosen.key, "of": of}
        whole |= self.filter_query
        return f"?{urlencode({key: value for key, value in whole.items() if value})}"

    @property
    def _running(self) -> dict[str, str]:
        return {AS_OF: self.running} if self.running else {}


@cache
def _rows_address(page: str) -> str:
    """Looked up once: a dashboard has a hundred and fifty such links."""
    return reverse(ROWS[page])


def _query(kind: str, period: Period) -> dict[str, str]:
    dates = {"first": str(period.first), "last": str(period.last)} if kind == OWN else {}
    return {"period": kind, **dates}


def asked_for(
    reader: User,
    kind: str,
    period: Period,
    query: Mapping[str, str],
    now: datetime,
    *,
    page: str = DASHBOARD,
) -> Asked:
    """Everything a page needs to know: whose figures, of which line, under which filters.

    Raises Http404 for people out of the reader's reach, and for a line or a filter there is none.
    """
    choices, of = choices_for(reader, now, MEASURED.get(page, SELLERS)), query.get("of", "")
    chosen = choices.pick(query.get("who", ""))
    narrowed = narrowed_to(of) if of else None
    filters = tuple(
        narrowed_to(f"{by}-{query[name]}") for name, by in FILTERS.items() if query.get(name)
    )
    rules = book()
    calendar = rules.calendar(None, rules.numbers(None))
    numbers = rules.numbers(chosen.store_id)
    asked = Asked(
        reader, now, kind, period, chosen, choices, calendar, numbers, page, narrowed, filters
    )
    if kind == OWN and query.get(AS_OF) in RUNNING:
        asked = replace(asked, running=query[AS_OF])
    if narrowed and narrowed.scope.by is By.PERSON and not asked.names_people:
        raise Http404
    return asked


def narrowed_to(key: str) -> Narrowed:
    """The line of a table by its key in the address, `model-<id>`; raises Http404 for none."""
    kind, _dash, sent = key.partition("-")
    public_id = as_id(sent)
    if kind == By.SOURCE and public_id in (*Source.values, UNKNOWN_SOURCE):
        code = "" if public_id == UNKNOWN_SOURCE else public_id
        return Narrowed(key, source_name(code), Scope(By.SOURCE, code))
    if key == NO_TEAM:
        return Narrowed(key, no_team(), Scope(By.TEAM, None))
    found: Product | User | Department | None = None
    if kind == By.MODEL:
        found = Product.objects.filter(public_id=public_id).first()
    elif kind == By.PERSON:
        found = User.objects.filter(public_id=public_id).first()
    elif kind == By.DEPARTMENT:
        found = Department.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return Narrowed(key, found.name, Scope(By(kind), found.pk))


def no_team() -> str:
    """What belongs to nobody's team, in words: somebody may be in none."""
    return _("In no team")


def source_name(code: str) -> str:
    """Where a customer came from, in words; some imported cards do not say."""
    return str(Source(code).label) if code else _("Source not known")
