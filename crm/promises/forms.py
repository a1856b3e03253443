"""Answering a promise, and telling the customer another date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.notices.models import About
from crm.promises.deeds import Deed
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

    through = forms.ChoiceField(
        label=_("Answered with"),
        required=False,
        help_text=_("What has been logged for this customer since it was promised"),
    )

    def __init__(self, *args: Any, deeds: Iterable[Deed] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(deed.key, deed.words) for deed in deeds]
        self.fields["through"].choices = [("", _("Nothing logged")), *offered]  # type: ignore[attr-defined]
        self.fields["through"].initial = offered[0][0] if offered else ""

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        through = About(*sent["through"].split(".")) if sent["through"] else None
        granted = sent["granted"] == "yes"
        return {"answer": sent["answer"], "granted": granted, "through": through}


class MoveForm(SentOnceForm):
    """Another date the customer was told of."""

    due_at = SpokenMoment(label=_("Answer by"))

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"due_at": self.cleaned_data["due_at"].at}
