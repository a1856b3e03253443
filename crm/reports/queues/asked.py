"""What a page of figures is about: the period, the people, and where its links lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.customers.models import Source
from crm.people import roles
from crm.people.models import Department, Membership, Store, User
from crm.records.kpis import By, Question, Scope
from crm.records.periods import OWN, THIRTY, WEEK, Period, before
from crm.reports.access import BoardReach, board_reach
from crm.rulebook.numbers import Numbers
from crm.rulebook.queues import book
from crm.ui.asked import public_id as as_id
from crm.ui.moments import day
from crm.ui.statements import objects_of
from crm.vehicles.models import Product
from crm.workdays import Calendar

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
SELLERS = (roles.SALESPERSON, roles.SALES_SUPERVISOR)
# What a report may be narrowed to as a whole, by the name in the address: each of its figures,
# its tables and the rows behind them are about these customers alone.
FILTERS = {"of_source": By.SOURCE, "of_model": By.MODEL}


def usual_kind(page: str) -> str:
    """The kind of period a page of figures shows where its address names none."""
    return USUAL_KIND.get(page, THIRTY)


@dataclass(frozen=True)
class Choice:
    """Somebody's figures to choose: the key in the address, the words, the rows they cover."""

    key: str
    label: str
    scope: Scope
    store_id: int | None = None
    team_id: int | None = None
    role: str = ""
    place: str = ""


@dataclass(frozen=True)
class Choices:
    """Everybody whose figures this reader may choose, widest first; the first is the default."""

    all: tuple[Choice, ...]

    def of(self, by: By | None) -> list[Choice]:
        return [choice for choice in self.all if choice.scope.by == by]

    def has(self, key: str) -> bool:
        """Whether that is one of the choices."""
        return any(choice.key == key for choice in self.all)

    def groups(self) -> list[tuple[str, list[Choice]]]:
        """The choices under their headings."""
        headings = {
            None: "",
            By.STORE: _("Stores"),
            By.TEAM: _("Teams"),
            By.PERSON: pgettext("by person", "People"),
        }
        found = [(heading, self.of(by)) for by, heading in headings.items()]
        return [(heading, choices) for heading, choices in found if choices]

    def pick(self, key: str) -> Choice:
        """The choice of that key, the widest for none; raises Http404 outside the reach."""
        if not key:
            return self.all[0]
        found = next((choice for choice in self.all if choice.key == key), None)
        if found is None:
            raise Http404
        return found

    def people_of(self, chosen: Choice) -> list[Choice]:
        """The sellers whose rows a choice covers."""
        people, pk = self.of(By.PERSON), chosen.scope.pk
        if chosen.scope.by is By.STORE:
            return [person for person in people if person.store_id == pk]
        if chosen.scope.by is By.TEAM:
            return [person for person in people if person.team_id == pk]
        return [chosen] if chosen.scope.by is By.PERSON else people


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
        return before(self.kind, self.period)

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
        return Question((self.period,), self.calendar, scope, asked_at=self.now)

    @property
    def first_words(self) -> str:
        return day(self.period.first, timezone.localdate(self.now))

    @property
    def last_words(self) -> str:
        return day(self.period.last, timezone.localdate(self.now))

    @property
    def period_query(self) -> dict[str, str]:
        """The period as it stands in the address: hidden fields of a form that chooses people."""
        return _query(self.kind, self.period)

    @property
    def filter_query(self) -> dict[str, str]:
        """The filters as they stand in the address."""
        words = {one.scope.by: one.key.partition("-")[2] for one in self.filters}
        return {name: words[by] for name, by in FILTERS.items() if by in words}

    @property
    def back(self) -> str:
        """The address of the page of figures this page belongs to; the dashboard has no filters."""
        kept = () if self.page == DASHBOARD else self.filters
        whole = replace(self, narrowed=None, filters=kept)
        return f"{reverse(self.page)}{whole.chip(self.kind)}"

    def link(self, kpi: str, who: str = "", period: Period | None = None, of: str = "") -> str:
        """The address of the rows behind a figure, or behind one line of its table."""
        query = _query(OWN, period) if period else self.period_query
        return f"{_rows_address(self.page)}{self._encoded(query, kpi, who, of or self._of)}"

    def chip(self, kind: str, *, kpi: str = "", who: str = "") -> str:
        """The query string of the same page for another kind of period or other people."""
        return self._encoded(_query(kind, self.period), kpi, who, self._of)

    @property
    def _of(self) -> str:
        """The line the page is narrowed to, as it stands in the address."""
        return self.narrowed.key if self.narrowed else ""

    def _encoded(self, query: dict[str, str], kpi: str, who: str, of: str) -> str:
        whole = {**query, "kpi": kpi, "who": who or self.chosen.key, "of": of}
        whole |= self.filter_query
        return f"?{urlencode({key: value for key, value in whole.items() if value})}"


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
    choices, of = choices_for(reader, now), query.get("of", "")
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


def choices_for(reader: User, now: datetime) -> Choices:
    """Everything, the stores, the teams and the sellers within reach; two statements.

    Stores and teams stand here with or without sellers: their rows remain theirs.
    """
    reach = board_reach(reader.reach)
    today = timezone.localdate(now)

    def places() -> QuerySet[Store]:
        inside = (
            Q() if reach.everything else Q(pk__in=reach.store_ids) | Q(teams__in=reach.team_ids)
        )
        columns = {"team_pk": F("teams"), "team_id_": F("teams__public_id")}
        named = Store.objects.filter(inside).annotate(**columns, team_name=F("teams__name"))
        return named.order_by("code", "teams__name", "teams")

    def build() -> QuerySet[Membership]:
        return (
            Membership.objects.valid_on(today)
            .filter(_within(reach), store__isnull=False)
            .select_related("user", "store", "team")
            .order_by("store__code", "team__name", "user__name", "id")
        )

    posts = objects_of(("choices", reader.pk, reader.reach, today), build)
    found: dict[str, Choice] = {}
    if reach.everything:
        found[""] = Choice("", _("All stores"), Scope())
    for place in objects_of(("places", reader.pk, reader.reach), places):
        for choice in _places_of(place, reach):
            found.setdefault(choice.key, choice)
    for post in posts:
        for choice in _choices_of(post, reach):
            found.setdefault(choice.key, choice)
    if not found:
        own = Choice(f"person-{reader.public_id}", reader.name, Scope(By.PERSON, reader.pk))
        found[own.key] = own
    order = [None, By.STORE, By.TEAM, By.PERSON]
    return Choices(tuple(sorted(found.values(), key=lambda choice: order.index(choice.scope.by))))


def _within(reach: BoardReach) -> Q:
    """Posts whose figures the reader answers for, and their own."""
    if reach.everything:
        return Q(role__in=SELLERS) | Q(role__in=roles.ALL_ROLES, user=reach.own_id)
    places = Q(store__in=reach.store_ids) | Q(team__in=reach.team_ids)
    return Q(user=reach.own_id) | (places & Q(role__in=SELLERS))


def _places_of(place: Any, reach: BoardReach) -> list[Choice]:
    """A store within reach and one of its teams."""
    choices, whole_store = [], reach.everything or place.pk in reach.store_ids
    if whole_store:
        scope = Scope(By.STORE, place.pk)
        choices.append(Choice(f"store-{place.public_id}", place.name, scope, place.pk))
    if place.team_pk and (whole_store or place.team_pk in reach.team_ids):
        name = f"{place.name} · {place.team_name}" if reach.everything else place.team_name
        scope = Scope(By.TEAM, place.team_pk)
        key = f"team-{place.team_id_}"
        choices.append(Choice(key, name, scope, place.pk, place.team_pk))
    return choices


def _choices_of(post: Membership, reach: BoardReach) -> list[Choice]:
    """The holder of a post, where the reader reads the figures of each one there."""
    user, team = post.user, post.team
    if post.role not in SELLERS:
        return []
    if user.pk != reach.own_id and not reach.names(post.store_id, post.team_id):
        return []
    key, place = f"person-{user.public_id}", team.name if team else ""
    scope = Scope(By.PERSON, user.pk)
    return [Choice(key, user.name, scope, post.store_id, post.team_id, post.role, place)]
