"""Bars as inline SVG, drawn on the server. Guide section 12; `charts.py` draws the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from crm.ui import numbers
from crm.ui.charts import joined

# Bars: where the shortest names end, the right edge, the room for a number beside a bar.
BAR_LEFT, BAR_RIGHT, BAR_NUMBER = 72, 520, 56
# Behind this code point characters are as broad as they are high.
LAST_NARROW = 0x2E7F


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: its name, its value, the words at the right; one may be highlighted.

    With `href` it opens the rows behind it.
    """

    name: str
    value: float
    note: str = ""
    strong: bool = False
    href: str = ""


def bar_chart(bars: Sequence[Bar], *, finding: str, right: float = BAR_RIGHT) -> SafeString:
    """Horizontal bars from zero; each carries its number in text, beside room for its words.

    `right` is how broad it is drawn: the narrower, the larger its words on the same paper.
    """
    most = max((one.value for one in bars), default=0) or 1
    begin = max([BAR_LEFT, *(breadth(one.name) + 10 for one in bars)])
    widest = right - begin - BAR_NUMBER - max([0.0, *(breadth(one.note) for one in bars)])
    rows = joined(
        [
            bar_row(one, 29 * n, begin, widest * one.value / most, right)
            for n, one in enumerate(bars)
        ]
    )
    # What is an image has no links in it for who cannot see it.
    role = "group" if any(one.href for one in bars) else "img"
    return format_html(
        '<svg class="viz" viewBox="0 0 {} {}" role="{}" aria-label="{}">{}</svg>',
        f"{right:g}",
        29 * len(bars) + 4,
        role,
        finding,
        rows,
    )


def breadth(words: str) -> float:
    """About how broad words are at the size of a chart: a Chinese character as two letters."""
    return sum(13.5 if ord(char) > LAST_NARROW else 7.0 for char in words)


def bar_row(one: Bar, top: int, begin: float, width: float, right: float) -> SafeString:
    """One row of a bar chart; its name, bar and number are the link to its rows."""
    row = format_html(
        '<text class="strong" x="0" y="{0}">{1}</text>'
        '<rect class="{2}" x="{3}" y="{4}" width="{5}" height="21" rx="3">'
        "<title>{1} {8}</title></rect>"
        '<text class="strong" x="{6}" y="{7}">{8}</text>'
        '<text class="at-end" x="{10}" y="{7}">{9}</text>',
        top + 20,
        one.name,
        "f1" if one.strong else "f-soft",
        f"{begin:g}",
        top + 4,
        f"{width:.1f}",
        f"{begin + 8 + width:.1f}",
        top + 19,
        numbers.number(one.value, 0 if float(one.value).is_integer() else 1),
        one.note,
        f"{right:g}",
    )
    return format_html('<a href="{}">{}</a>', one.href, row) if one.href else row


@dataclass(frozen=True)
class Measured:
    """One bar of a share: its name, its value in percent, the words at the right."""

    name: str
    value: float
    note: str


def measured_bars(
    bars: Sequence[Measured], *, finding: str, goal: float | None = None, goal_words: str = ""
) -> SafeString:
    """Horizontal bars of shares on a track from 0 to 100 percent, with a dashed target."""
    rows = joined([measured_row(one, 25 * n) for n, one in enumerate(bars)])
    height = 25 * len(bars) + 4
    aim = SafeString("")
    if goal is not None:
        aim = format_html(
            '<line class="goal" x1="{0}" x2="{0}" y1="0" y2="{1}"/>'
            '<text class="at-mid" x="{0}" y="{2}">{3}</text>',
            f"{72 + 196 * min(goal, 100) / 100:.1f}",
            height,
            height + 12,
            goal_words,
        )
    return format_html(
        '<svg class="viz" viewBox="0 0 330 {}" role="img" aria-label="{}">{}{}</svg>',
        height + (18 if goal is not None else 0),
        finding,
        rows,
        aim,
    )


def measured_row(one: Measured, top: int) -> SafeString:
    """One row of a chart of shares."""
    return format_html(
        '<text x="0" y="{0}">{1}</text>'
        '<rect class="track" x="72" y="{2}" width="196" height="15" rx="2"/>'
        '<rect class="f1" x="72" y="{2}" width="{3}" height="15" rx="2">'
        "<title>{1} {4}</title></rect>"
        '<text class="strong at-end" x="330" y="{0}">{4}</text>',
        top + 18,
        one.name,
        top + 6,
        f"{196 * min(max(one.value, 0), 100) / 100:.1f}",
        one.note,
    )
