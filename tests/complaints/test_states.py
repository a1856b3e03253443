"""The way of a problem, state by state, and the workbook's word for each."""

from __future__ import annotations

import pytest

from complaints import states
from complaints.models import TaskState, TicketState

WORD = {state: word for word, group in states.STATUS_STATES.items() for state in group}


def test_every_state_has_one_word_and_one_label() -> None:
    assert len(WORD) == len(states.ALL) == len(TicketState.values)
    assert set(states.ALL) == set(TicketState.values)
    assert set(states.TASK_STATES) == set(TaskState.values)
    assert {state for frm in states.MOVES.values() for state in frm} <= set(states.ALL)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (states.ROUTED, "open"),
        (states.SENT, "open"),
        (states.CLASSIFIED, "open"),  # refused by a department is no end of the ticket
        (states.ACCEPTED, "investigating"),
        (states.IN_PROGRESS, "investigating"),  # so is a problem that came back to work
        (states.SOLVED, "resolved"),
        (states.ANSWERED, "resolved"),
        (states.TOLD, "resolved"),
        (states.CONFIRMED, "closed"),
    ],
)
def test_what_the_workbook_says_of_a_problem(state: str, word: str) -> None:
    assert WORD[state] == word
    assert states.is_resolved(state) == (word in ("resolved", "closed"))


def test_no_verb_leads_out_of_an_end() -> None:
    for frm in states.MOVES.values():
        assert not set(frm) & set(states.ENDED)


def test_a_lead_solves_when_every_other_part_has_ended() -> None:
    assert states.may_be_solved(["done", "refused", "called_off"])
    assert not states.may_be_solved(["done", "asked"])
    assert not states.may_be_solved(["accepted"])


def test_a_sub_class_belongs_to_the_class_before_its_dot() -> None:
    assert states.belongs_to("technical.charging", "technical")
    assert not states.belongs_to("technical.charging", "price")
    assert states.belongs_to("自定", "price")
    assert states.belongs_to("", "price")
