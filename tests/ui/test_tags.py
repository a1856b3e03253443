"""The template tags: what they draw, what they escape."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from crm.ui import undo

NOW = datetime(2026, 3, 12, 2, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def drawn(source: str, **context: object) -> str:
    return Template("{% load floor %}" + source).render(Context({"now": NOW, **context}))


@pytest.mark.parametrize(
    ("level", "css", "sign"),
    [
        ("H", "intent-h", "H"),
        ("a", "intent-a", "A"),
        ("C", "intent-c", "C"),
        (None, "intent-c", "—"),
    ],
)
def test_a_level_is_a_box_with_words_for_the_ear(level: str | None, css: str, sign: str) -> None:
    html = drawn("{% intent level %}", level=level)

    assert f'class="intent {css}"' in html
    assert html.endswith(f"</span>{sign}</span>")
    assert 'class="visually-hidden"' in html


def test_an_icon_is_mute_and_comes_from_the_sprite() -> None:
    html = drawn('{% icon "phone" "s" %}')

    assert 'aria-hidden="true"' in html
    assert "crm/icons.svg#phone" in html


@pytest.mark.parametrize(
    ("source", "css", "words"),
    [
        ("{% due at %}", "st-late", "overdue 18 hours"),
        ('{% due at kind="limit" %}', "st-late", "breached by 18 hours"),
        ("{% due at done=True %}", "st-done", "met"),
    ],
)
def test_a_late_row_is_red_with_icon_and_words(source: str, css: str, words: str) -> None:
    html = drawn(source, at=NOW - timedelta(hours=18, minutes=20))

    assert css in html
    assert words in html
    assert "<use" in html
    assert 'title="Wed 11 Mar 2026 16:00"' in html


def test_a_near_row_may_show_its_time_too() -> None:
    html = drawn("{% due at absolute=True %}", at=NOW + timedelta(minutes=10))

    assert "10:30, in 10 minutes" in html
    assert "st-soon" in html


def test_a_quiet_pill_says_nothing_while_there_is_time() -> None:
    assert drawn("{% due at quiet=True %}", at=NOW + timedelta(hours=3)) == ""
    assert "overdue" in drawn("{% due at quiet=True %}", at=NOW - timedelta(hours=3))


def test_a_limit_is_soon_in_its_last_quarter() -> None:
    opened = NOW - timedelta(hours=36)
    html = drawn(
        '{% due at kind="limit" since=opened %}', at=NOW + timedelta(hours=11), opened=opened
    )

    assert "st-soon" in html


def test_a_missing_time_is_a_dash() -> None:
    assert drawn("{% when at %}{% due at %}", at=None) == "——"


def test_a_time_is_marked_up_for_machines() -> None:
    html = drawn("{% when at %}", at=NOW - timedelta(days=3))

    assert html.startswith('<time datetime="2026-03-09T10:20+08:00" title="Mon 9 Mar 2026 10:20">')
    assert "3 days ago" in html


def test_a_date_is_a_whole_day() -> None:
    html = drawn("{% when at %}", at=date(2026, 3, 13))

    assert html == '<time datetime="2026-03-13" title="Fri 13 Mar 2026">tomorrow</time>'
    assert "overdue 2 days" in drawn("{% due at %}", at=date(2026, 3, 10))


def test_words_in_a_pill_are_escaped() -> None:
    assert "<b>" not in drawn('{% state "ok" words %}', words="<b>")


def test_each_form_gets_an_id_of_its_own() -> None:
    assert drawn("{% request_id %}") != drawn("{% request_id %}")


def test_pages_say_where_one_is(rf: RequestFactory) -> None:
    page = SimpleNamespace(
        paginator=SimpleNamespace(count=1331),
        start_index=51,
        end_index=100,
        has_other_pages=True,
        has_previous=True,
        has_next=True,
        previous_page_number=1,
        next_page_number=3,
    )
    html = drawn("{% page_links page %}", page=page, request=rf.get("/?level=H&page=2"))

    assert "51 to 100 of 1,331" in html
    assert 'href="?level=H&amp;page=3"' in html
    assert 'href="?level=H&amp;page=1"' in html


@pytest.mark.parametrize(
    ("language", "lang"),
    [("zh-hans", "zh-Hans"), ("zh-hant", "zh-Hant"), ("en", "en")],
)
def test_the_page_names_its_language(language: str, lang: str) -> None:
    with translation.override(language):
        assert drawn("{% html_lang %}") == lang


@pytest.mark.parametrize(
    ("name", "sign"), [("林晓彤", "林"), (" ann", "A"), ("", "·"), (None, "·")]
)
def test_a_round_badge_shows_the_first_sign(name: str | None, sign: str) -> None:
    assert drawn("{{ name|initial }}", name=name) == sign


def test_an_undo_travels_with_its_message() -> None:
    offer = undo.read("undo:/followups/plans/x/undo/?version=3&words=a%26b")

    assert offer == undo.Offer("/followups/plans/x/undo/", (("version", "3"), ("words", "a&b")))
    assert undo.read("") is None
    assert (
        drawn(
            "{% undo_of message as offer %}{{ offer.url }}",
            message=SimpleNamespace(extra_tags="undo:/x/?version=1"),
        )
        == "/x/"
    )


def test_the_bar_of_a_limit_has_the_colour_of_its_state() -> None:
    source = "{% limit_bar at since %}"
    opened = NOW - timedelta(hours=3)

    assert 'class="bar soon"' in drawn(source, at=NOW + timedelta(hours=1), since=opened)
    assert 'width="75.0"' in drawn(source, at=NOW + timedelta(hours=1), since=opened)
    assert 'class="bar late"' in drawn(source, at=NOW - timedelta(hours=1), since=opened)
    assert drawn(source, at=None, since=opened) == ""
