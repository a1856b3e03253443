"""Writing a body and what differs between two: nothing is lost, keys never come back."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.changes import changes_between
from visits.composing import (
    ARRANGEMENTS,
    QUESTIONS_AT_MOST,
    SECTIONS_AT_MOST,
    arrange_question,
    arrange_section,
    new_key,
    put_question,
    put_ready,
    put_section,
    questions_in,
)
from visits.default_questions import READY_SECTIONS, SHEETS
from visits.questions import MEASURES, faults, form_of

BODY = SHEETS[0].body
KEYS = [one["key"] for one in questions_in(BODY)]
SECTIONS = [one["key"] for one in BODY["sections"]]


def keys_of(body) -> list[str]:
    return [one["key"] for one in questions_in(body)]


def a_question(key: str, **more):
    text = {"zh_hans": "问", "zh_hant": "問", "en": "Ask"}
    return {"key": key, "type": "text", "text": text, **more}


def test_a_new_question_comes_last_in_its_section_and_a_known_one_stays_in_place():
    added = put_question(BODY, a_question("tyres"), "use")
    assert section(added, "use")[-2:] == ["charging", "tyres"]
    changed = put_question(added, a_question("functions", required=True), "use")
    assert keys_of(changed) == keys_of(added)
    assert form_of(changed).find("functions").required


def section(body, key):
    """The keys of the questions of one section."""
    found = next(one for one in body["sections"] if one["key"] == key)
    return [question["key"] for question in found["questions"]]


def test_a_question_moves_to_the_section_it_is_given():
    moved = put_question(BODY, a_question("functions"), "loyalty")
    assert "functions" in section(moved, "loyalty")
    assert sorted(keys_of(moved)) == sorted(KEYS)


def test_at_the_edge_of_its_section_a_question_goes_into_the_next():
    down = arrange_question(BODY, "charging", "down")
    assert "charging" in section(down, "service")
    assert keys_of(down) == KEYS
    assert arrange_question(down, "charging", "up") == BODY


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(("up", "down"))), max_size=12))
def test_moving_loses_and_doubles_nothing(moves):
    body = BODY
    for key, how in moves:
        body = arrange_question(body, key, how)
    assert sorted(keys_of(body)) == sorted(KEYS)
    assert [one["key"] for one in body["sections"]] == SECTIONS


@given(st.sampled_from(SECTIONS), st.sampled_from(ARRANGEMENTS))
def test_a_section_moves_with_its_questions_and_the_body_given_stays(key, how):
    before = copy.deepcopy(BODY)
    made = arrange_section(BODY, key, how)
    left = [one for one in SECTIONS if how != "remove" or one != key]
    assert sorted(one["key"] for one in made["sections"]) == sorted(left)
    assert before == BODY


def test_a_ready_section_brings_only_what_is_not_asked_yet():
    for section in READY_SECTIONS:
        body = put_ready(BODY, section)
        assert len(set(keys_of(body))) == len(keys_of(body))
        assert set(KEYS) <= set(keys_of(body))
    alone = {"sections": []}
    for section in READY_SECTIONS:
        alone = put_ready(alone, section)
    assert faults(form_of(alone)) == []
    asked = {question.measures for question in form_of(alone).questions}
    assert asked >= set(MEASURES) - {"follow_up"}


def test_what_is_not_there_is_missed_and_there_is_an_end():
    for verb in (arrange_question, arrange_section):
        with pytest.raises(LookupError):
            verb(BODY, "nothing", "up")
    with pytest.raises(LookupError):
        put_question(BODY, a_question("tyres"), "nowhere")
    full = BODY
    for number in range(QUESTIONS_AT_MOST - len(KEYS)):
        full = put_question(full, a_question(f"more_{number}"), "use")
    with pytest.raises(ValueError, match="full"):
        put_question(full, a_question("one_more"), "use")
    long = {"sections": []}
    for number in range(SECTIONS_AT_MOST):
        long = put_section(long, {"key": f"s{number}", "title": {"en": str(number)}})
    with pytest.raises(ValueError, match="full"):
        put_section(long, {"key": "one_more", "title": {"en": "more"}})


def test_a_key_that_was_used_is_not_given_again():
    assert new_key("question", {"question_1", "question_3"}) == "question_2"
    assert new_key("question", {"question_1", "question_2", "overall"}) == "question_3"


# --- what differs ------------------------------------------------------------------------------


def told(body) -> list[tuple[str, str]]:
    found = changes_between(form_of(BODY), form_of(body))
    return [(change.kind, change.question.key) for change in found]


def test_the_same_questions_differ_in_nothing():
    assert told(copy.deepcopy(BODY)) == []


def test_each_kind_of_change_is_told_once():
    body = put_question(BODY, a_question("tyres"), "use")
    body = arrange_question(body, "suggestions", "remove")
    body["sections"][2]["questions"][0]["required"] = True
    assert told(body) == [("added", "tyres"), ("changed", "sales"), ("removed", "suggestions")]


def test_one_question_that_moved_is_one_change():
    assert told(arrange_question(BODY, "functions", "down")) in (
        [("moved", "functions")],
        [("moved", "performance")],
    )


def test_a_change_says_what_of_the_question_and_in_which_language():
    body = copy.deepcopy(BODY)
    reasons = form_of(body).find("reasons")
    assert reasons is not None
    row = next(one for one in questions_in(body) if one["key"] == "reasons")
    row["text"]["en"] = "What was wrong?"
    row["options"].pop()
    row["if"]["in"] = ["1"]
    [change] = changes_between(form_of(BODY), form_of(body))
    assert change.parts == ("text:en", "options", "condition")
