"""A list of customers to be visited, as somebody has it on paper or in a table (RV-14, RV-15)."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.customers.models import Card
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Lines
from visits.models import VisitRule

MOST = 2_000
LONGEST = 80_000
SPLIT = re.compile(r"[\s,，;；、]+")


class ListForm(forms.Form):
    """Which rule, which day, and the card numbers of the customers."""

    rule = forms.ModelChoiceField(
        VisitRule.objects.none(), label=_("Rule"), widget=Buttons(), to_field_name="public_id"
    )
    on = Day(label=_("Day of the event, else today"))
    customers = Lines(
        label=_("Card numbers"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rules: Any, cards: Any, **options: Any) -> None:
        options["initial"] = {"on": timezone.localdate()}
        super().__init__(*args, **options)
        self.fields["rule"].queryset = rules  # type: ignore[attr-defined]
        self.fields["rule"].empty_label = None  # type: ignore[attr-defined]
        self.fields["customers"].help_text = _(
            "One after the other, on lines or with commas; up to %(most)s."
        ) % {"most": f"{MOST:,}"}
        self.cards = cards

    def clean_customers(self) -> list[Card]:
        """The cards of the list in the reader's scope; says which numbers lead nowhere."""
        wanted = list(dict.fromkeys(filter(None, SPLIT.split(self.cleaned_data["customers"]))))
        if len(wanted) > MOST:
            most = {"most": f"{MOST:,}"}
            raise ValidationError(_("At most %(most)s customers at once."), params=most)
        rows = self.cards.filter(card_no__in=wanted).select_related("customer")
        found = {card.card_no: card for card in rows}
        missing = [number for number in wanted if number not in found]
        if missing:
            words = ", ".join(missing[:10]) + ("…" if len(missing) > 10 else "")
            message = _("Not found among your customers: %(numbers)s")
            raise ValidationError(message, params={"numbers": words})
        return list(found.values())

    def refuse(self, error: ValidationError) -> None:
        """Put what the action said beside the fields it is about."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)
