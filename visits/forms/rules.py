"""Visit rules: when, how and about what; a new one, a changed one, and how far a preview looks."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import Store
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line, WholeNumber, add_errors
from crm.ui.versioned import SentOnceForm
from followups.models import Method
from visits.models import KINDS, Questionnaire, Trigger, Unit, Visit, VisitRule

METHODS = (Method.PHONE, Method.ONSITE, Method.EMAIL, Method.SURVEY)
MOST_DAYS = 400
# What a preview counts by, beside what the rule waits for; the rest may be wrong or missing.
COUNTS = frozenset(
    {"wait", "unit", "later_wait", "share", "method", "since", "kind", "store", "days"}
)
PERIODS = ((30, _("30 days")), (90, _("90 days")), (365, _("a year")))
NOT_OF_THE_RULE = ("version", "request_id", "days")


class RuleFields(forms.Form):
    """What a person says of any rule, by the values of `rule`, and how far its preview looks."""

    name = Line(label=pgettext_lazy("thing", "Name"), max_length=80)
    wait = WholeNumber(label=_("Due after"), least=1, most=MOST_DAYS)
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices, widget=Buttons())
    later_wait = WholeNumber(
        label=_("Due after, from the second year on"), least=1, most=MOST_DAYS, required=False
    )
    share = WholeNumber(label=_("Share in percent"), least=1, most=100)
    method = forms.ChoiceField(
        label=_("Method"),
        required=False,
        choices=[("", _("As suits the customer")), *((one.value, one.label) for one in METHODS)],
        widget=Buttons(),
    )
    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(), label=_("Questionnaire"), required=False, empty_label="—"
    )
    focus = Line(label=_("Focus"), required=False, max_length=200)
    assigns_itself = forms.BooleanField(label=_("Assigned by suggestion"), required=False)
    since = Day(label=_("Only what happens from"))
    days = forms.ChoiceField(
        label=_("Period looked at"),
        choices=PERIODS,
        required=False,
        initial=PERIODS[0][0],
        widget=Buttons(attrs={"form": "rule-form"}),
    )

    def __init__(self, *args: Any, rule: VisitRule, sheets: Any, **options: Any) -> None:
        own = {name: getattr(rule, name) for name in self.base_fields if hasattr(rule, name)}
        own |= {"questionnaire": rule.questionnaire_id, "store": rule.store_id}
        options["initial"] = own
        super().__init__(*args, **options)
        self.rule = rule
        self.fields["questionnaire"].queryset = sheets  # type: ignore[attr-defined]
        if rule.trigger != Trigger.REGULAR:
            del self.fields["later_wait"]
        if rule.trigger != Trigger.PROSPECT:
            del self.fields["share"]

    def values(self) -> dict[str, Any]:
        """What the action takes beside person and version."""
        sent = self.cleaned_data
        return {name: value for name, value in sent.items() if name not in NOT_OF_THE_RULE}

    def typed(self) -> VisitRule | None:
        """The rule as it is typed, unsaved; as it is saved where nothing was; None where wrong."""
        if not self.is_bound:
            return self.rule
        if self.errors.keys() & COUNTS:
            return None
        rule = copy.copy(self.rule)
        for name, value in self.values().items():
            setattr(rule, name, value)
        return rule

    @property
    def period(self) -> int:
        """How many days the preview looks at."""
        typed = (
            self.cleaned_data.get("days") if self.is_bound and not self.errors.get("days") else 0
        )
        return int(typed or PERIODS[0][0])

    @property
    def written(self) -> list[forms.BoundField]:
        """What stands in the form itself; the period stands beside what it changes."""
        return [field for field in self.visible_fields() if field.name != "days"]


class RuleForm(RuleFields, SentOnceForm):
    """A rule's own settings; what it waits for and which kind it makes stay as they are."""

    active = forms.BooleanField(label=_("In force"), required=False)
    field_order = ("name", "active")


class NewRuleForm(RuleFields):
    """A rule that is not there yet: also the kind of visit, and for which store."""

    kind = forms.ChoiceField(label=_("Kind of visit"), choices=Visit.Kind.choices, widget=Buttons())
    store = forms.ModelChoiceField(
        Store.objects.none(), label=_("Store"), required=False, empty_label=_("All stores")
    )
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    field_order = ("name", "kind", "store")

    def __init__(self, *args: Any, rule: VisitRule, stores: Any, **options: Any) -> None:
        super().__init__(*args, rule=rule, **options)
        kinds = KINDS[Trigger(rule.trigger)]
        self.fields["kind"].choices = [(k.value, k.label) for k in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
        store = self.fields["store"]
        store.queryset = stores  # type: ignore[attr-defined]
        if rule.replaces is not None:
            store.required, store.empty_label = True, None  # type: ignore[attr-defined]

    refuse = add_errors
