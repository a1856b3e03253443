"""What a department says about its task."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.ui.forms import Lines
from crm.ui.versioned import SentOnceForm


class SendForm(SentOnceForm):
    """Nothing to fill in: pressed."""

    def told(self) -> dict[str, Any]:
        """What the action takes beside row, person and version."""
        return {}


class AcceptForm(SendForm):
    """Yes."""


class OneText(SendForm):
    """A form of one text; `says` is its field."""

    says = "words"

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {self.says: self.cleaned_data[self.says]}


class ReasonForm(OneText):
    """Why not."""

    says = "reason"
    reason = Lines(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class WordsForm(OneText):
    """How far it is, or an internal note."""

    words = Lines(label=_("In a few words"), max_length=4000)


class OutcomeForm(OneText):
    """What was done; of the lead it is the solution the customer will be told."""

    says = "outcome"
    outcome = Lines(
        label=_("What was found and done"),
        max_length=4000,
        help_text=_("The customer is told this by whoever answers for the ticket."),
    )
