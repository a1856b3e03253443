"""What a customer says by their own link: of our answer, or a complaint."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.files import chosen, files_field
from crm.customers.forms import PhoneField
from crm.ui.forms import Line, Lines

NEEDED = {"required": _("Please fill this in.")}


class ComplainForm(forms.Form):
    """A complaint in the customer's own words; without a card of theirs also who they are."""

    words = Lines(
        label=_("What happened? In your own words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Please write down what happened.")},
    )
    demand = Lines(
        label=_("What would you like us to do?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    name = Line(label=_("Your name"), max_length=60, error_messages=NEEDED)
    phone = PhoneField(
        label=_("Your phone number"),
        help_text=_("So that we can answer you."),
        error_messages=NEEDED,
    )
    attachments = files_field(
        label=_("Photos or papers, if you have any"),
        help_text=_("Pictures, PDF or recordings; at most 10 MB each."),
    )
    consent = forms.BooleanField(
        label=_("I agree that this is kept and used to answer my complaint."),
        error_messages={"required": _("Without your consent we may not keep it.")},
    )
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_known: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_known:
            del self.fields["name"], self.fields["phone"]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        names = ("words", "demand", "name", "phone", "request_id")
        sent = {name: self.cleaned_data[name] for name in names if name in self.fields}
        return {**sent, "files": chosen(self)}


class AnswerLinkForm(forms.Form):
    """Content or not; a no in their own words."""

    content = forms.ChoiceField(
        choices=[("yes", _("Yes, this will do")), ("no", _("No, not yet"))],
        error_messages={"required": _("Please choose one.")},
    )
    words = Lines(required=False, max_length=2000)
