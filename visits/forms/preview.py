"""A version's questions as the call screen draws them, to be read and not to be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language

from visits.forms.asked import Asked, field_name, field_of
from visits.questions import CHOSEN, form_of, words
from visits.queues.drafts import condition_words


class PreviewForm(forms.Form):
    """Questions in the active language; each with when it is asked."""

    def __init__(self, *, body: Mapping[str, Any]) -> None:
        super().__init__(auto_id="preview_%s")
        self.sheet = form_of(body)
        for question in self.sheet.questions:
            field = self.fields[field_name(question)] = field_of(question)
            if question.type in CHOSEN and not question.options:
                field.widget = forms.CheckboxSelectMultiple(choices=[])

    def sections(self) -> Iterator[tuple[str, list[tuple[Asked, str]]]]:
        """Title and questions of each section."""
        number, language = 0, get_language() or ""
        for section in self.sheet.sections:
            rows = []
            for question in section.questions:
                number += 1
                field, text = self[field_name(question)], words(question.text, language)
                when = condition_words(self.sheet, question, language)
                rows.append((Asked(number, question, field, text, ""), when))
            yield words(section.title, language), rows
