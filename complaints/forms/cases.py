"""A case of the library: what was seen, why, what was done, what was learnt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.actions import PARTS
from complaints.models import Case, Ticket
from crm.ui.fields import Buttons
from crm.ui.forms import Line, Lines
from crm.ui.versioned import SentOnceForm


class CaseForm(SentOnceForm):
    """The parts of a case; nothing in it says whose problem it was."""

    title = Line(label=_("Title"), max_length=120)
    symptoms = Lines(label=_("Symptoms"), max_length=4000)
    cause = Lines(label=_("Cause"), max_length=4000)
    handling = Lines(label=_("Handling"), max_length=4000)
    lessons = Lines(label=_("Lessons"), required=False, max_length=4000)

    def __init__(
        self, *args: Any, case: Case | None = None, ticket: Ticket | None = None, **options: Any
    ) -> None:
        if case is not None:
            initial = {name: getattr(case, name) for name in PARTS}
            options["initial"] = {"version": case.version, **initial}
        elif ticket is not None:
            options["initial"] = {
                "version": ticket.version,
                "symptoms": ticket.description,
                "handling": ticket.solution,
            }
        super().__init__(*args, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in PARTS}


class DecideForm(SentOnceForm):
    """Publish a case, or send it back with words."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("publish", _("Publish")), ("return", _("Return"))],
        widget=Buttons(icons={"publish": "check", "return": "arrow-back-up"}),
    )
    comment = Lines(label=_("Comment"), required=False, max_length=500)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {"publish": sent["decision"] == "publish", "comment": sent["comment"]}
