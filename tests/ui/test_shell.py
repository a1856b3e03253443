"""The shell around every page: landmarks, menu, messages, banners, theme, language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from crm.home.context_processors import Entry, Group

PAGE = """{% extends "base.html" %}
{% block title %}Cards{% endblock %}
{% block header %}<h1>Cards</h1>{% endblock %}"""
ENTRY = Entry("My day", "/followups/day/", "sun")
LATE = replace(ENTRY, badge=3, badge_late=True, current=True)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def page(**context: object) -> str:
    shell = {
        "menu": (Group("", (LATE,)),),
        "bottom_bar": (ENTRY, Entry("More", "#side", "menu-2")),
        "user": SimpleNamespace(name="林晓彤", is_authenticated=True),
        "store_name": "East",
        "shortcuts_on": True,
    }
    return Template(PAGE).render(Context({**shell, **context}))


def test_the_page_has_its_landmarks_once_and_a_way_past_them() -> None:
    html = page()

    assert re.findall(r"<(?:main|aside)\b", html) == ["<aside", "<main"]
    assert html.index('class="skip-link" href="#main"') < html.index("<aside")
    assert html.count("<h1") == 1
    assert "<title>Cards · East</title>" in html
    assert '<html lang="en" data-theme="system">' in html


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_fixed_theme_is_there_before_any_script(theme: str) -> None:
    assert f'data-bs-theme="{theme}"' in page(theme=theme)


def test_a_badge_speaks_to_the_ear_too() -> None:
    html = page()

    assert 'class="n late">3<span class="visually-hidden"> overdue</span>' in html
    assert 'aria-current="page"' in html


def test_buttons_for_what_one_may_not_do_are_left_out() -> None:
    assert "New customer" in page(can_open_card=True, shortcuts_on=False)
    assert "New customer" not in page(shortcuts_on=False)
    assert "Log contact" not in page(shortcuts_on=False)


def test_switched_off_shortcuts_leave_no_trace() -> None:
    html = page(shortcuts_on=False, can_open_card=True, can_log_contact=True)

    assert "data-shortcuts" not in html
    assert "<kbd" not in html


@pytest.mark.parametrize(
    ("unread", "words", "shown"),
    [(0, "Notifications", ""), (2, "Notifications, 2 unread", "2"), (140, "140 unread", "99+")],
)
def test_the_bell_says_how_many_wait(unread: int, words: str, shown: str) -> None:
    html = page(unread_count=unread)

    assert words in html
    assert (f'<span class="n" aria-hidden="true">{shown}</span>' in html) is bool(shown)


@pytest.mark.parametrize(
    ("level", "css", "role"), [("red", "banner late", "alert"), ("amber", "banner soon", "status")]
)
def test_a_late_worker_is_announced(level: str, css: str, role: str) -> None:
    html = page(worker_banner={"level": level, "text": "Reminders are late."})

    assert f'<div class="{css}" role="{role}">' in html
    assert "Reminders are late." in html


def test_a_message_with_an_undo_is_a_form() -> None:
    done = SimpleNamespace(level_tag="success", extra_tags="undo:/plans/x/undo/?version=3")
    html = page(messages=[done])

    assert '<form method="post" action="/plans/x/undo/"' in html
    assert '<input type="hidden" name="version" value="3">' in html
    assert 'name="request_id"' in html


def test_an_error_stays_until_it_is_closed() -> None:
    failed = SimpleNamespace(level_tag="error", extra_tags="")

    assert "data-stays" in page(messages=[failed])
    assert "data-stays" not in page(messages=[SimpleNamespace(level_tag="info", extra_tags="")])


def test_signing_out_is_a_post() -> None:
    assert re.search(r'<form method="post" action="[^"]+" data-signs-out>', page())


@pytest.mark.parametrize("code", [403, 404, 500, 503])
def test_an_error_page_needs_nothing_and_says_what_to_do(code: int) -> None:
    html = render_to_string(f"{code}.html", {})

    assert html.count("<h1") == 1
    assert "<aside" not in html


@pytest.mark.parametrize("code", [403, 404])
def test_a_person_keeps_the_menu_on_an_error_page(code: int) -> None:
    user = SimpleNamespace(name="Ann", is_authenticated=True)

    assert "<aside" in render_to_string(f"{code}.html", {"user": user})


def test_a_save_that_came_second_shows_both_texts_and_sends_ones_own_again() -> None:
    html = render_to_string(
        "409.html",
        {
            "user": SimpleNamespace(name="Ann"),
            "differences": [{"label": "Note", "mine": "<b>", "theirs": "Saturday"}],
            "resend": {"url": "/x/", "fields": [("version", 4), ("note", "<b>")]},
        },
    )

    assert "Saturday" in html
    assert "&lt;b&gt;" in html
    assert '<input type="hidden" name="version" value="4">' in html
