"""The customer's form: one version's questions, drawn one under another (mockup 09)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language

from crm.ui.fields import Buttons
from crm.ui.texts import clean_lines
from visits.forms.asked import Asked, field_name, field_of
from visits.models import SurveyLink
from visits.questions import (
    GRADE,
    MULTIPLE,
    TEXT,
    TEXT_AT_MOST,
    Form,
    Given,
    Question,
    form_of,
    read,
    words,
)
from visits.survey import minutes, newly_asked, unhappy

FACES = {
    "5": "mood-happy",
    "4": "mood-smile",
    "3": "mood-empty",
    "2": "mood-sad",
    "1": "mood-angry",
}
MOST_PICKED = 60


@dataclass(frozen=True)
class Drawn(Asked):
    """One question as the customer's page draws it; hidden while nothing leads to it."""

    hidden: bool = False


@dataclass(frozen=True)
class Card:
    """Questions that stand together; `calls` where the offer of a call stands below them."""

    questions: list[Drawn]
    calls: bool

    @property
    def hidden(self) -> bool:
        """Whether nothing of it is asked yet."""
        return all(one.hidden for one in self.questions)


class SurveyForm(forms.Form):
    """Answers of one customer, and whether they wish a call after a bad grade.

    `seen` names what stood on the page that was sent: a browser without scripts is shown what
    its answers lead to, before anything is submitted.
    """

    call = forms.BooleanField(required=False)
    seen = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, link: SurveyLink) -> None:
        super().__init__(data, initial=dict(link.draft))
        self.sheet: Form = form_of(link.questions.body if link.questions else {})
        for question in self.sheet.questions:
            field = field_of(question)
            if question.type == GRADE and isinstance(field.widget, Buttons):
                field.widget.icons = FACES
            self.fields[field_name(question)] = field

    @property
    def answers(self) -> dict[str, Given]:
        """What was answered, by question."""
        return {
            question.key: given
            for question in self.sheet.questions
            if isinstance(given := self.cleaned_data.get(field_name(question)), Given)
        }

    @property
    def so_far(self) -> dict[str, Given]:
        """What stands in the form as it is drawn, whether it fits or not."""
        found = {}
        for question in self.sheet.questions:
            value = self[field_name(question)].value()
            found[question.key] = _read(question, value if isinstance(value, list) else [value])
        return found

    def questions(self) -> Iterator[Drawn]:
        """The questions in the reader's language, numbered as they are asked."""
        asked = {question.key for question in self.sheet.asked(self.so_far)}
        number, language = 0, get_language() or ""
        for question in self.sheet.questions:
            number += question.key in asked
            yield Drawn(
                number=number,
                question=question,
                field=self[field_name(question)],
                words=words(question.text, language),
                bad="1,2" if question.type == GRADE else "",
                hidden=question.key not in asked,
            )

    def cards(self) -> list[Card]:
        """The questions as they stand together: words beside the reasons they go with, and the
        offer of a call beside what a bad grade led to."""
        section_of = {one.key: part.key for part in self.sheet.sections for one in part.questions}
        groups: list[list[Drawn]] = []
        for drawn in self.questions():
            before = groups[-1][-1].question if groups else None
            if (
                before
                and (before.type, drawn.question.type) == (MULTIPLE, TEXT)
                and section_of[before.key] == section_of[drawn.question.key]
            ):
                groups[-1].append(drawn)
            else:
                groups.append([drawn])
        at = self._call_after
        return [
            Card(group, calls=at in {drawn.question.key for drawn in group}) for group in groups
        ]

    @property
    def _call_after(self) -> str:
        """The question the offer of a call follows: the last that hangs on the first bad grade."""
        asked = self.sheet.asked(self.so_far)
        first = [*unhappy(self.sheet, self.so_far), *asked][:1]
        keys = {question.key for question in first}
        led = [one.key for one in asked if one.condition and one.condition.question in keys]
        return [*keys, *led][-1] if keys else ""

    @property
    def count(self) -> int:
        """How many questions are asked as the form stands."""
        return len(self.sheet.asked(self.so_far))

    @property
    def minutes(self) -> int:
        """About how long they take."""
        return minutes(self.count)

    @property
    def offers_call(self) -> bool:
        """Whether a bad grade stands in the form."""
        return bool(unhappy(self.sheet, self.so_far))

    @property
    def shown(self) -> str:
        """What stands on the page, for `seen`."""
        keys = [question.key for question in self.sheet.asked(self.so_far)]
        return " ".join([*keys, *(["call"] if self.offers_call else [])])

    def leads_on(self) -> bool:
        """Whether the answers lead to something the customer has not been shown."""
        seen = self.cleaned_data["seen"].split()
        more = newly_asked(self.sheet, self.answers, seen)
        unasked = "call" not in seen and bool(unhappy(self.sheet, self.answers))
        return bool(more) or unasked

    def refuse(self, error: ValidationError) -> None:
        """Put what the action said beside the questions it is about."""
        for name, errors in error.error_dict.items():
            field = f"q_{name}"
            self.add_error(field if field in self.fields else None, errors)


def draft_from(sent: QueryDict, form: SurveyForm) -> dict[str, Any]:
    """What was sent, as a link keeps it until it is submitted: cleaned, and no more than asked."""
    kept: dict[str, Any] = {}
    for name in form.fields:
        values = [clean_lines(value)[:TEXT_AT_MOST] for value in sent.getlist(name)[:MOST_PICKED]]
        if values and name != "seen":
            kept[name] = values if len(values) > 1 else values[0]
    return kept


def _read(question: Question, values: list[Any]) -> Given:
    try:
        return read(question, [str(value) for value in values if value not in (None, "")])
    except ValueError:
        return Given()
