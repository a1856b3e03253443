"""Which macro is carried out on a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.tickets import OfTicket
from complaints.models import Macro, Ticket
from complaints.queues.ready import offered_macros
from crm.people.models import User


class RunForm(OfTicket):
    """One of those offered, pressed beside its steps."""

    macro = forms.ModelChoiceField(
        Macro.objects.none(), label=_("Macro"), to_field_name="public_id", widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, ticket: Ticket, user: User, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        self.offered = offered_macros(user, ticket)
        found = Macro.objects.filter(pk__in=[one.pk for one in self.offered])
        self.fields["macro"].queryset = found  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"macro": self.cleaned_data["macro"]}
