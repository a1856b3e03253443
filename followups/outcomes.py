"""What a result button means for the figures, the next try and the level. Pure.

The buttons are those of the contact form (architecture.md section 6); outcomes are the words
the figures are counted by (kpi.md).
"""

from __future__ import annotations

# Ways to reach somebody by a message rather than face to face or ear to ear.
MESSAGES = frozenset({"wechat", "sms", "email", "survey"})
# Ways a salesperson may plan within the company's limits (FP-03); a questionnaire is for visits.
PLANNABLE = ("phone", "wechat", "sms", "in_person", "onsite", "email")
# The buttons of the form, in order, and those under "more".
BUTTONS = ("progress", "thinking", "no_answer", "visit_agreed", "wants_quote", "not_buying")
MORE_BUTTONS = ("absent", "refused", "wrong_number", "sent")

_ANSWERED = frozenset({"progress", "thinking", "visit_agreed", "wants_quote", "not_buying"})
RESPONSES = frozenset({"reached", "replied"})
# After these the same customer is tried again on the next open day.
_TRY_AGAIN = frozenset({"no_answer", "absent"})


def outcome_for(result: str, method: str) -> str:
    """The outcome of a result button: an answer is `replied` to a message, else `reached`."""
    if result in _ANSWERED:
        return "replied" if method in MESSAGES else "reached"
    return result


def is_try(outcome: str) -> bool:
    """Whether the customer did not respond, so that it counts as one more try (CL-02)."""
    return outcome not in RESPONSES


def tries_after(outcome: str, tries: int) -> int:
    """How often the customer has been tried in vain since they last responded."""
    return tries + 1 if is_try(outcome) else 0


def is_tried_again(outcome: str) -> bool:
    """Whether the next contact is suggested for the next open day rather than by the cycle."""
    return outcome in _TRY_AGAIN


def next_method(result: str, method: str) -> str:
    """How the next contact is suggested: an agreed visit is in the showroom, else as before."""
    if result == "visit_agreed":
        return "in_person"
    if result == "wrong_number" and method in {"phone", "sms"}:
        return "wechat"
    if method in {"in_person", "onsite", "survey"}:
        return "phone"
    return method
