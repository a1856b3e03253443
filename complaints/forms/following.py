"""A matter that goes on in a ticket of its own: as an opinion, or anew after the window (4.7)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import states
from complaints.forms.complaints import WAY_ICONS, WAYS
from complaints.forms.tickets import OfTicket
from complaints.models import Intake, Ticket
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Lines


class RejectForm(OfTicket):
    """Why it is no complaint, how the customer was told, and whether it goes on as an opinion."""

    ENDS = "ends"
    words = Lines(
        label=_("Why, and what the customer was told"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    way = forms.ChoiceField(
        label=_("How the customer was told"), choices=WAYS, widget=Buttons(icons=WAY_ICONS)
    )
    becomes = forms.ChoiceField(
        label=_("It goes on as"),
        choices=[
            (ENDS, _("Nothing: it ends here")),
            *((one, Ticket.Kind(one).label) for one in states.GOES_ON_AS),
        ],
        initial=ENDS,
        widget=Buttons(),
    )
    answer_by = SpokenMoment(
        label=_("We answer by"), required=False, help_text=_("Only where it goes on")
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        becomes = "" if sent["becomes"] == self.ENDS else sent["becomes"]
        by = sent["answer_by"].at if sent["answer_by"] and becomes else None
        told = {"words": sent["words"], "way": sent["way"]}
        return {**told, "becomes": becomes, "answer_by": by}


class AnewForm(OfTicket):
    """What the customer says now, long after the complaint was closed."""

    channel = forms.ChoiceField(
        label=_("How it came"), choices=Intake.Channel.choices, initial=Intake.Channel.PHONE
    )
    words = Lines(label=_("What the customer says now"), max_length=4000)
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Ticket.Severity.choices, widget=Buttons()
    )
    answer_by = SpokenMoment(label=_("We answer by"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        self.fields["severity"].initial = ticket.severity

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        told = {name: self.cleaned_data[name] for name in ("channel", "words", "severity")}
        by = self.cleaned_data["answer_by"]
        return {**told, "answer_by": by.at if by else None}
