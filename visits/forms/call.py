"""The call form: one version's questions, and what the customer is not content with (mockup 04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from crm.records.models import Draft
from crm.ui.fields import Buttons
from crm.ui.forms import Lines, WholeNumber
from followups.models import Method
from visits import states
from visits.actions import Made, check_passed_on, goes_back
from visits.assignment import permitted_method
from visits.forms.asked import Asked, field_name, field_of
from visits.forms.heard import HeardForm
from visits.forms.problems import MATTERS, ProblemsForm, name_of
from visits.models import QuestionnaireVersion, Visit
from visits.questions import (
    GRADE,
    Form,
    Given,
    form_of,
    words,
)
from visits.survey import CATEGORIES_OF_QUESTIONS, minutes, unhappy

METHODS = (Method.PHONE, Method.ONSITE, Method.IN_PERSON, Method.WECHAT, Method.EMAIL)
METHOD_ICONS = {
    "phone": "phone",
    "wechat": "brand-wechat",
    "in_person": "building-store",
    "onsite": "walk",
    "email": "mail",
}
LONGEST_CALL_S = 6 * 3600
OPENED = Signer(salt="visits.call")


class CallForm(ProblemsForm, HeardForm):
    """The answers of one visit, its notes, what is to be passed on, and what else came up."""

    method = forms.ChoiceField(
        label=_("Method"),
        choices=[(method.value, method.label) for method in METHODS],
        widget=Buttons(icons=METHOD_ICONS),
    )
    declined = forms.BooleanField(label=_("Customer gives no rating"), required=False)
    notes = Lines(label=_("Notes"), required=False, max_length=4000)
    seconds = WholeNumber(
        label=_("Duration"),
        most=LONGEST_CALL_S,
        required=False,
        widget=forms.HiddenInput(attrs={"data-ticks": ""}),
    )
    asked = forms.CharField(required=False, max_length=22, widget=forms.HiddenInput)
    # When the screen was opened, signed: how long a call took where no script keeps its clock.
    opened = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        visit: Visit,
        questions: QuestionnaireVersion | None,
        draft: Draft | None = None,
        refused: Collection[str] = (),
        **options: Any,
    ) -> None:
        initial = {
            "method": _first_method(visit, refused),
            "version": visit.version,
            "asked": questions.public_id if questions else "",
            "opened": OPENED.sign(str(int(timezone.now().timestamp()))),
        }
        options["initial"] = {**initial, **_taken_up(draft)}
        super().__init__(*args, **options)
        self.visit, self.draft, self.questions = visit, draft, questions
        self.sheet: Form = form_of(questions.body if questions else {})
        for question in self.sheet.questions:
            self.fields[field_name(question)] = field_of(question)

    def sections(self) -> Iterator[tuple[str, list[Asked]]]:
        """Title and questions of each section, in the reader's language."""
        number, language = 0, get_language() or ""
        for section in self.sheet.sections:
            rows = []
            for question in section.questions:
                number += 1
                bad = "1,2" if question.type == GRADE else ""
                text = words(question.text, language)
                rows.append(Asked(number, question, self[field_name(question)], text, bad))
            yield words(section.title, language), rows

    @property
    def count(self) -> int:
        """How many questions there are before anything is answered."""
        return len(self.sheet.asked({}))

    @property
    def minutes(self) -> int:
        """About how long they take."""
        return minutes(self.count)

    @property
    def answers(self) -> dict[str, Given]:
        """What was answered, by question."""
        return {
            question.key: given
            for question in self.sheet.questions
            if isinstance(given := self.cleaned_data.get(field_name(question)), Given)
        }

    def clean(self) -> dict[str, Any]:
        """After a bad grade it is asked beside the box what is to become of it (RV-39)."""
        values = super().clean() or self.cleaned_data
        said = [name for number in MATTERS if (name := name_of("problem", number)) in self.errors]
        said += [one for number in MATTERS if (one := values.get(name_of("problem", number)))]
        because = values.get("nothing_because", "")
        try:
            check_passed_on(self.visit, self.sheet, self.answers, said, because)
        except ValidationError as error:
            self.refuse(error)
            self.ask_to_pass_on(self._class_of_grade())
        return values

    @property
    def says_critical(self) -> bool:
        """Whether the visitor calls a matter critical."""
        chosen = {self.cleaned_data[name_of("severity", number)] for number in MATTERS}
        return str(Ticket.Severity.CRITICAL) in chosen

    def goes_back(self) -> bool:
        """Whether the problem is the complaint this visit is about, which has its class."""
        return goes_back(self.visit, self.sheet, self.answers)

    def made(self, now: dt.datetime) -> Made:
        """The visit as the action takes it; `now` is the moment it is saved."""
        sent = self.cleaned_data
        return Made(
            answers=self.answers,
            method=sent["method"],
            notes=sent["notes"],
            seconds=sent["seconds"] or self._since_opened(now),
            declined=sent["declined"],
            problems=list(self.problems()),
            nothing_because=sent["nothing_because"],
            heard=self.heard(),
        )

    def _since_opened(self, now: dt.datetime) -> int | None:
        """Seconds from opening the screen to saving a call; None for what was made before."""
        sent = self.cleaned_data
        if sent["method"] != Method.PHONE or self.visit.state == states.AWAITING_ENTRY:
            return None
        try:
            spent = int(now.timestamp()) - int(OPENED.unsign(sent["opened"]))
        except BadSignature:
            return None
        return spent if 0 < spent <= LONGEST_CALL_S else None

    def _class_of_grade(self) -> str:
        """The class of the first bad grade that has one."""
        bad = unhappy(self.sheet, self.answers)
        known = (CATEGORIES_OF_QUESTIONS.get(question.key, "") for question in bad)
        return next(filter(None, known), "")

    def refuse(self, error: ValidationError) -> None:
        """Put what the action said beside the fields it is about."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        own = {"description": "problem", "due_at": "answer_by", "deadline": "answer_by"}
        own |= {"phone": "new_phone", "words": "news"}
        for name, errors in error.error_dict.items():
            stem = name.rstrip("23")  # of the second and third matter
            field = own.get(stem, stem) + name[len(stem) :]
            field = field if field in self.fields else f"q_{name}"
            self.add_error(field if field in self.fields else None, errors)


def _taken_up(draft: Draft | None) -> dict[str, Any]:
    """What was typed before; a day by rule that stands beside no words is told anew."""
    body = dict(draft.body) if draft else {}
    for number in MATTERS:
        if not body.get(name_of("problem", number)):
            body.pop(name_of("answer_by", number), None)
    return body


def _first_method(visit: Visit, refused: Collection[str]) -> str:
    """How the visit was to be made, else by phone; never by a way that the customer refused."""
    planned = visit.method if visit.method in METHODS else Method.PHONE
    return permitted_method(planned, refused)
