"""Every figure of the definitions for some people, each beside its past (KP-01, KP-12, KP-13)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.people import roles
from crm.people.models import Team, User
from crm.records.kpis import By, Question
from crm.records.periods import WEEK, Period, last_weeks
from crm.reports.board import Answer, read
from crm.reports.kpis import KPIS, Kpi, kpi_of
from crm.reports.kpis.board import RESPONSIBLE, VISITED
from crm.reports.queues.aims import aims_of, aims_over
from crm.reports.queues.analysis import reader_of
from crm.reports.queues.asked import NO_TEAM, Asked, no_team
from crm.reports.queues.choices import SELLERS, Choice
from crm.reports.queues.dashboard import RATES
from crm.reports.queues.tiles import Shown, Tile
from crm.reports.queues.weeks import AimedWeek

WEEKS = 13
# The definitions in the order of docs/kpis.md, under its headings.
GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("The three rates"), RATES),
    (
        _("Follow-up"),
        (
            "on_time_rate",
            "coverage_rate",
            "connect_rate",
            "capture_rate",
            "first_response_hours",
            "prompt_contact_rate",
            "closing_rate",
            "cohort_conversion_rate",
            "recovery_rate",
        ),
    ),
    (
        _("Return visits"),
        (
            "visit_completion_rate",
            "resolution_rate",
            "record_accuracy",
            "audited_share",
            "repurchase_rate",
            "nps",
            "visit_satisfaction_rate",
        ),
    ),
    (
        _("Complaints"),
        (
            "complaint_count",
            "onsite_in_time_rate",
            "resolved_in_time_rate",
            "resolution_hours",
            "handling_satisfaction_rate",
            "reopen_rate",
        ),
    ),
)


@dataclass(frozen=True)
class FigureLine:
    """One figure: now, before, its thirteen weeks, and the team's where a person is looked at."""

    tile: Tile
    team: Shown | None
    # The query string of the page that shows it for each person, team and store.
    compare: str


@dataclass(frozen=True)
class Figures:
    """All figures of the chosen people in the chosen period, under their headings."""

    asked: Asked
    groups: list[tuple[Promise, list[FigureLine]]]
    team: str


def all_figures(asked: Asked) -> Figures:
    """Every figure of the definitions; as many statements for a store as for a person."""
    weeks = weeks_of(asked)
    team = team_beside(asked)
    over_weeks, pair = asked.question(*weeks), asked.question(asked.before, asked.period)
    places: dict[str, Question] = {"weeks": over_weeks}
    if asked.kind != WEEK:
        places["pair"] = pair
    if of_team := asked.of_team():
        places["team"] = of_team
    wanted = [(place, key) for place in places for key in KPIS]
    answers = read([(key, places[place]) for place, key in wanted])
    found: dict[tuple[str, str], Answer] = dict(zip(wanted, answers, strict=True))

    aims, reader = aims_of(asked, KPIS), reader_of(asked)

    def line(key: str) -> FigureLine:
        now = reader.tile(key, found["weeks", key], found.get(("pair", key)), WEEKS)
        now = replace(now, aim=aims.get(key))
        beside = replace(reader.shown(key, found["team", key].number()), href="") if team else None
        return FigureLine(now, beside, asked.chip(asked.kind, kpi=key))

    groups = [(heading, [line(key) for key in keys]) for heading, keys in GROUPS]
    return Figures(asked, groups, team.name if team else "")


def weeks_of(asked: Asked) -> tuple[Period, ...]:
    """Thirteen weeks up to the period's end."""
    until = min(asked.period.last, timezone.localdate(asked.now))
    return last_weeks(WEEKS, until, asked.period.zone)


def team_beside(asked: Asked) -> Team | None:
    """The team a person is measured against; None where no one person is looked at (KP-14)."""
    team_id = asked.chosen.team_id if asked.of_team() else None
    return None if team_id is None else Team.objects.filter(pk=team_id).first()


@dataclass(frozen=True)
class ComparedLine:
    """A person, team or store with its figure."""

    label: str
    shown: Shown


@dataclass(frozen=True)
class Compared:
    """One figure of each person, team or store in the chosen scope, the best first.

    Beside it the figure of all of them in each of thirteen weeks.
    """

    asked: Asked
    by: By
    shown: Shown
    lines: list[ComparedLine]
    weeks: list[AimedWeek]

    @property
    def has_aims(self) -> bool:
        """Whether any of the weeks had a target."""
        return any(week.aim for week in self.weeks)

    @property
    def kpi(self) -> Kpi:
        return self.shown.kpi


def compared(asked: Asked, key: str, by: By) -> Compared:
    """A figure by person, team or store; people who have moved on keep their line (KP-14).

    Beside one person stands their team, which opens nothing.
    """
    weeks, team = weeks_of(asked), asked.of_team()
    questions = [asked.question(), asked.question(by=by), asked.question(*weeks)]
    questions += [team] if team else []
    whole, grouped, course, *beside = read([(key, one) for one in questions])
    counted = {pk for _period, pk in grouped.numbers if pk}
    inside = [one for one in inside_of(asked, by) if measures(key, one, counted)]
    named = {one.scope.pk: one for one in inside} if _any_of(inside, counted) else {}
    reader = reader_of(asked)
    lines = [
        ComparedLine(
            one.label,
            reader.shown(
                key,
                grouped.number(group=pk),
                one.key if by is By.PERSON else "",
                who="" if by is By.PERSON else one.key,
            ),
        )
        for pk, one in named.items()
    ]
    if by is By.PERSON:
        for person in User.objects.filter(pk__in=counted - named.keys()):
            number, of = grouped.number(group=person.pk), f"{by}-{person.public_id}"
            lines.append(ComparedLine(person.name, reader.shown(key, number, of)))
    loose = grouped.number(group=None)
    if by is By.TEAM and (loose.denominator or loose.numerator):
        lines.append(ComparedLine(no_team(), reader.shown(key, loose, NO_TEAM)))
    if beside and (named_team := team_beside(asked)):
        shown_team = replace(reader.shown(key, beside[0].number()), href="")
        lines.append(ComparedLine(named_team.name, shown_team))
    lines.sort(key=rank)
    shown = [reader.shown(key, course.number(n), period=period) for n, period in enumerate(weeks)]
    aims = [of_week.get(key) for of_week in aims_over(asked, [key], weeks)]
    found = [
        AimedWeek(period, [one], timezone.localdate(asked.now), aim)
        for period, one, aim in zip(weeks, shown, aims, strict=True)
    ]
    return Compared(asked, by, reader.shown(key, whole.number()), lines, found)


def inside_of(asked: Asked, by: By) -> list[Choice]:
    """The people, teams or stores the chosen scope covers, of those within reach."""
    chosen = asked.chosen
    if by is By.PERSON:
        return asked.choices.people_of(chosen)
    places = asked.choices.of(by)
    if chosen.scope.by is None:
        return places
    if chosen.scope.by is By.STORE:
        return [one for one in places if one.store_id == chosen.store_id]
    return [one for one in places if one.key == chosen.key]


def measures(key: str, one: Choice, counted: set[int | str]) -> bool:
    """Whether somebody has a line under a figure: whose work it measures, and who has rows."""
    if one.scope.by is not By.PERSON or one.scope.pk in counted:
        return True
    belongs = kpi_of(key).belongs
    if one.role == roles.SERVICE_AGENT:
        return belongs in (VISITED, RESPONSIBLE)
    return one.role in SELLERS and belongs is not VISITED


def usual_way(asked: Asked) -> By:
    """How a figure is compared where nothing is said: by person, where each one is shown."""
    return By.PERSON if asked.names_people else By.TEAM


def _any_of(inside: list[Choice], counted: set[int | str]) -> bool:
    return any(one.scope.pk in counted for one in inside)


def rank(line: ComparedLine) -> tuple[bool, float, str]:
    """The best first; what has no value last; then by name."""
    value = line.shown.number.value
    if value is None:
        return True, 0.0, line.label
    return False, float(value if line.shown.kpi.less_is_better else -value), line.label
