"""One question of a draft: its words, options, what it counts for, when it is asked (RV-31)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.ui.forms import Line
from crm.ui.versioned import SentOnceForm
from visits.composing import OPTIONS_AT_MOST
from visits.forms.questionnaires import LABELS
from visits.questions import (
    CHOSEN,
    LANGUAGES,
    MEASURES,
    Form,
    Question,
    may_measure,
    possible,
    words,
)
from visits.queues.drafts import MEASURE_WORDS, answer_words, earlier_questions

TEXT_AT_MOST, OPTION_AT_MOST = 300, 80
UP, DOWN = "up", "down"
ROWS_AT_LEAST, ROWS_SPARE = 4, 2


@dataclass(frozen=True)
class OptionRow:
    """One option as its form draws it."""

    name: str
    number: int
    key: forms.BoundField
    boxes: list[forms.BoundField]
    is_first: bool
    is_last: bool


class QuestionForm(SentOnceForm):
    """A question of one type, which stays what it is; a new one where `question` is None."""

    question = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    type = forms.CharField(max_length=10, widget=forms.HiddenInput)
    zh_hans = Line(label=LABELS["zh_hans"], max_length=TEXT_AT_MOST)
    zh_hant = Line(label=LABELS["zh_hant"], max_length=TEXT_AT_MOST, required=False)
    en = Line(label=LABELS["en"], max_length=TEXT_AT_MOST, required=False)
    section = forms.ChoiceField(label=_("Section"))
    required = forms.BooleanField(label=_("Has to be answered"), required=False)
    measures = forms.ChoiceField(label=pgettext_lazy("figure", "Counts for"), required=False)
    after = forms.ChoiceField(label=_("Asked"), required=False)
    among = forms.MultipleChoiceField(
        label=_("Only after these answers"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        sheet: Form,
        kind: str,
        section: str,
        question: Question | None = None,
        after: str | None = None,
        **options: Any,
    ) -> None:
        initial = {"type": kind, "section": section, **(values_of(question) if question else {})}
        if after is not None:
            initial |= {"after": after, "among": []}
        options["initial"] = {**initial, **options.get("initial", {})}
        super().__init__(*args, **options)
        self.sheet, self.kind, self.asked = sheet, kind, question
        self._offer()
        self._offer_options()

    def _offer(self) -> None:
        """Fill in what may be chosen: sections, figures that fit the type, earlier questions."""
        language, key = get_language() or "", self.asked.key if self.asked else ""
        home = str(self["section"].value() or "")
        sections = [(one.key, words(one.title, language)) for one in self.sheet.sections]
        figures = [(one, MEASURE_WORDS[one]) for one in MEASURES if may_measure(one, self.kind)]
        self.earlier = {one.key: one for one in earlier_questions(self.sheet, key, home)}
        hangs = [
            (one.key, _("Only after: %(question)s") % {"question": words(one.text, language)})
            for one in self.earlier.values()
        ]
        self.fields["section"].choices = sections  # type: ignore[attr-defined]
        self.fields["measures"].choices = [("", _("No figure")), *figures]  # type: ignore[attr-defined]
        self.fields["after"].choices = [("", _("Always")), *hangs]  # type: ignore[attr-defined]
        if not figures:
            del self.fields["measures"]
        before = self.earlier.get(str(self["after"].value() or ""))
        if before is None:
            del self.fields["among"]
        else:
            self.fields["among"].choices = _answers(before, language)  # type: ignore[attr-defined]

    def _offer_options(self) -> None:
        """A row for each option there is, and some more."""
        self.rows: list[str] = []
        if self.kind not in CHOSEN:
            return
        there = len(self.asked.options) if self.asked else 0
        count = min(max(there + ROWS_SPARE, ROWS_AT_LEAST), OPTIONS_AT_MOST)
        for at in range(count):
            name = f"option_{at + 1}"
            self.fields[f"{name}_key"] = forms.CharField(
                required=False,
                max_length=40,
                widget=forms.HiddenInput,
            )
            for language in LANGUAGES:
                self.fields[f"{name}_{language}"] = Line(
                    label=_("Option %(number)d, %(language)s")
                    % {"number": at + 1, "language": LABELS[language]},
                    required=False,
                    max_length=OPTION_AT_MOST,
                )
            self.rows.append(name)

    def option_rows(self) -> Iterator[OptionRow]:
        """The boxes of each option: its hidden key, and one for each language."""
        for at, name in enumerate(self.rows):
            boxes = [self[f"{name}_{language}"] for language in LANGUAGES]
            last = at == len(self.rows) - 1
            yield OptionRow(name, at + 1, self[f"{name}_key"], boxes, is_first=not at, is_last=last)

    def clean(self) -> dict[str, Any]:
        """A question that hangs on another needs the answers it hangs on."""
        values = super().clean() or self.cleaned_data
        if values.get("after") and not values.get("among") and "among" not in self.errors:
            self.add_error("among" if "among" in self.fields else "after", _ANSWERS_WANTED)
        return values

    def values(self) -> dict[str, Any]:
        """What the action takes beside person and moment."""
        sent = self.cleaned_data
        made: dict[str, Any] = {
            "key": self.asked.key if self.asked else "",
            "type": self.kind,
            "text": {language: sent[language] for language in LANGUAGES},
        }
        if sent["required"]:
            made["required"] = True
        if sent.get("measures"):
            made["measures"] = sent["measures"]
        if self.kind in CHOSEN:
            made["options"] = list(self._options())
        if sent.get("after"):
            made["if"] = {"question": sent["after"], "in": sorted(sent["among"])}
        return {
            "question": made,
            "section": sent["section"],
            **{name: sent[name] for name in ("version", "request_id")},
        }

    def _options(self) -> Iterator[dict[str, Any]]:
        """The options that have words; a known key stays with its row."""
        known = {option.key for option in self.asked.options} if self.asked else set()
        for name in self.rows:
            text = {one: self.cleaned_data[f"{name}_{one}"] for one in LANGUAGES}
            key = self.cleaned_data[f"{name}_key"]
            if any(text.values()):
                yield {"key": key if key in known else "", "text": text}


def with_option_moved(sent: QueryDict, option: str, how: str) -> tuple[QueryDict, str]:
    """What was typed with one row of options exchanged for the one before or after it.

    Also where that row stands now. Nothing else of what was typed changes.
    """
    rows = {name.removesuffix("_key") for name in sent if re.fullmatch(r"option_\d{1,2}_key", name)}
    number = int(option.removeprefix("option_")) if option in rows else 0
    other = f"option_{number + (-1 if how == UP else 1)}"
    if not number or other not in rows:
        return sent, option
    moved = sent.copy()
    for part in ("key", *LANGUAGES):
        here, there = f"{option}_{part}", f"{other}_{part}"
        moved[here], moved[there] = sent.get(there, ""), sent.get(here, "")
    return moved, other


_ANSWERS_WANTED = ValidationError(_("Choose after which answers it is asked."))


def values_of(question: Question) -> dict[str, Any]:
    """A question as its form shows it, by field."""
    hangs = question.condition
    options: dict[str, str] = {}
    for at, option in enumerate(question.options, 1):
        options[f"option_{at}_key"] = option.key
        options |= {f"option_{at}_{one}": option.text.get(one, "") for one in LANGUAGES}
    return {
        **options,
        "question": question.key,
        **{language: question.text.get(language, "") for language in LANGUAGES},
        "required": question.required,
        "measures": question.measures,
        "after": hangs.question if hangs else "",
        "among": sorted(hangs.among) if hangs else [],
    }


def _answers(question: Question, language: str) -> list[tuple[str, str]]:
    """The answers of a question, in the order in which it offers them."""
    if question.type in CHOSEN:
        keys = [option.key for option in question.options]
    else:
        keys = sorted(possible(question), key=int)
    return list(zip(keys, answer_words(question, keys, language), strict=True))
