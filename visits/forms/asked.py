"""One question as a form asks it: the control it is answered with, and what it reads (RV-31)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.ui import fields
from crm.ui.fields import Buttons
from crm.ui.texts import clean_lines
from visits.questions import (
    GRADE,
    GRADES,
    MULTIPLE,
    NUMBER,
    NUMBER_AT_MOST,
    SCALE,
    SCALE_POINTS,
    TEXT,
    YES_NO,
    Given,
    Question,
    read,
    words,
)
from visits.queues.screens import GRADE_WORDS
from visits.survey import CATEGORIES_OF_QUESTIONS

FAULTS = {
    "unknown": _("Choose one of the answers."),
    "number": _("Digits only."),
    "too_long": _("At most 2,000 characters."),
}


@dataclass(frozen=True)
class Asked:
    """One question as the page draws it; `number` counts through all sections."""

    number: int
    question: Question
    field: forms.BoundField
    words: str
    bad: str

    @property
    def options(self) -> list[fields.Option]:
        """Its buttons."""
        return fields.options(self.field)

    @property
    def control(self) -> SafeString:
        """Its box, where it is answered in words or a number."""
        return fields.control(self.field)

    @property
    def category(self) -> str:
        """The class of problem a bad grade of it is about; empty where that is open."""
        return CATEGORIES_OF_QUESTIONS.get(self.question.key, "")

    @property
    def error_id(self) -> str:
        """The id of its error, for screen readers."""
        return f"{self.field.auto_id}_error"

    @property
    def depends(self) -> str:
        """The question it hangs on and the answers, "overall=1,2"; empty where always asked."""
        condition = self.question.condition
        return f"{condition.question}={','.join(sorted(condition.among))}" if condition else ""


def field_name(question: Question) -> str:
    """The form field of a question."""
    return f"q_{question.key}"


class AnswerField(forms.Field):
    """One question's answer; cleans to `Given`."""

    def __init__(self, question: Question, **options: Any) -> None:
        self.question = question
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> Given:
        sent = value if isinstance(value, list) else [] if value is None else [str(value)]
        try:
            return read(self.question, [clean_lines(str(one)) for one in sent])
        except ValueError as fault:
            raise ValidationError(FAULTS[str(fault)]) from fault


def field_of(question: Question) -> AnswerField:
    """The control of a question: buttons, ticks, a number or words."""
    language = get_language() or ""
    label = words(question.text, language)
    choices = choices_of(question, language)
    widget: forms.Widget
    if question.type == MULTIPLE:
        widget = forms.CheckboxSelectMultiple(choices=choices)
    elif choices:
        widget = Buttons(choices=choices)
    elif question.type == NUMBER:
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "maxlength": len(str(NUMBER_AT_MOST))}
        )
    else:
        widget = forms.Textarea(attrs={"rows": 2})
    return AnswerField(question, label=label, widget=widget)


def choices_of(question: Question, language: str) -> list[tuple[str, Any]]:
    """The buttons of a question; none for numbers and words."""
    if question.type == GRADE:
        return [(str(grade), GRADE_WORDS[grade]) for grade in reversed(GRADES)]
    if question.type == SCALE:
        return [(str(point), str(point)) for point in SCALE_POINTS]
    if question.type == YES_NO:
        return [("1", _("Yes")), ("0", _("No"))]
    if question.type in (NUMBER, TEXT):
        return []
    return [(option.key, words(option.text, language)) for option in question.options]
