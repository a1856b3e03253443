"""Charts as inline SVG, drawn on the server. Guide section 12.

Colours are classes, never styles, so the content security policy and both themes hold. A chart
is ``role="img"`` with a sentence that states the finding; its data table stands beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 620, 212
LEFT, RIGHT, TOP, BOTTOM = 38, 504, 22, 184
STEPS = tuple(step * 10**power for power in range(9) for step in (1, 2, 3, 5))
SHARES = (1, 2, 5, 10, 20, 25)


@dataclass(frozen=True)
class Series:
    """One line: its name, its values in order (None leaves a gap), the words at its end."""

    name: str
    values: Sequence[float | None]
    end: str


@dataclass(frozen=True)
class Goal:
    """A dashed line at a value, with its words."""

    value: float
    words: str


@dataclass(frozen=True)
class Course:
    """A target that may change between the moments (None where there was none), with its words."""

    values: Sequence[float | None]
    words: str


@dataclass(frozen=True)
class Scale:
    """A vertical axis: whole steps from ``low`` to ``high``."""

    low: int
    high: int
    step: int

    def y(self, value: float) -> float:
        """The height of a value on the drawing."""
        return BOTTOM - (value - self.low) / (self.high - self.low) * (BOTTOM - TOP)


def scale(values: Sequence[float], *, ticks: int = 4) -> Scale:
    """An axis of about ``ticks`` whole steps around the values; it need not begin at zero."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    step = next((step for step in STEPS if step * (ticks - 1) >= high - low), STEPS[-1])
    bottom = int(low // step) * step
    if bottom > 0 and low - bottom < step / 4:
        bottom -= step
    top = bottom + step * ticks
    while top < high:
        top += step
    return Scale(bottom, top, step)


def share_scale(values: Sequence[float], *, ticks: int = 4) -> Scale:
    """An axis for rates: the finest round steps that hold all values and end at 100 at most."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    for step in SHARES:
        bottom = min(int(low // step) * step, 100 - step * ticks)
        if bottom >= 0 and high <= bottom + step * ticks:
            return Scale(bottom, bottom + step * ticks, step)
    return scale(values)


def spread(count: int) -> list[float]:
    """Where ``count`` points stand from left to right."""
    if count < 2:
        return [float(RIGHT)] * count
    return [LEFT + (RIGHT - LEFT) * index / (count - 1) for index in range(count)]


def line_chart(
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    finding: str,
    goal: Goal | Course | None = None,
    share: bool = True,
    running: bool = False,
) -> SafeString:
    """At most two lines over the same moments, labelled at their ends; ``share`` for rates.

    Where the last moment is ``running`` still, the way to it is dotted and its mark is hollow.
    """
    if isinstance(goal, Course) and len(set(goal.values)) == 1 and goal.values[0] is not None:
        goal = Goal(goal.values[0], goal.words)
    lines = series[:2]
    known = [value for one in lines for value in one.values if value is not None]
    shown = [*known, *values_of(goal)]
    axis = share_scale(shown) if share else scale(shown)
    xs = spread(max((len(one.values) for one in lines), default=0))
    ends = end_heights([last_of(one) for one in lines], axis)
    parts = [grid(axis), x_labels(xs, labels)]
    if isinstance(goal, Course):
        parts.append(goal_steps(goal, xs, axis, ends))
    else:
        parts.append(goal_line(goal, axis))
    parts += [drawn(one, xs, axis, n + 1, ends[n], running=running) for n, one in enumerate(lines)]
    return format_html(
        '<svg class="viz" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        finding,
        joined(parts),
    )


def values_of(goal: Goal | Course | None) -> list[float]:
    """What the axis has to hold for a target."""
    if isinstance(goal, Course):
        return [value for value in goal.values if value is not None]
    return [goal.value] if goal else []


def joined(parts: Sequence[SafeString]) -> SafeString:
    """Parts of a drawing, one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def last_of(one: Series) -> float:
    """The last known value of a series; zero where none is known."""
    return next((value for value in reversed(one.values) if value is not None), 0.0)


def end_heights(lasts: Sequence[float], axis: Scale) -> list[float]:
    """Where the end labels stand: beside the last point, but never over one another."""
    heights = [axis.y(value) for value in lasts]
    if len(heights) == 2 and abs(heights[0] - heights[1]) < 16:
        middle = sum(heights) / 2
        above = 0 if heights[0] <= heights[1] else 1
        heights[above], heights[1 - above] = middle - 8, middle + 8
    return heights


def grid(axis: Scale) -> SafeString:
    """Hairlines with their numbers."""
    rows = [(axis.y(tick), tick) for tick in range(axis.low, axis.high + 1, axis.step)]
    return format_html_join(
        "",
        '<line class="grid" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
        '<text class="at-end" x="30" y="{3}">{4}</text>',
        ((LEFT, RIGHT, f"{y:.1f}", f"{y + 4:.1f}", tick) for y, tick in rows),
    )


def x_labels(xs: Sequence[float], labels: Sequence[str]) -> SafeString:
    """The words under the axis: every second from the right, so that the last one always shows."""
    pairs = list(zip(xs, labels, strict=False))
    shown = pairs if len(pairs) <= 5 else pairs[::-1][::2][::-1]
    return format_html_join(
        "",
        '<text class="at-mid" x="{}" y="204">{}</text>',
        ((f"{x:.1f}", label) for x, label in shown if label),
    )


def goal_line(goal: Goal | None, axis: Scale) -> SafeString:
    """The target, dashed, with its words above it."""
    if goal is None:
        return SafeString("")
    y = axis.y(goal.value)
    return format_html(
        '<line class="goal s1" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>'
        '<text x="42" y="{3}">{4}</text>',
        LEFT,
        RIGHT,
        f"{y:.1f}",
        f"{y - 5:.1f}",
        goal.words,
    )


def goal_steps(goal: Course, xs: Sequence[float], axis: Scale, ends: Sequence[float]) -> SafeString:
    """A target that changed: dashed steps, its words at the end, clear of those of the lines."""
    half = (xs[1] - xs[0]) / 2 if len(xs) > 1 else 0
    steps: list[list[str]] = [[]]
    for x, value in zip(xs, goal.values, strict=False):
        if value is None:
            steps.append([])
            continue
        left, right = max(x - half, LEFT), min(x + half, RIGHT)
        steps[-1] += [f"{at:.1f},{axis.y(value):.1f}" for at in (left, right)]
    lines = format_html_join(
        "", '<polyline class="goal" points="{}"/>', ((" ".join(one),) for one in steps if one)
    )
    at = axis.y(next((value for value in reversed(goal.values) if value is not None), 0.0))
    if any(abs(at - end) < 16 for end in ends):
        at = min(ends) - 16 if at <= min(ends) else max(ends) + 16
    place = '<text x="{}" y="{}">{}</text>'
    words = format_html(place, RIGHT + 10, f"{at + 4:.1f}", goal.words)
    return joined([lines, words])


def drawn(
    one: Series,
    xs: Sequence[float],
    axis: Scale,
    number: int,
    end_y: float,
    *,
    running: bool = False,
) -> SafeString:
    """A line with its marks (round for the first, square for the second) and its end label.

    The mark of a moment that is ``running`` still stands at the end of a dotted line.
    """
    points = [(x, axis.y(v), v) for x, v in zip(xs, one.values, strict=False) if v is not None]
    is_open = running and bool(one.values) and one.values[-1] is not None
    marks = joined(
        [
            mark(x, y, number, f"{one.name} {value:g}", hollow=is_open and at == len(points))
            for at, (x, y, value) in enumerate(points, start=1)
        ]
    )
    whole = points[:-1] if is_open else points
    parts = [polyline(f"ln s{number}", whole)]
    if is_open and len(points) > 1:
        parts.append(polyline(f"ln s{number} running", points[-2:]))
    end = '<text class="strong" x="{}" y="{}">{}</text>'
    parts += [marks, format_html(end, RIGHT + 10, f"{end_y + 4:.1f}", one.end)]
    return joined(parts)


def polyline(css: str, points: Sequence[tuple[float, float, float]]) -> SafeString:
    """A line through some points."""
    at = " ".join(f"{x:.1f},{y:.1f}" for x, y, _value in points)
    return format_html('<polyline class="{}" points="{}"/>', css, at)


def mark(x: float, y: float, number: int, title: str, *, hollow: bool = False) -> SafeString:
    """One point, told by shape as well as colour."""
    css = f"f{number} s{number} hollow" if hollow else f"f{number}"
    if number == 1:
        shape = '<circle class="{}" cx="{}" cy="{}" r="3.5"><title>{}</title></circle>'
        return format_html(shape, css, f"{x:.1f}", f"{y:.1f}", title)
    shape = '<rect class="{}" x="{}" y="{}" width="6.4" height="6.4"><title>{}</title></rect>'
    return format_html(shape, css, f"{x - 3.2:.1f}", f"{y - 3.2:.1f}", title)


def sparkline(values: Sequence[float | None], *, worse: bool = False) -> SafeString:
    """The course of a figure, beside its number, 54 by 24; red only where it got worse."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(known), max(known)
    room = (high - low) or 1
    points = [
        (2 + 50 * index / (len(known) - 1), 12 if high == low else 20 - (value - low) / room * 16)
        for index, value in enumerate(known)
    ]
    return format_html(
        '<svg class="spark" viewBox="0 0 54 24" aria-hidden="true">'
        '<polyline class="ln {0}" points="{1}"/>'
        '<circle class="{2}" cx="{3}" cy="{4}" r="2.75"/></svg>',
        "s-late" if worse else "s1",
        " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        "f-late" if worse else "f1",
        f"{points[-1][0]:.1f}",
        f"{points[-1][1]:.1f}",
    )


def bar(share: Decimal | None, *, css: str = "", label: str = "") -> SafeString:
    """A thin bar filled to ``share`` percent of its length."""
    filled = min(max(share or Decimal(0), Decimal(0)), Decimal(100))
    mute = SafeString('aria-hidden="true"')
    spoken = format_html('role="img" aria-label="{}"', label) if label else mute
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect width="{}" height="6"/></svg>',
        f" {css}" if css else "",
        spoken,
        f"{filled:.1f}",
    )
