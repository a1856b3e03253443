"""Several visits for one visitor or by suggestion, and what is known of a visitor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.customers.models import Language
from crm.people.models import User
from crm.ui.forms import Line, WholeNumber
from crm.ui.versioned import SentOnceForm
from visits.forms.verbs import Anyway
from visits.models import VisitorProfile

MOST_A_DAY = 200


class AssignManyForm(forms.Form):
    """To whom the ticked visits go; nobody chosen: to those who suit them best."""

    to = forms.ModelChoiceField(
        label=_("Give to"),
        queryset=User.objects.none(),
        required=False,
        to_field_name="public_id",
        empty_label=_("Whoever suits each best"),
    )
    reason = Line(label=_("Reason for the change"), required=False, max_length=200)
    anyway = Anyway()
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, visitors: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = visitors  # type: ignore[attr-defined]

    def refuse(self, error: ValidationError) -> None:
        """Put what the action said beside the choice of visitor, or above the list."""
        about_to = hasattr(error, "error_dict") and "to" in error.error_dict
        self.add_error("to" if about_to else None, error.messages)
        self.fields["anyway"].offer(error)  # type: ignore[attr-defined]


class VisitorForm(SentOnceForm):
    """Whether somebody visits, where, in which languages and how much a day."""

    qualified = forms.BooleanField(
        label=_("Makes return visits"),
        required=False,
        help_text=_("Speaks well, minds the customer, knows cars and service"),
    )
    regions = Line(
        label=_("Regions"),
        required=False,
        max_length=200,
        help_text=_("As on the customers' cards, with spaces or commas between them"),
    )
    tongues = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=Language.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Compared with the language on the customer's card"),
    )
    dialects = Line(label=_("Other languages and dialects"), required=False, max_length=40)
    capacity = WholeNumber(label=_("Visits a day"), required=False, most=MOST_A_DAY)

    def __init__(self, *args: Any, profile: VisitorProfile, usual: int, **options: Any) -> None:
        own = {name: getattr(profile, name) for name in self.base_fields if hasattr(profile, name)}
        own["tongues"] = sorted(profile.tongues)
        options["initial"] = own
        super().__init__(*args, **options)
        self.fields["capacity"].help_text = _("Empty: %(usual)d as usual") % {"usual": usual}

    def told(self) -> dict[str, Any]:
        """What the action takes: codes and words of languages in one line."""
        sent = dict(self.cleaned_data)
        tongues, dialects = sent.pop("tongues"), sent.pop("dialects")
        return {**sent, "languages": " ".join([*tongues, dialects])}
