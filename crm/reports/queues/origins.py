"""Where customers come from, how far they get, and how their intent moves (K-19, K-32)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from crm.customers.models import Level, Source
from crm.orders.kpis import LOST, ORDERED, level_movement
from crm.records.kpis import By
from crm.reports.board import Number, read
from crm.reports.kpis import FUNNEL, MOVE
from crm.reports.kpis.levels import ANY, ENDED, FIRST, NONE
from crm.reports.queues.asked import UNKNOWN_SOURCE, Asked, source_name
from crm.reports.queues.tiles import Shown, percent_of

# The bars of the funnel; who came and left no data has no source.
COLUMNS = tuple(FUNNEL)
NAMES: dict[str, Promise] = {
    NONE: pgettext_lazy("level", "none"),
    ORDERED: pgettext_lazy("level", "ordered"),
    LOST: pgettext_lazy("level", "lost"),
}


@dataclass(frozen=True)
class OriginLine:
    """A source with its customers of the period, and what share of them ordered."""

    label: str
    figures: list[Shown]
    sold: str


@dataclass(frozen=True)
class MoveLine:
    """A level at the begin of the period: where its cards stood at the end."""

    label: str
    cells: list[Shown]
    total: Shown


@dataclass(frozen=True)
class Origins:
    """The page: a line for each source that brought somebody, and the moves between levels."""

    asked: Asked
    heads: list[Promise]
    sources: list[OriginLine]
    total: OriginLine
    promoted: Shown
    ends: list[str]
    moves: list[MoveLine]


def origins(asked: Asked) -> Origins:
    """Both tables in three statements: what goes by codes and what by keys are read apart."""
    answers = read([(key, asked.question(by=By.SOURCE)) for key in COLUMNS])
    (promoted,) = read([("level_promotion_rate", asked.question())])
    found = dict(zip(COLUMNS, answers, strict=True))
    lines = [
        OriginLine(
            str(label),
            [
                Shown(key, answer.number(group=code), asked.link(key, of=of_source(code)))
                for key, answer in found.items()
            ],
            sold_of({key: answer.number(group=code) for key, answer in found.items()}),
        )
        for code, label in (*Source.choices, ("", source_name("")))
        if any(answer.number(group=code).denominator for answer in found.values())
    ]
    lines.sort(key=lambda line: [-one.number.denominator for one in line.figures[1::-1]])
    whole = {key: answer.over_groups() for key, answer in found.items()}
    return Origins(
        asked=asked,
        heads=[FUNNEL[key].name for key in COLUMNS],
        sources=lines,
        total=OriginLine(
            "", [Shown(key, one, asked.link(key)) for key, one in whole.items()], sold_of(whole)
        ),
        promoted=Shown(
            "level_promotion_rate", promoted.number(), asked.link("level_promotion_rate")
        ),
        ends=[level_name(code) for code in ENDED],
        moves=moves(asked),
    )


def of_source(code: str) -> str:
    """The line of a source as it stands in the address."""
    return f"{By.SOURCE}-{code or UNKNOWN_SOURCE}"


def sold_of(numbers: dict[str, Number]) -> str:
    """What share of the cards opened led to an order."""
    return percent_of(numbers["cards_ordered"].denominator, numbers["cards_begun"].denominator)


def moves(asked: Asked) -> list[MoveLine]:
    """The matrix of levels, each cell opening its cards; one statement."""
    rows = level_movement(asked.question()).order_by().values("level_first", "ended")
    counts = {
        (row["level_first"] or NONE, row["ended"] or NONE): row["n"]
        for row in rows.annotate(n=Count("pk"))
    }
    lines = []
    for first in FIRST:
        numbers = [counts.get((first, ended), 0) for ended in ENDED]
        keys = [f"{MOVE}{first}_{ended}" for ended in ENDED]
        cells = [
            Shown(key, Number(None, n, n), asked.link(key))
            for key, n in zip(keys, numbers, strict=True)
        ]
        whole, total = f"{MOVE}{first}_{ANY}", sum(numbers)
        shown = Shown(whole, Number(None, total, total), asked.link(whole))
        lines.append(MoveLine(level_name(first), cells, shown))
    return lines


def level_name(code: str) -> str:
    """A level, none, ordered or lost in words."""
    return str(NAMES[code]) if code in NAMES else str(Level(code).label)
