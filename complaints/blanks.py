"""The blanks of a ready text and how they are filled (CP-20). Pure.

A blank is a name of the list below in braces. A text is never run as a template: what stands in
braces is looked up in the list, and what is put there is not read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CUSTOMER, TICKET, NEXT_DATE, HANDLER, STORE, SOLUTION = BLANKS = (
    *("customer", "ticket", "next_date", "handler", "store"),
    "solution",
)
# What must not be said before it is approved.
OF_OUTCOME = frozenset({SOLUTION})
# Where nothing is known: seen at once, and filled in by hand.
UNKNOWN = "____"
IN_BRACES = re.compile(r"\{([^{}]*)\}")


def asked_in(text: str) -> list[str]:
    """What stands in braces, in its order."""
    return IN_BRACES.findall(text)


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no blank of the list."""
    return [name for name in asked_in(text) if name not in BLANKS]


def tells_outcome(text: str) -> bool:
    """Whether a text has a blank that is known only once the answer is approved."""
    return not OF_OUTCOME.isdisjoint(asked_in(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every blank filled once; what is in braces otherwise stays as it is."""

    def put(found: re.Match[str]) -> str:
        name = found[1]
        return (values.get(name) or UNKNOWN) if name in BLANKS else found[0]

    return IN_BRACES.sub(put, text)
