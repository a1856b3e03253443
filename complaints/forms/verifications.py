"""How a complaint was verified, what its head thinks of it, and the colleague it is about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.actions import Check
from complaints.forms.corrections import PersonField
from complaints.forms.files import chosen, files_field, photos_field
from complaints.forms.tasks import OneText
from complaints.forms.tickets import OfTicket
from complaints.models import Ticket, Verification
from complaints.queues.corrections import owners_for
from crm.people.models import Department
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Line, Lines, Money

TWO_ROWS = {"rows": 2}
METHOD_ICONS = {
    "papers": "certificate",
    "onsite": "walk",
    "workshop": "tools",
    "drive": "steering-wheel",
    "third": "users",
}
RESULT_ICONS = {"conforms": "check", "faulty": "x", "unclear": "help"}


class VerificationForm(OfTicket):
    """Method, what was looked at, by whom and when, what was found, what each side says."""

    method = forms.ChoiceField(
        label=_("How it was verified"),
        choices=Verification.Method.choices,
        widget=Buttons(icons=METHOD_ICONS),
        initial="onsite",
    )
    party = Line(label=_("Third party"), max_length=120, required=False)
    party_agreed = forms.BooleanField(label=_("Both sides accept it"), required=False)
    party_order = Line(label=_("Number of the order"), max_length=60, required=False)
    party_fee = Money(label=_("Fee, yuan"), required=False)
    party_opinion = Lines(
        label=_("Opinion of the third party"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs=TWO_ROWS),
    )
    department = forms.ModelChoiceField(
        label=_("Verifying department"),
        queryset=Department.objects.none(),
        to_field_name="public_id",
        empty_label="—",
        help_text=_("Its head is asked for an opinion"),
    )
    checked_by = PersonField(label=pgettext_lazy("verification", "Verified by"))
    checked_at = SpokenMoment(label=_("Verified at"), past=True)
    sample = Lines(
        label=_("What was looked at"),
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
        help_text=_("Part, number, mileage, papers"),
    )
    result = forms.ChoiceField(
        label=_("Result"), choices=Verification.Result.choices, widget=Buttons(icons=RESULT_ICONS)
    )
    finding = Lines(label=_("What was found"), max_length=4000)
    our_opinion = Lines(
        label=_("Opinion of the department"), max_length=2000, widget=forms.Textarea(attrs=TWO_ROWS)
    )
    customer_opinion = Lines(
        label=_("Opinion of the customer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=TWO_ROWS),
        help_text=_("Whether they accept the result; if not, a third party judges"),
    )
    attachments = files_field(label=_("Certificate, report, photos"))
    photos = photos_field()

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        lead = ticket.lead_department
        options["initial"] = {"department": lead and lead.public_id}
        super().__init__(*args, ticket=ticket, **options)
        self.fields["department"].queryset = Department.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["checked_by"].queryset = owners_for(ticket, timezone.now())  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        same = ("method", "department", "checked_by", "sample", "result", "finding", "our_opinion")
        third = ("customer_opinion", "party", "party_order", "party_opinion", "party_agreed")
        check = Check(
            checked_at=sent["checked_at"].at,
            party_fee=sent["party_fee"] or Decimal(0),
            **{name: sent[name] for name in (*same, *third)},
        )
        return {"check": check, "files": chosen(self)}


class OpinionForm(OneText):
    """What the head of the department thinks of a verification."""

    words = Lines(label=_("Opinion"), max_length=2000, widget=forms.Textarea(attrs=TWO_ROWS))


class ColleagueForm(OfTicket):
    """Whether the colleague it is about finds the outcome just."""

    content = forms.ChoiceField(
        label=_("The colleague says"),
        choices=[
            ("yes", pgettext_lazy("colleague", "Content with the outcome")),
            ("no", pgettext_lazy("colleague", "Not content with it")),
        ],
        widget=Buttons(icons={"yes": "mood-smile", "no": "mood-sad"}),
    )
    words = Lines(
        label=_("In their own words"),
        required=False,
        max_length=2000,
        help_text=_("Needed where they are not content. Show them nothing of the ticket."),
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {"content": sent["content"] == "yes", "words": sent["words"]}
