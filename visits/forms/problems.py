"""What a customer is not content with: up to three matters of one call (RV-28, RV-33..35)."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints import alarms
from complaints.forms import FactsForm
from complaints.forms.facts import JUDGED, TOLD
from complaints.models import Ticket
from crm.people.models import Department
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Lines
from visits.actions import Problem
from visits.models import NothingBecause
from visits.queues.leading import Leading

MATTERS = (1, 2, 3)
ASKED = ("category", "department", "assistants", "answer_by", "problem", "as_complaint")
PARTS = (*ASKED, *JUDGED, *TOLD)
# Choices that are read from the database once for all matters.
READ_ONCE = ("department", "assistants", "about")
LONGEST = 2000


def name_of(part: str, number: int) -> str:
    """The field of one matter: `problem`, `problem2`, `problem3`."""
    return part if number == 1 else f"{part}{number}"


@dataclass(frozen=True)
class Matter:
    """The fields of one matter as the page draws them."""

    number: int
    fields: dict[str, forms.BoundField]

    @property
    def said(self) -> str:
        """The customer's words so far."""
        return str(self.fields["problem"].value() or "")[:LONGEST]

    @property
    def category(self) -> str:
        """The class chosen so far; empty where none is known."""
        chosen = str(self.fields["category"].value() or "")
        return chosen if chosen in Ticket.Category.values else ""

    @property
    def is_used(self) -> bool:
        """Whether something stands in it, so that the page shows it open."""
        return bool(self.said) or any(field.errors for field in self.fields.values())

    @property
    def alarms(self) -> tuple[str, ...]:
        """What of the words makes it critical (CP-34)."""
        return alarms.makes_critical(self.category, self.said) if self.said else ()


class ProblemsForm(FactsForm):
    """The matters a visit passes on; each that is a complaint is asked what the register form asks.

    Where a grade is bad and nothing is passed on, it is asked why (RV-39).
    """

    problem = Lines(label=_("The customer's own words"), required=False, max_length=LONGEST)
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
    )
    nothing_because = forms.ChoiceField(
        label=_("Nothing is passed on because"),
        required=False,
        choices=NothingBecause.choices,
        widget=Buttons(),
        help_text=_("Only where nothing is written down above."),
    )

    def __init__(self, *args: Any, departments: Any, leading: Leading, **options: Any) -> None:
        by_rule = {name_of("answer_by", number): leading.answer_by for number in MATTERS}
        options["initial"] = {**by_rule, **options.get("initial", {})}
        super().__init__(*args, **options)
        self.leading = leading
        words = _(
            "First response within %(time)s of working time; you answer for it until somebody else "
            "has accepted it."
        )
        self.fields["as_complaint"].help_text = words % {"time": leading.response}
        self.fields["severity"].required = False
        for name in ("department", "assistants"):
            self.fields[name].queryset = departments  # type: ignore[attr-defined]
        for number in MATTERS[1:]:
            for part in PARTS:
                self.fields[name_of(part, number)] = copy.deepcopy(self.fields[part])

    def matters(self) -> list[Matter]:
        """The matters, one box each."""
        for part in READ_ONCE:
            rows = list(self.fields[part].choices)  # type: ignore[attr-defined]
            for number in MATTERS:
                self.fields[name_of(part, number)].choices = rows  # type: ignore[attr-defined]
        return [
            Matter(number, {part: self[name_of(part, number)] for part in PARTS})
            for number in MATTERS
        ]

    @property
    def leads(self) -> str:
        """Which department leads each class, for the page's script."""
        return json.dumps(self.leading.departments)

    @property
    def asks_for_problem(self) -> bool:
        """Whether the page shows the box open."""
        parts = (name_of(part, number) for part in PARTS for number in MATTERS)
        because = self["nothing_because"]
        said = (self[name_of("problem", number)].value() for number in MATTERS)
        return bool(because.value()) or any(said) or not self.errors.keys().isdisjoint(parts)

    def clean(self) -> dict[str, Any]:
        """A matter needs its words and its class; a promise alone asks for nothing."""
        values = super().clean() or self.cleaned_data
        for number in MATTERS:
            self._check(number, values)
        return values

    def _check(self, number: int, values: dict[str, Any]) -> None:
        said, category = name_of("problem", number), name_of("category", number)
        complains = values.get(name_of("as_complaint", number))
        begun = (complains or values.get(category)) and not values.get("nothing_because")
        if begun and not values.get(said) and said not in self.errors:
            self.add_error(said, _("Write down what the customer said."))
        unclassed = values.get(said) and not values.get(category)
        if unclassed and (complains or not self.goes_back()) and category not in self.errors:
            self.add_error(category, _("Choose a class."))

    def goes_back(self) -> bool:
        """Whether what is said belongs to a complaint that has its class already."""
        return False

    def problems(self) -> Iterator[Problem]:
        """The matters that were written down, as the action takes them."""
        for number in MATTERS:
            sent = {part: self.cleaned_data[name_of(part, number)] for part in PARTS}
            if not sent["problem"]:
                continue
            picked = sent["answer_by"]
            yield Problem(
                description=sent["problem"],
                answer_by=picked.at if picked else None,
                assistants=list(sent["assistants"]),
                severity=sent["severity"] or Ticket.Severity.NORMAL,
                place=number,
                **{part: sent[part] for part in ("category", "department", "as_complaint")},
                **{part: sent[part] for part in (*JUDGED, *TOLD) if part != "severity"},
            )

    def ask_to_pass_on(self, category: str) -> None:
        """Fill in what the rulebook says of a bad grade's class, beside which it is asked.

        As by the page's script, it is a complaint unless somebody says otherwise (RV-39).
        """
        data = cast("QueryDict", self.data).copy()
        if not data.get("category"):
            data["as_complaint"] = "on"
        for name, value in (
            ("category", category),
            ("department", self.leading.departments.get(data.get("category") or category, "")),
            ("answer_by", self["answer_by"].initial),
        ):
            if not data.get(name):
                shown = self.fields[name].prepare_value(value)
                data[name] = "" if shown is None else str(shown)
        self.data = data
