"""The reasons a questionnaire offers for not being content, in the reader's words (RV-40)."""

from __future__ import annotations

from django.utils.translation import get_language

from visits.models import QuestionnaireVersion, VersionState
from visits.questions import form_of, words

ASKED = (VersionState.APPROVED, VersionState.RETIRED)


def reasons_asked() -> dict[str, str]:
    """Each reason ever offered by its key, as the latest version words it; one statement."""
    language = get_language() or ""
    found: dict[str, str] = {}
    bodies = QuestionnaireVersion.objects.filter(state__in=ASKED).order_by("created_at", "pk")
    for body in bodies.values_list("body", flat=True):
        for question in form_of(body).questions:
            if question.measures == "reason":
                found |= {
                    one.key: words(one.text, language)
                    for one in question.options
                    if one.key.replace("_", "").isalnum()
                }
    return found


def reason_words(key: str) -> str:
    """One reason in the reader's words; its key where no questionnaire has it."""
    return reasons_asked().get(key, key)
