"""Every action the product writes on the trail has words in three languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from crm.records.audit.words import ACTIONS, OBJECTS, PAGES, ROOMS, WATCHED, words_for
from tests.permissions.rules import patterns

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ("crm", "followups", "visits", "complaints")


def recorded() -> Iterator[tuple[str, str]]:
    """(action, where) of every call that appends an event by a name written out."""
    for room in SOURCES:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                if name == "record" and isinstance(first, ast.Constant):
                    yield str(first.value), f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_action_has_words() -> None:
    found = list(recorded())
    assert len(found) > 40, "the search has gone blind"
    silent = [f"{action} ({where})" for action, where in found if action not in ACTIONS]
    assert not silent, f"say in crm/records/audit/words.py what these mean: {silent}"


def test_what_an_auditor_watches_exists() -> None:
    watched = {action for _label, actions in WATCHED.values() for action in actions}
    assert watched <= set(ACTIONS)
    assert {action.partition(".")[0] for action in ACTIONS} - {"demo_made"} <= set(ROOMS)


def test_pages_and_objects_are_the_products_own() -> None:
    assert set(PAGES) <= set(patterns())
    assert all("." in label for label in OBJECTS)


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_words_are_translated(language: str) -> None:
    with translation.override(language):
        english = [action for action in ACTIONS if words_for(action).isascii()]
    assert not english


def test_an_action_of_a_later_release_shows_its_name() -> None:
    assert words_for("rooms.do_something_new") == "do something new"
