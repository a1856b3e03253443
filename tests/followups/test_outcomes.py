"""What the result buttons mean."""

import pytest

from followups import outcomes
from followups.models import Method, Outcome, Result


@pytest.mark.parametrize(
    ("result", "method", "outcome"),
    [
        ("progress", "phone", "reached"),
        ("thinking", "in_person", "reached"),
        ("visit_agreed", "onsite", "reached"),
        ("wants_quote", "wechat", "replied"),
        ("not_buying", "sms", "replied"),
        ("progress", "email", "replied"),
        ("no_answer", "phone", "no_answer"),
        ("no_answer", "wechat", "no_answer"),
        ("absent", "phone", "absent"),
        ("refused", "phone", "refused"),
        ("wrong_number", "phone", "wrong_number"),
        ("sent", "wechat", "sent"),
    ],
)
def test_a_button_is_counted_as(result, method, outcome):
    assert outcomes.outcome_for(result, method) == outcome


@pytest.mark.parametrize("result", Result.values)
@pytest.mark.parametrize("method", Method.values)
def test_every_button_has_an_outcome_the_figures_know(result, method):
    assert outcomes.outcome_for(result, method) in Outcome.values


def test_every_button_is_on_the_form_exactly_once():
    assert sorted(outcomes.BUTTONS + outcomes.MORE_BUTTONS) == sorted(Result.values)


def test_tries_count_up_until_the_customer_responds():
    tries = 0
    for outcome in ("no_answer", "sent", "absent", "refused", "wrong_number"):
        tries = outcomes.tries_after(outcome, tries)

    assert tries == 5
    assert outcomes.tries_after("replied", tries) == 0
    assert outcomes.tries_after("reached", tries) == 0


@pytest.mark.parametrize(
    ("result", "method", "suggested"),
    [
        ("visit_agreed", "phone", "in_person"),
        ("progress", "in_person", "phone"),
        ("thinking", "wechat", "wechat"),
        ("wrong_number", "phone", "wechat"),
        ("no_answer", "sms", "sms"),
    ],
)
def test_the_next_method_is_suggested_from_the_result(result, method, suggested):
    assert outcomes.next_method(result, method) == suggested
    assert suggested in outcomes.PLANNABLE
