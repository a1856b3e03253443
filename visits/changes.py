"""What changed between two versions of a questionnaire, for whoever approves it (RV-31). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from visits.questions import LANGUAGES, Form, Question

ADDED, REMOVED, MOVED, CHANGED = "added", "removed", "moved", "changed"
TEXT, REQUIRED, MEASURES, OPTIONS, CONDITION = (
    *("text", "required", "measures", "options"),
    "condition",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One question that is not as it was; `parts` says what of it where it was changed.

    A changed text is named by its language, "text:en".
    """

    kind: str
    question: Question
    before: Question | None = None
    parts: tuple[str, ...] = ()


def changes_between(before: Form, after: Form) -> list[Change]:
    """Every question that was added, changed, moved or taken out, in the order it is asked now."""
    old = {question.key: question for question in before.questions}
    new = {question.key: question for question in after.questions}
    stayed = _stayed(before, after)
    found = []
    for key, question in new.items():
        if key not in old:
            found.append(Change(ADDED, question))
        elif parts := _parts(old[key], question):
            found.append(Change(CHANGED, question, old[key], parts))
        elif key not in stayed:
            found.append(Change(MOVED, question, old[key]))
    found += [Change(REMOVED, question) for key, question in old.items() if key not in new]
    return found


def _stayed(before: Form, after: Form) -> set[str]:
    """The questions whose order among those of both versions is as it was."""
    old, new = [one.key for one in before.questions], [one.key for one in after.questions]
    was = [key for key in old if key in set(new)]
    now = [key for key in new if key in set(old)]
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    return {key for block in blocks for key in was[block.a : block.a + block.size]}


def _parts(old: Question, new: Question) -> tuple[str, ...]:
    parts = [
        f"{TEXT}:{language}"
        for language in LANGUAGES
        if old.text.get(language, "") != new.text.get(language, "")
    ]
    if old.required != new.required:
        parts.append(REQUIRED)
    if old.measures != new.measures:
        parts.append(MEASURES)
    if old.options != new.options:
        parts.append(OPTIONS)
    if old.condition != new.condition:
        parts.append(CONDITION)
    return tuple(parts)
