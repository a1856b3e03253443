"""What a complaint needs beside departments: told, seen on site, paused, merged, answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints import access
from complaints.forms.tickets import OfTicket
from complaints.models import Ticket
from complaints.queues.similar import similar_to
from crm.people.models import User
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Lines

WAYS = [
    ("call", pgettext_lazy("way", "Called")),
    ("message", pgettext_lazy("way", "Wrote")),
    ("in_person", pgettext_lazy("way", "Spoke in person")),
]
WAY_ICONS = {"call": "phone", "message": "message", "in_person": "users"}


class ContactForm(OfTicket):
    """What the customer was told, and when they hear again."""

    way = forms.ChoiceField(
        label=_("How"), choices=WAYS, widget=Buttons(icons=WAY_ICONS), initial="call"
    )
    words = Lines(
        label=_("What was said"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "data-key": "c", "aria-keyshortcuts": "c"}),
        help_text=_("Promise a date, never an outcome that has not been decided."),
    )
    has_plan = forms.BooleanField(label=_("The customer was told the plan"), required=False)
    next_at = SpokenMoment(label=_("We call again"), required=False)
    named = forms.BooleanField(label=_("The customer knows who looks after it"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        if ticket.responsible is not None:
            knows = _("The customer knows that %(name)s looks after it")
            self.fields["named"].label = knows % {"name": ticket.responsible.name}
        if access.waits_for_first_word(ticket):
            self.fields["next_at"].help_text = _("Needed the first time")
        elif not self.is_bound:  # sent twice, the second finds the customer told already
            del self.fields["named"]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "way": sent["way"],
            "words": sent["words"],
            "has_plan": sent["has_plan"],
            "next_at": sent["next_at"].at if sent["next_at"] else None,
            "named": sent["named"],
        }


class MissForm(OfTicket):
    """Nobody was reached, and when it is tried again."""

    way = forms.ChoiceField(
        label=_("How"),
        choices=[("call", pgettext_lazy("way", "Called")), ("in_person", _("Went there"))],
        widget=Buttons(icons=WAY_ICONS),
        initial="call",
    )
    words = Lines(
        label=_("In a few words (optional)"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    next_at = SpokenMoment(
        label=_("We try again"),
        required=False,
        help_text=_("Another time of day reaches more. You are reminded; nothing is promised."),
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        next_at = sent["next_at"].at if sent["next_at"] else None
        return {"way": sent["way"], "words": sent["words"], "next_at": next_at}


class SiteVisitForm(OfTicket):
    """When somebody was there, and what was found."""

    at = SpokenMoment(label=_("Visited at"), past=True)
    words = Lines(
        label=_("What was found"),
        max_length=4000,
        help_text=_("What is wrong, why, and whether it is a fault or misuse."),
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"at": self.cleaned_data["at"].at, "words": self.cleaned_data["words"]}


class ReasonOfTicketForm(OfTicket):
    """Why no visit makes sense, or what the customer owes us."""

    reason = Lines(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"reason": self.cleaned_data["reason"]}


class AnswerForm(OfTicket):
    """What was answered."""

    words = Lines(label=_("What was answered"), max_length=4000)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"words": self.cleaned_data["words"]}


class MergeForm(OfTicket):
    """Which other ticket goes on."""

    into = forms.ModelChoiceField(
        label=_("Goes on in"),
        queryset=Ticket.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        widget=Buttons(),
    )

    def __init__(self, *args: Any, ticket: Ticket, user: User, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        found = similar_to(user, ticket)
        self.fields["into"].queryset = found  # type: ignore[attr-defined]
        self.fields["into"].label_from_instance = _line  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"into": self.cleaned_data["into"]}


def _line(ticket: Ticket) -> str:
    return f"{ticket.ticket_no} · {ticket.description[:40]}"
