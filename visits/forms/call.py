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

from complaints.forms import FactsForm
from complaints.models import Ticket
from crm.people.models import Department
from crm.records.models import Draft
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Lines, WholeNumber
from followups.models import Method
from visits import states
from visits.actions import Made, Problem
from visits.assignment import permitted_method
from visits.forms.asked import Asked, field_name, field_of
from visits.forms.heard import HeardForm
from visits.models import QuestionnaireVersion, Visit
from visits.questions import (
    GRADE,
    Form,
    Given,
    content_with,
    form_of,
    words,
)
from visits.survey import minutes

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


class CallForm(FactsForm, HeardForm):
    """The answers of one visit, its notes, and one problem to be passed on.

    A problem that is registered as a complaint is asked what the register form asks (CP-04).
    """

    method = forms.ChoiceField(
        label=_("Method"),
        choices=[(method.value, method.label) for method in METHODS],
        widget=Buttons(icons=METHOD_ICONS),
    )
    declined = forms.BooleanField(label=_("Customer gives no rating"), required=False)
    notes = Lines(label=_("Notes"), required=False, max_length=4000)
    problem = Lines(label=_("The customer's own words"), required=False, max_length=2000)
    category = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", "—"), *Ticket.Category.choices]
    )
    department = forms.ModelChoiceField(
        label=_("Lead department"),
        required=False,
        queryset=Department.objects.none(),
        empty_label="—",
    )
    assistants = forms.ModelMultipleChoiceField(
        label=_("Assisting departments"),
        required=False,
        queryset=Department.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    answer_by = SpokenMoment(label=_("Answer promised by"), required=False)
    as_complaint = forms.BooleanField(
        label=_("Register a complaint"),
        required=False,
        help_text=_("You answer for it until somebody else has accepted it."),
    )
    seconds = WholeNumber(
        label=_("Duration"), most=LONGEST_CALL_S, required=False, widget=forms.HiddenInput
    )
    asked = forms.CharField(required=False, max_length=22, widget=forms.HiddenInput)
    # When the screen was opened, signed: how long a call took where no script keeps its clock.
    opened = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        visit: Visit,
        questions: QuestionnaireVersion | None,
        departments: Any,
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
        options["initial"] = {**initial, **(dict(draft.body) if draft else {})}
        super().__init__(*args, **options)
        self.visit, self.draft, self.questions = visit, draft, questions
        self.sheet: Form = form_of(questions.body if questions else {})
        self.fields["severity"].required = False
        for name in ("department", "assistants"):
            self.fields[name].queryset = departments  # type: ignore[attr-defined]
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
        """A problem needs its words and its class; a promise needs a problem."""
        values = super().clean() or self.cleaned_data
        wanted = values.get("as_complaint") or values.get("category") or values.get("answer_by")
        if wanted and not values.get("problem") and "problem" not in self.errors:
            self.add_error("problem", _("Write down what the customer said."))
        unclassed = values.get("problem") and not values.get("category")
        if unclassed and not self.goes_back(values) and "category" not in self.errors:
            self.add_error("category", _("Choose a class."))
        return values

    @property
    def how_severe(self) -> str:
        """How severe the visitor thinks it is."""
        return str(self.cleaned_data["severity"] or Ticket.Severity.NORMAL)

    def goes_back(self, values: dict[str, Any]) -> bool:
        """Whether the problem is the complaint this visit is about, which has its class."""
        if self.visit.kind != Visit.Kind.COMPLAINT or self.visit.ticket_id is None:
            return False
        grade = self.sheet.measured("satisfaction", self.answers)
        return content_with(grade.number if grade else None) is False and not values["as_complaint"]

    def made(self, now: dt.datetime) -> Made:
        """The visit as the action takes it; `now` is the moment it is saved."""
        sent = self.cleaned_data
        picked = sent["answer_by"]
        problem = Problem(
            category=sent["category"],
            description=sent["problem"],
            department=sent["department"],
            assistants=list(sent["assistants"]),
            answer_by=picked.at if picked else None,
            as_complaint=sent["as_complaint"],
            **{**self.judged(), "severity": self.how_severe},
            **self.facts(),
        )
        return Made(
            answers=self.answers,
            method=sent["method"],
            notes=sent["notes"],
            seconds=sent["seconds"] or self._since_opened(now),
            declined=sent["declined"],
            problems=[problem] if sent["problem"] else [],
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

    def refuse(self, error: ValidationError) -> None:
        """Put what the action said beside the fields it is about."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        own = {"description": "problem", "due_at": "answer_by", "deadline": "answer_by"}
        own |= {"phone": "new_phone", "words": "news"}
        for name, errors in error.error_dict.items():
            field = own.get(name, name)
            field = field if field in self.fields else f"q_{name}"
            self.add_error(field if field in self.fields else None, errors)


def _first_method(visit: Visit, refused: Collection[str]) -> str:
    """How the visit was to be made, else by phone; never by a way that the customer refused."""
    planned = visit.method if visit.method in METHODS else Method.PHONE
    return permitted_method(planned, refused)
