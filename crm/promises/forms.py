"""Answering a promise, and telling the customer another date."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Lines
from crm.ui.versioned import SentOnceForm


class AnswerForm(SentOnceForm):
    """What the customer was told; "no" is an answer too (HP-01)."""

    answer = Lines(label=_("What the customer was told"), max_length=500)
    granted = forms.ChoiceField(
        label=_("The wish"),
        choices=[("yes", _("Granted")), ("no", _("Declined, explained"))],
        widget=Buttons(),
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {"answer": sent["answer"], "granted": sent["granted"] == "yes"}


class MoveForm(SentOnceForm):
    """Another date the customer was told of."""

    due_at = SpokenMoment(label=_("Answer by"))

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"due_at": self.cleaned_data["due_at"].at}
