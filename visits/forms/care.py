"""What came of a care task, whose it is, and the rules that make them (RB-08)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import User
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line, Lines, WholeNumber
from crm.ui.versioned import SentOnceForm
from followups.models import Method
from visits.actions.care_ends import OUTCOMES
from visits.models import CareOccasion, CareRule, CareTask, Unit

METHODS = (Method.WECHAT, Method.PHONE, Method.SMS, Method.EMAIL, Method.ONSITE, Method.IN_PERSON)
MOST_DAYS = 400
AFTER = (CareOccasion.SERVICE, CareOccasion.THANKS)


class OfCare(SentOnceForm):
    """A form about one care task as it was seen."""

    def __init__(self, *args: Any, task: CareTask, **options: Any) -> None:
        options["initial"] = {"version": task.version, **options.get("initial", {})}
        super().__init__(*args, **options)


class CompleteCareForm(OfCare):
    """How the customer was greeted and what came of it."""

    method = forms.ChoiceField(
        label=_("Method"),
        choices=[(one.value, one.label) for one in METHODS],
        widget=Buttons(),
    )
    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=[(one.value, one.label) for one in OUTCOMES],
        widget=Buttons(),
        help_text=_("Where nobody was reached, it is kept as a try and stays open."),
    )
    words = Lines(
        label=_("In a few words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    gift = Line(label=_("Gift or reward"), required=False, max_length=80)
    no_more = forms.BooleanField(label=_("The customer wishes no more greetings"), required=False)

    def __init__(self, *args: Any, task: CareTask, **options: Any) -> None:
        options["initial"] = {"method": task.method}
        super().__init__(*args, task=task, **options)


class SkipCareForm(OfCare):
    """Why it is left out."""

    reason = Line(label=_("Why it is left out"), max_length=200)


class AssignCareForm(OfCare):
    """Who does it instead."""

    to = forms.ModelChoiceField(
        User.objects.none(), label=_("Give to"), to_field_name="public_id", empty_label="—"
    )

    def __init__(self, *args: Any, task: CareTask, people: Any, **options: Any) -> None:
        super().__init__(*args, task=task, **options)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]


class CareRuleForm(SentOnceForm):
    """A rule's own settings; its occasion stays as it is."""

    name = Line(label=pgettext_lazy("thing", "Name"), max_length=80)
    active = forms.BooleanField(label=_("In force"), required=False)
    wait = WholeNumber(label=_("Days before"), least=0, most=MOST_DAYS)
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices, widget=Buttons())
    method = forms.ChoiceField(
        label=_("Method"),
        choices=[(one.value, one.label) for one in METHODS],
        widget=Buttons(),
    )
    by_service = forms.BooleanField(
        label=_("Done by customer service"),
        required=False,
        help_text=_("Otherwise by the customer's salesperson"),
    )
    words = Line(label=_("What to say"), required=False, max_length=300)
    since = Day(label=_("Only days from"))

    def __init__(self, *args: Any, rule: CareRule, **options: Any) -> None:
        options["initial"] = {
            name: getattr(rule, name) for name in self.base_fields if hasattr(rule, name)
        }
        super().__init__(*args, **options)
        if rule.occasion in AFTER:
            self.fields["wait"].label = _("Due after the delivery")
        else:
            del self.fields["unit"]

    def values(self) -> dict[str, Any]:
        """What the action takes beside person and version."""
        kept = ("version", "request_id")
        return {name: value for name, value in self.cleaned_data.items() if name not in kept}
