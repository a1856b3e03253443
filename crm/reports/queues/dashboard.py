"""The dashboard: headline figures, thirteen weeks, the table per person, what is overdue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from crm.people import roles
from crm.people.models import User
from crm.records.kpis import By, Question
from crm.records.periods import WEEK, Period, last_weeks
from crm.reports.access import can_remind_people
from crm.reports.board import Answer, Group, read
from crm.reports.kpis import FUNNEL
from crm.reports.queues.aims import aims_of, aims_of_people
from crm.reports.queues.asked import Asked
from crm.reports.queues.choices import Choice
from crm.reports.queues.funnel import Funnel, funnel, funnel_period
from crm.reports.queues.overdue import HOT, OVERDUE, first_overdue, overdue_tile, read_late
from crm.reports.queues.tiles import Aim, Shown, Tile
from crm.reports.queues.weeks import Week
from followups.models import PlannedContact

WEEKS = 13
RATES = ("response_rate", "satisfaction_rate", "conversion_rate")
# Figures that count rows, not customers: their total is the sum of the table's lines.
ROWS_OF_ONE_PERSON = (
    *("cards_in_hand", "hot_cards", "warm_cards", "on_time_rate", "test_drives", "order_count"),
    *(OVERDUE, HOT),
)
COLUMNS = (
    *ROWS_OF_ONE_PERSON,
    "first_response_hours",
    "conversion_rate",
    "satisfaction_rate",
)
CHART = ("response_rate", "satisfaction_rate")

# The answers of a page by their place on it and their key.
Found = dict[tuple[str, str], Answer]


@dataclass(frozen=True)
class PersonRow:
    """One line of the table: a person, or everybody for the total."""

    label: str
    href: str
    place: str
    figures: dict[str, Shown]
    aim: Aim | None = None

    @property
    def tone(self) -> str:
        """The colour of the on-time bar: how it stands to their own target, else to that of all."""
        shown = self.figures["on_time_rate"]
        return self.aim.light(shown.kpi, shown.number) if self.aim else ""


@dataclass
class Board:
    """Everything on the dashboard; what is overdue is read when the page asks for it."""

    asked: Asked
    tiles: list[Tile]
    weeks: list[Week]
    rows: list[PersonRow]
    total: PersonRow
    funnel: Funnel

    @property
    def late_people(self) -> int:
        """How many people have something overdue."""
        return sum(not row.figures["contacts_overdue"].is_zero for row in self.rows)

    @property
    def may_remind(self) -> bool:
        """Whether the reader may ask them to get in touch."""
        return bool(self.late_people) and can_remind_people(self.asked.reader)

    @cached_property
    def latest(self) -> list[PlannedContact]:
        """The hottest and oldest overdue contacts the reader may see."""
        hot = self.total.figures[HOT].number.denominator
        return first_overdue(self.asked, hot)


def dashboard(asked: Asked) -> Board:
    """Read a dashboard: three statements for its figures, one more for people who moved on."""
    last = min(asked.period.last, timezone.localdate(asked.now))
    weeks = last_weeks(WEEKS, last, asked.period.zone)
    keys = headlines(asked)
    late = read_late(asked, weeks)
    found = _read(asked, weeks, keys)
    found |= {("person", OVERDUE): late.by_person(), ("person", HOT): late.by_person(hot=True)}
    aims = aims_of(asked, {*keys, "on_time_rate", OVERDUE})
    tiles = [
        replace(
            tile(asked, key, found["weeks", key], found.get(("pair", key))),
            aim=aims.get(key),
            team=_team(found, key),
        )
        for key in keys
    ]
    whole = {
        key: Shown(key, found["person", key].over_groups(), asked.link(key))
        for key in ROWS_OF_ONE_PERSON
    }
    whole |= {one.key: Shown(one.key, one.number, one.href) for one in tiles}
    whole[OVERDUE] = overdue_tile(asked, late, weeks, aims.get(OVERDUE))
    return Board(
        asked=asked,
        tiles=tiles,
        weeks=[_week(asked, found, n, period) for n, period in enumerate(weeks)],
        rows=person_rows(
            asked,
            {key: found["person", key] for key in COLUMNS},
            aims_of_people(asked, "on_time_rate", aims.get("on_time_rate")),
        ),
        total=PersonRow("", "", "", whole, aims.get("on_time_rate")),
        funnel=funnel(asked, {key: found["funnel", key] for key in FUNNEL}),
    )


def _team(found: Found, key: str) -> Shown | None:
    """The team's figure beside a person's: a sum that opens nobody's rows (KP-14)."""
    answer = found.get(("team", key))
    return Shown(key, answer.number(), "") if answer else None


def headlines(asked: Asked) -> tuple[str, ...]:
    """The tiles: the three rates, then what the chosen people can be measured by.

    Return visits belong to visitors, so a sales team is shown its on-time rate instead.
    """
    is_wide = asked.chosen.scope.by in (None, By.STORE)
    return (*RATES, "visit_completion_rate" if is_wide else "on_time_rate", "first_response_hours")


def _read(asked: Asked, weeks: tuple[Period, ...], keys: tuple[str, ...]) -> Found:
    """Every figure of the page by its place and key; the running week needs no pair of its own."""
    over_weeks, by_person = asked.question(*weeks), asked.question(by=By.PERSON)
    pair, team = () if asked.kind == WEEK else keys, asked.of_team()
    wanted: dict[tuple[str, str], tuple[str, Question]] = {
        **{("weeks", key): (key, over_weeks) for key in keys},
        **{("pair", key): (key, asked.question(asked.before, asked.period)) for key in pair},
        **({("team", key): (key, team) for key in keys} if team else {}),
        **{("person", key): (key, by_person) for key in COLUMNS if key not in (OVERDUE, HOT)},
        **{("funnel", key): (key, asked.question(funnel_period(asked))) for key in FUNNEL},
    }
    return dict(zip(wanted, read(list(wanted.values())), strict=True))


def _week(asked: Asked, found: Found, number: int, period: Period) -> Week:
    """One week of the chart."""
    figures = [
        Shown(key, found["weeks", key].number(number), asked.link(key, period=period))
        for key in CHART
    ]
    return Week(period, figures, timezone.localdate(asked.now))


def tile(asked: Asked, key: str, course: Answer, pair: Answer | None, weeks: int = WEEKS) -> Tile:
    """A headline figure; the running week and the one before it are the last two of its course."""
    values = [course.number(n).value for n in range(weeks)]
    now = pair.number(1) if pair else course.number(weeks - 1)
    then = pair.number(0) if pair else course.number(weeks - 2)
    earlier = asked.link(key, period=asked.before)
    return Tile(key, now, asked.link(key), then, values, earlier_href=earlier)


def person_rows(
    asked: Asked,
    columns: dict[str, Answer],
    aim_of: Callable[[Choice], Aim | None] = lambda _person: None,
) -> list[PersonRow]:
    """A line for every salesperson covered, and for whoever else has a figure here."""
    if not asked.names_people:
        return []
    people = {person.scope.pk: person for person in asked.choices.people_of(asked.chosen)}
    counted = {pk for answer in columns.values() for _period, pk in answer.numbers if pk}
    for moved in User.objects.filter(pk__in=counted - people.keys()).order_by("name"):
        people[moved.pk] = Choice(f"person-{moved.public_id}", moved.name, asked.chosen.scope)
    return [
        replace(_person_row(asked, pk, one, columns), aim=aim_of(one))
        for pk, one in people.items()
        if pk in counted or one.role == roles.SALESPERSON
    ]


def people_figures(asked: Asked) -> list[PersonRow]:
    """The table by person with its total, for a file: what the page shows (matrix row 19)."""
    whole_of = [key for key in COLUMNS if key not in ROWS_OF_ONE_PERSON]
    by_person, whole = asked.question(by=By.PERSON), asked.question()
    wanted = [*((key, by_person) for key in COLUMNS), *((key, whole) for key in whole_of)]
    answers = read(wanted)
    columns = dict(zip(COLUMNS, answers, strict=False))
    rows = person_rows(asked, columns)
    sums = {key: columns[key].over_groups() for key in ROWS_OF_ONE_PERSON}
    sums |= {key: one.number() for key, one in zip(whole_of, answers[len(COLUMNS) :], strict=True)}
    total = {key: Shown(key, number, asked.link(key)) for key, number in sums.items()}
    return [*rows, PersonRow(_("Total"), "", "", total)] if len(rows) > 1 else rows


def _person_row(asked: Asked, pk: Group, person: Choice, columns: dict[str, Answer]) -> PersonRow:
    """A person's line; each figure opens their rows of the chosen people, wherever they are now."""
    key = person.key if asked.choices.has(person.key) else ""
    figures = {
        name: Shown(name, answer.number(group=pk), asked.link(name, of=person.key))
        for name, answer in columns.items()
    }
    place = "" if asked.chosen.scope.by in (By.TEAM, By.PERSON) else person.place
    href = asked.chip(asked.kind, who=key) if key else ""
    return PersonRow(person.label, href, place, figures)
