"""A Pareto chart as inline SVG: bars from the most frequent on, over them the running share.

Drawn like the charts of `crm.ui.charts`. Bars carry the number of their line in the data table
that stands below, since names of causes do not fit under a bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm.ui.charts import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, joined

RIGHT = 574
WHOLE = 100
SHARES = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True)
class Column:
    """One bar: its name, how many, the share in percent up to and with it; strong or pale."""

    name: str
    value: int
    running: float
    strong: bool = False


def pareto_chart(columns: Sequence[Column], *, finding: str) -> SafeString:
    """Bars and their running share on one axis of 0 to 100 percent of the whole."""
    room = (RIGHT - LEFT) / max(len(columns), 1)
    middles = [LEFT + room * (number + 0.5) for number in range(len(columns))]
    whole = columns[0].value * WHOLE / columns[0].running if columns else 1
    wide = min(room * 0.62, 56)
    bars = [
        _bar(number, one, x, wide, _height(one.value * WHOLE / whole))
        for number, (x, one) in enumerate(zip(middles, columns, strict=True), start=1)
    ]
    return format_html(
        '<svg class="viz" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        finding,
        _grid(),
        joined(bars),
        _line(columns, middles),
    )


def _height(share: float) -> float:
    return BOTTOM - share / WHOLE * (BOTTOM - TOP)


def _grid() -> SafeString:
    """Hairlines of the share, with their numbers at the right."""
    rows = [
        format_html(
            '<line class="grid" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
            '<text x="{3}" y="{4}">{5}%</text>',
            LEFT,
            RIGHT,
            f"{_height(share):.1f}",
            RIGHT + 8,
            f"{_height(share) + 4:.1f}",
            share,
        )
        for share in SHARES
    ]
    return joined(rows)


def _bar(number: int, one: Column, x: float, wide: float, y: float) -> SafeString:
    return format_html(
        '<rect class="{0}" x="{1}" y="{2}" width="{3}" height="{4}" rx="3">'
        "<title>{5} {6}</title></rect>"
        '<text class="strong at-mid" x="{7}" y="{8}">{6}</text>'
        '<text class="at-mid" x="{7}" y="204">{9}</text>',
        "f1" if one.strong else "f-soft",
        f"{x - wide / 2:.1f}",
        f"{y:.1f}",
        f"{wide:.1f}",
        f"{BOTTOM - y:.1f}",
        one.name,
        one.value,
        f"{x:.1f}",
        f"{min(y - 5, BOTTOM - 5):.1f}",
        number,
    )


def _line(columns: Sequence[Column], middles: Sequence[float]) -> SafeString:
    points = [(x, _height(one.running)) for x, one in zip(middles, columns, strict=True)]
    marks = [
        format_html('<circle class="f2" cx="{}" cy="{}" r="3"/>', f"{x:.1f}", f"{y:.1f}")
        for x, y in points
    ]
    return format_html(
        '<polyline class="ln s2" points="{}"/>{}',
        " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        joined(marks),
    )
