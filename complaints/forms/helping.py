"""What a department is asked about a customer (HP-04)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.tickets import AskedField
from complaints.models import Ticket
from crm.people.models import Department
from crm.ui.fields import SpokenMoment
from crm.ui.forms import Lines


class HelpForm(forms.Form):
    """Whom, what, until when, and whether the customer was promised an answer by then."""

    department = AskedField(label=_("Department"))
    category = forms.ChoiceField(
        label=_("Class"), choices=Ticket.Category.choices, initial=Ticket.Category.TECHNICAL
    )
    words = Lines(
        label=_("What you need to know or have done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    needed_by = SpokenMoment(
        label=_("Needed by"),
        required=False,
        help_text=_("Empty: in two working days"),
    )
    promised = forms.BooleanField(
        label=_("I promised the customer an answer by then"), required=False
    )
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["department"].queryset = Department.objects.order_by("name")  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = dict(self.cleaned_data)
        picked = sent["needed_by"]
        return {**sent, "needed_by": picked.at if picked else None}
