"""Charts: well-formed SVG that passes the content security policy and says what it shows."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from crm.ui import bars, charts

SVG = {"s": "http://www.w3.org/2000/svg"}


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def two_lines() -> str:
    return charts.line_chart(
        [
            charts.Series("Response", [90.2, 91.0, None, 93.4], "Response 93.4%"),
            charts.Series("Satisfaction", [87.0, 88.2, 89.5, 88.1], "Satisfaction 88.1%"),
        ],
        ["1", "2", "3", "4"],
        finding="Response rose from 90.2% to 93.4%",
        goal=charts.Goal(95, "Target 95%"),
    )


def test_a_line_chart_states_its_finding_and_labels_its_lines() -> None:
    svg = parsed(two_lines())
    words = [text.text for text in svg.iter("text")]

    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Response rose from 90.2% to 93.4%"
    assert {"Response 93.4%", "Satisfaction 88.1%", "Target 95%"} <= set(words)
    assert len(list(svg.iter("circle"))) == 3, "a gap has no mark"
    assert len(list(svg.iter("rect"))) == 4, "the second line is told by shape too"


def test_a_moment_that_is_not_over_is_dotted_and_hollow() -> None:
    def drawn(last: float | None) -> ElementTree.Element:
        one = charts.Series("Response", [90.0, 91.0, last], "93%")
        return parsed(charts.line_chart([one], list("123"), finding="rose", running=True))

    svg = drawn(93.0)
    dotted = [line for line in svg.iter("polyline") if "running" in str(line.get("class"))]
    assert [len(str(line.get("points")).split()) for line in dotted] == [2]
    assert [one.get("class") for one in svg.iter("circle")] == ["f1", "f1", "f1 s1 hollow"]
    assert not [one for one in drawn(None).iter() if "hollow" in str(one.get("class"))]


def test_a_bar_is_a_link_to_its_rows_and_its_chart_no_image_then() -> None:
    whole = [bars.Bar("Open", 3, href="/rows/?a=1&b=2"), bars.Bar("Sold", 0)]
    svg = parsed(bars.bar_chart(whole, finding="3 open"))
    (link,) = svg.iter("a")
    assert link.get("href") == "/rows/?a=1&b=2"
    assert [text.text for text in link.iter("text")][:2] == ["Open", "3"]
    assert svg.get("role") == "group"
    assert parsed(bars.bar_chart(whole[1:], finding="none sold")).get("role") == "img"


def test_a_target_that_changed_is_drawn_in_steps_and_one_that_stayed_as_a_line() -> None:
    one = charts.Series("Response", [90.0, 91.0, 92.0, 93.0], "93%")

    def drawn(values: list[float | None]) -> ElementTree.Element:
        goal = charts.Course(values, "Target 95%")
        return parsed(charts.line_chart([one], list("1234"), finding="rose", goal=goal))

    steps = drawn([None, 80.0, 80.0, 95.0])
    dashed = [line for line in steps.iter("polyline") if line.get("class") == "goal"]
    (points,) = [[point.split(",") for point in str(line.get("points")).split()] for line in dashed]
    assert len({height for _x, height in points[:4]}) == 1
    assert float(points[0][1]) > float(points[-1][1])
    assert "Target 95%" in [text.text for text in steps.iter("text")]
    straight = drawn([95.0] * 4)
    assert [line.get("class") for line in straight.iter("line")].count("goal s1") == 1


def test_no_mark_has_a_style_of_its_own() -> None:
    drawings = [
        two_lines(),
        bars.bar_chart([bars.Bar("Open", 3, "all", strong=True)], finding="3 open"),
        charts.sparkline([1, 2, 3], worse=True),
        charts.bar(Decimal(50), css="soon"),
    ]

    assert not [svg for svg in drawings if "style" in svg]


def test_names_are_escaped() -> None:
    svg = bars.bar_chart([bars.Bar("<b>A&B</b>", 1, '"')], finding='"><script>')

    assert "<b>" not in svg
    assert parsed(svg).get("aria-label") == '"><script>'


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([87.0, 95.0], 84, 96),
        ([0, 0], 0, 4),
        ([], 0, 4),
        ([3, 97], 0, 100),
        ([99.8, 100], 99, 100),
        ([0, 40_000], 0, 40_000),
        ([-3, 5], -3, 5),
    ],
)
def test_an_axis_has_whole_steps_around_its_values(
    values: list[float], low: int, high: int
) -> None:
    axis = charts.scale(values)

    assert (axis.low, axis.high >= high) == (low, True)
    assert all(axis.low <= value <= axis.high for value in values)
    assert (axis.high - axis.low) % axis.step == 0


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([87.0, 95.0], (80, 100)),
        ([99.8, 100], (96, 100)),
        ([92, 100], (92, 100)),
        ([66.7, 100], (60, 100)),
        ([120, 130], (115, 135)),
        ([0, 100], (0, 100)),
        ([0.5, 2], (0, 4)),
        ([], (0, 4)),
    ],
)
def test_the_axis_of_a_rate_ends_at_100(values: list[float], ends: tuple[int, int]) -> None:
    axis = charts.share_scale(values)

    assert (axis.low, axis.high) == ends


def test_end_labels_never_stand_over_one_another() -> None:
    axis = charts.Scale(0, 100, 25)
    first, second = charts.end_heights([50, 50.5], axis)

    assert abs(first - second) == pytest.approx(16)


def test_bars_begin_at_zero_and_carry_their_number() -> None:
    svg = parsed(
        bars.bar_chart([bars.Bar("A", 100), bars.Bar("B", 50), bars.Bar("C", 0)], finding="f")
    )
    widths = [float(bar.get("width", "")) for bar in svg.iter("rect")]

    assert widths[0] == 2 * widths[1] > 300
    assert widths[2] == 0
    assert [text.text for text in svg.iter("text") if text.get("x") not in {"0", "520"}] == [
        "100",
        "50",
        "0",
    ]


def test_long_names_and_notes_leave_the_bars_less_room() -> None:
    drawn = [bars.Bar("In the showroom at last", 100, "64.1% of previous")]
    bar = next(iter(parsed(bars.bar_chart(drawn, finding="f")).iter("rect")))
    begin, width = float(bar.get("x", "")), float(bar.get("width", ""))

    assert begin >= bars.breadth("In the showroom at last")
    assert begin + width + bars.breadth("64.1% of previous") < 520


@pytest.mark.parametrize(
    ("share", "width"), [(None, "0.0"), (-3, "0.0"), (23, "23.0"), (180, "100.0")]
)
def test_a_bar_stays_within_its_length(share: int | None, width: str) -> None:
    filled = None if share is None else Decimal(share)

    assert parsed(charts.bar(filled))[0].get("width") == width


def test_a_bar_is_mute_unless_it_is_labelled() -> None:
    assert 'aria-hidden="true"' in charts.bar(Decimal(1))
    assert 'aria-label="1 of 3"' in charts.bar(Decimal(33), label="1 of 3")


def test_a_course_needs_two_values() -> None:
    assert charts.sparkline([None, 4]) == ""
    assert parsed(charts.sparkline([4, None, 4])).get("aria-hidden") == "true"


def test_a_bar_says_a_great_number_in_full() -> None:
    svg = bars.bar_chart([bars.Bar("Cards", 1234567), bars.Bar("Hours", 2.5)], finding="f")
    assert ">1,234,567</text>" in svg
    assert "<title>Cards 1,234,567</title>" in svg
    assert ">2.5</text>" in svg
