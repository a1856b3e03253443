"""A version in words: its questions, what keeps them from use, what they change (RV-31)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from visits import changes
from visits.models import QuestionnaireVersion
from visits.questions import (
    CHOSEN,
    GRADE,
    LANGUAGES,
    MULTIPLE,
    NUMBER,
    SCALE,
    SINGLE,
    TEXT,
    YES_NO,
    Form,
    Given,
    Question,
    faults,
    form_of,
    words,
)
from visits.queues.screens import in_words

LANGUAGE_WORDS = {"zh_hans": "简体中文", "zh_hant": "繁體中文", "en": "English"}
TYPE_WORDS = {
    GRADE: gettext_lazy("Five grades"),
    SINGLE: gettext_lazy("One answer"),
    MULTIPLE: gettext_lazy("Several answers"),
    YES_NO: gettext_lazy("Yes or no"),
    SCALE: gettext_lazy("0 to 10"),
    NUMBER: gettext_lazy("A number"),
    TEXT: gettext_lazy("In words"),
}
MEASURE_WORDS = {
    "satisfaction": gettext_lazy("Satisfaction"),
    "recommend": gettext_lazy("Recommendation"),
    "repurchase": gettext_lazy("Would buy again"),
    "visitor": gettext_lazy("This very visit"),
    "follow_up": gettext_lazy("Follow-up by sales"),
    "sales": gettext_lazy("Sales service"),
    "product": gettext_lazy("The product"),
    "after_sales": gettext_lazy("After-sales service"),
    "reason": gettext_lazy("Reasons for discontent"),
}
FAULT_WORDS = {
    "no_questions": gettext_lazy("There is no question yet."),
    "not_about_this_visit": gettext_lazy(
        "One question has to ask about this very visit: add the ready section “This visit”."
    ),
    "key": gettext_lazy("Its name is not valid: take it out and add it again."),
    "key_twice": gettext_lazy("It is asked twice: take one of them out."),
    "type": gettext_lazy("Its type is not known: take it out and add it again."),
    "text": gettext_lazy("Its words are missing in a language."),
    "options": gettext_lazy("It needs at least two options, each in all three languages."),
    "measure": gettext_lazy("What it counts for does not fit its type."),
    "measure_yes": gettext_lazy(
        "It counts who says yes, and has no such option: take the ready section on loyalty."
    ),
    "measure_twice": gettext_lazy("Another question before it counts for the same figure."),
    "condition": gettext_lazy(
        "The question it hangs on is not asked before it, or has no such answer."
    ),
}
PART_WORDS = {
    changes.REQUIRED: gettext_lazy("Required"),
    changes.MEASURES: pgettext_lazy("figure", "Counts for"),
    changes.OPTIONS: gettext_lazy("Options"),
    changes.CONDITION: gettext_lazy("Asked"),
}


@dataclass(frozen=True)
class Line:
    """One question of a draft: what it is, in words, and what keeps it from use."""

    question: Question
    words: str
    type: str
    counts_for: str
    only_if: str
    options: str
    faults: tuple[str, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Part:
    """A section of a draft with its lines."""

    key: str
    title: str
    lines: tuple[Line, ...]
    is_first: bool
    is_last: bool


def parts_of(version: QuestionnaireVersion) -> list[Part]:
    """The sections of a version in the reader's language, faults in words."""
    form, language = form_of(version.body), get_language() or ""
    wrong: dict[str, list[str]] = {}
    for key, fault in faults(form):
        wrong.setdefault(key, []).append(_fault_words(form.find(key), fault))
    keys = [question.key for question in form.questions]
    parts = []
    for at, section in enumerate(form.sections):
        lines = tuple(
            Line(
                question=question,
                words=words(question.text, language),
                type=str(TYPE_WORDS.get(question.type, question.type)),
                counts_for=str(MEASURE_WORDS.get(question.measures, "")),
                only_if=condition_words(form, question, language),
                options=_options_words(question, language),
                faults=tuple(wrong.get(question.key, ())),
                is_first=question.key == keys[0] and at == 0,
                is_last=question.key == keys[-1] and at == len(form.sections) - 1,
            )
            for question in section.questions
        )
        last = at == len(form.sections) - 1
        parts.append(Part(section.key, words(section.title, language), lines, at == 0, last))
    return parts


def whole_faults(version: QuestionnaireVersion) -> list[str]:
    """What keeps a version from use that is said of no single question."""
    return [str(FAULT_WORDS[fault]) for key, fault in faults(form_of(version.body)) if not key]


def _fault_words(question: Question | None, fault: str) -> str:
    if fault == "text" and question is not None:
        missing = [LANGUAGE_WORDS[one] for one in LANGUAGES if not question.text.get(one)]
        return _("Words are missing: %(languages)s") % {"languages": _("; ").join(missing)}
    return str(FAULT_WORDS.get(fault, fault))


def condition_words(form: Form, question: Question, language: str) -> str:
    """When a question is asked, in words; empty where it always is."""
    if question.condition is None:
        return ""
    asked = form.find(question.condition.question)
    if asked is None:
        return _("After a question that is not there")
    answers = _("; ").join(answer_words(asked, sorted(question.condition.among), language))
    given = {"question": words(asked.text, language), "answers": answers}
    return _("Only after “%(question)s”: %(answers)s") % given


def answer_words(question: Question, keys: list[str], language: str) -> list[str]:
    """Answers others may hang on, in words."""
    if question.type in CHOSEN:
        return [in_words(question, Given(choices=(key,)), language) for key in keys]
    numbers = sorted(int(key) for key in keys if key.isascii() and key.isdigit())
    return [in_words(question, Given(number=number), language) for number in numbers]


def _options_words(question: Question, language: str) -> str:
    return _("; ").join(words(option.text, language) for option in question.options)


# --- what changed --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One change in words: what became of which question, and what stood there before."""

    kind: str
    label: str
    words: str
    details: tuple[tuple[str, str, str], ...]


def changes_of(version: QuestionnaireVersion) -> list[Told] | None:
    """What a version changes against the one in use; None where there is none to compare with."""
    in_use = version.questionnaire.in_use
    if in_use is None or in_use.pk == version.pk:
        return None
    before, after = form_of(in_use.body), form_of(version.body)
    language = get_language() or ""
    found = changes.changes_between(before, after)
    return [_told(change, before, after, language) for change in found]


def _told(change: changes.Change, before: Form, after: Form, language: str) -> Told:
    labels = {
        changes.ADDED: pgettext("question", "Added"),
        changes.REMOVED: pgettext("question", "Taken out"),
        changes.MOVED: pgettext("question", "Moved"),
        changes.CHANGED: pgettext("question", "Changed"),
    }
    details = tuple(
        _detail(part, change.before, change.question, (before, after), language)
        for part in change.parts
        if change.before is not None
    )
    text = words(change.question.text, language)
    return Told(change.kind, labels[change.kind], text, details)


def _detail(
    part: str, old: Question, new: Question, forms: tuple[Form, Form], language: str
) -> tuple[str, str, str]:
    """A changed part: its label, what stood there, what stands there now."""
    name, _mark, lang = part.partition(":")
    if name == changes.TEXT:
        return LANGUAGE_WORDS[lang], old.text.get(lang, ""), new.text.get(lang, "")
    was, now = (
        _part_words(name, form, one, language) for form, one in zip(forms, (old, new), strict=True)
    )
    return str(PART_WORDS[name]), was, now


def _part_words(name: str, form: Form, question: Question, language: str) -> str:
    if name == changes.REQUIRED:
        return _("Yes") if question.required else _("No")
    if name == changes.MEASURES:
        return str(MEASURE_WORDS.get(question.measures, "—"))
    if name == changes.OPTIONS:
        return _("; ").join(" / ".join(option.text.values()) for option in question.options)
    return condition_words(form, question, language) or _("Always")


def earlier_questions(form: Form, key: str, section: str) -> Iterator[Question]:
    """Questions before this one on which it may hang; a new one comes at its section's end."""
    for one in form.sections:
        for question in one.questions:
            if question.key == key:
                return
            if question.type not in (NUMBER, TEXT):
                yield question
        if not key and one.key == section:
            return
