"""What following up achieved, salesperson by salesperson, and against the period before (RP-11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from crm.people.models import User
from crm.records.kpis import By
from crm.reports.board import Answer, Group, read
from crm.reports.kpis import kpi_of
from crm.reports.queues.analysis import reader_of
from crm.reports.queues.asked import Asked
from crm.reports.queues.dashboard import tile
from crm.reports.queues.figures import inside_of
from crm.reports.queues.tiles import Shown, Tile

# Was it done, was it done in time, did it reach anybody, did anybody answer, did it sell.
KEYS = (
    *("on_time_rate", "coverage_rate", "first_response_hours", "connect_rate"),
    *("response_rate", "conversion_rate", "order_count", "satisfaction_rate"),
)
HEADS = ("on_time_rate", "connect_rate", "response_rate", "conversion_rate")
# Guarded answers are shown as sums, never with their way over two small periods.
COMPARED = tuple(key for key in KEYS if not kpi_of(key).guarded and key != "coverage_rate")


@dataclass(frozen=True)
class EffectLine:
    """A salesperson with their figures, each beside that of the period before."""

    label: str
    figures: list[Shown]
    ways: list[Tile | None]

    @property
    def cells(self) -> list[tuple[Shown, Tile | None]]:
        """Each figure with its way since the period before."""
        return list(zip(self.figures, self.ways, strict=True))


@dataclass(frozen=True)
class Effect:
    """The page."""

    asked: Asked
    heads: list[Promise]
    tiles: list[Tile]
    lines: list[EffectLine]
    total: EffectLine


def follow_up_effect(asked: Asked) -> Effect:
    """Everybody of the chosen people who sells or has a figure; who moved on keeps their line."""
    pair, now = (asked.before, asked.period), (asked.period,)
    wanted = [
        (key, asked.question(*(pair if key in COMPARED else now), by=by))
        for by in (None, By.PERSON)
        for key in KEYS
    ]
    answers = read(wanted)
    whole = dict(zip(KEYS, answers[: len(KEYS)], strict=True))
    each = dict(zip(KEYS, answers[len(KEYS) :], strict=True))
    reader = reader_of(asked)
    last = {key: 1 if key in COMPARED else 0 for key in KEYS}

    def line(label: str, found: dict[str, Answer], group: Group = 0, of: str = "") -> EffectLine:
        figures = [reader.shown(key, found[key].number(last[key], group), of) for key in KEYS]
        ways = [
            Tile(one.key, one.number, "", found[one.key].number(0, group), [])
            if one.key in COMPARED
            else None
            for one in figures
        ]
        return EffectLine(label, figures, ways)

    named = asked.names_people
    counted = {pk for one in each.values() for _period, pk in one.numbers if pk and named}
    people = {one.scope.pk: (one.label, one.key) for one in inside_of(asked, By.PERSON)}
    for moved in User.objects.filter(pk__in=counted - people.keys()).order_by("name"):
        people[moved.pk] = (moved.name, f"{By.PERSON}-{moved.public_id}")
    lines = [line(label, each, pk, of) for pk, (label, of) in people.items()]
    return Effect(
        asked=asked,
        heads=[kpi_of(key).name for key in KEYS],
        tiles=[tile(asked, key, whole[key], whole[key], 2) for key in HEADS],
        lines=lines,
        total=line(asked.chosen.label, whole),
    )
