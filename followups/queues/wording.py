"""Ways of contact and results in words, each made once for a language."""

from __future__ import annotations

from crm.ui.words import per_language
from followups.models import Method, Outcome, Result


@per_language
def method_words(method: str) -> str:
    """A way of contact in words."""
    return str(Method(method).label)


@per_language
def result_words(result: str, outcome: str) -> str:
    """What came of a contact; the outcome where no result was kept."""
    return str(Result(result).label if result else Outcome(outcome).label)
