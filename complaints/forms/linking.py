"""Which other ticket this one has to do with."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from complaints.forms.tickets import OfTicket
from complaints.models import Ticket
from crm.people.models import User
from crm.ui.forms import Line


class LinkTicketForm(OfTicket):
    """The other by its number."""

    number = Line(
        label=_("Number of the other ticket"),
        max_length=40,
        help_text=_("As it stands on its page, such as TS-2026-0012"),
    )

    def __init__(self, *args: Any, ticket: Ticket, user: User, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        self.user = user

    def clean_number(self) -> Ticket:
        """The ticket of this number, if this person may see it."""
        found = Ticket.objects.visible_to(self.user).filter(
            ticket_no__iexact=self.cleaned_data["number"]
        )
        other = found.first()
        if other is None:
            raise ValidationError(_("You see no ticket of this number."))
        return other

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"to": self.cleaned_data["number"]}
