"""One visit rule: when, how and about what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line, WholeNumber
from crm.ui.versioned import SentOnceForm
from followups.models import Method
from visits.models import Questionnaire, Trigger, Unit, VisitRule

METHODS = (Method.PHONE, Method.ONSITE, Method.EMAIL, Method.SURVEY)
MOST_DAYS = 400


class RuleForm(SentOnceForm):
    """A rule's own settings; what it waits for and which kind it makes stay as they are."""

    name = Line(label=pgettext_lazy("thing", "Name"), max_length=80)
    active = forms.BooleanField(label=_("In force"), required=False)
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

    def __init__(self, *args: Any, rule: VisitRule, sheets: Any, **options: Any) -> None:
        own = {name: getattr(rule, name) for name in self.base_fields if hasattr(rule, name)}
        options["initial"] = {**own, "questionnaire": rule.questionnaire_id}
        super().__init__(*args, **options)
        self.rule = rule
        self.fields["questionnaire"].queryset = sheets  # type: ignore[attr-defined]
        if rule.trigger != Trigger.REGULAR:
            del self.fields["later_wait"]
        if rule.trigger != Trigger.PROSPECT:
            del self.fields["share"]

    def values(self) -> dict[str, Any]:
        """What the action takes beside person and version."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "request_id")
        }
