"""The form of one walk-in or call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.customers.forms import PhoneField
from crm.people.models import User
from crm.reception.models import ReceptionEntry
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Lines, WholeNumber
from crm.vehicles.models import Product

KIND_ICONS = {"walk_in": "building-store", "call": "phone"}


class ReceptionForm(forms.Form):
    """Who came or called; without any data it counts all the same (RL-02).

    A phone number finds the card's owner, who is told (RL-06).
    """

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ReceptionEntry.Kind.choices,
        widget=Buttons(icons=KIND_ICONS),
        initial=ReceptionEntry.Kind.WALK_IN,
    )
    arrived_at = SpokenMoment(past=True, label=_("Arrived at"))
    party_size = WholeNumber(label=_("People"), least=1, most=99, required=False, initial=1)
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        help_text=_("If a card has this number, its owner is told."),
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Model of interest"),
        required=False,
        to_field_name="public_id",
        empty_label="—",
    )
    first_time = forms.BooleanField(label=_("First time here"), required=False, initial=True)
    test_drive = forms.BooleanField(label=_("Test-driven"), required=False)
    notes = Lines(label=_("Notes"), max_length=2000, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.visible_to(user).on_sale()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes, and the number looked for."""
        return self.cleaned_data | {"arrived_at": self.cleaned_data["arrived_at"].at}
