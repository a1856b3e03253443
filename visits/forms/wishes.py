"""What a customer does not wish, and that they wish it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.customers.models import Consent, Wish
from crm.ui.fields import Buttons
from crm.ui.forms import Line


class SaidForm(forms.Form):
    """Where a customer said something, and in which words."""

    heard = forms.ChoiceField(
        label=_("Where the customer said so"), choices=Consent.Heard.choices, widget=Buttons()
    )
    words = Line(
        label=_("In the customer's own words"),
        max_length=200,
        help_text=_("No phone number or address: everybody who reads the card reads it."),
    )
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def refuse(self, error: Any) -> None:
        """Put what an action said beside the fields it is about."""
        self.add_error(None, error)


class RefusalForm(SaidForm):
    """What is not wished any more; what was refused before is not offered."""

    wishes = forms.MultipleChoiceField(
        label=_("What the customer does not wish"), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("wishes", "heard", "words")

    def __init__(self, *args: Any, refusals: Iterable[Consent], **options: Any) -> None:
        super().__init__(*args, **options)
        # Sent twice, the second finds them noted already.
        known = set() if self.is_bound else {one.wish for one in refusals}
        offered = [(wish.value, wish.label) for wish in Wish if wish.value not in known]
        self.fields["wishes"].choices = offered  # type: ignore[attr-defined]


class LiftForm(SaidForm):
    """One refusal taken back."""

    wish = forms.CharField(max_length=20, widget=forms.HiddenInput)
