"""The check of a contact: what the customer says, or that nobody was reached (SA-03)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.ui.fields import Buttons
from crm.ui.forms import Line, Lines, add_errors
from crm.ui.versioned import SentOnceForm
from followups.models import Outcome
from visits.actions import CHECK_ENDS
from visits.models import ContactCheck, Verdict


def _asked(label: Any, hint: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=Verdict.choices, required=False, widget=Buttons(), help_text=hint
    )


class CheckForm(SentOnceForm):
    """Three answers, and the customer's words where one of them is no."""

    happened = _asked(
        _("Our colleague was in touch"),
        _("Did our colleague call you or come to see you on that day?"),
    )
    agrees = _asked(
        _("It was as it is written down"),
        _("Ask what was talked about, and compare with the record beside it."),
    )
    useful = _asked(_("It was of use to the customer"), _("Did it answer what you wanted to know?"))
    words = Lines(label=_("What the customer says"), required=False, max_length=1000)

    def __init__(self, *args: Any, row: ContactCheck, **options: Any) -> None:
        options["initial"] = {"version": row.version}
        super().__init__(*args, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return dict(self.cleaned_data)

    refuse = add_errors


class MissForm(SentOnceForm):
    """Nobody was reached, or the customer declines."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(one, Outcome(one).label) for one in CHECK_ENDS],
        widget=Buttons(),
        initial=Outcome.NO_ANSWER,
    )
    note_words = Line(label=_("In a few words"), required=False, max_length=300)

    def __init__(self, *args: Any, row: ContactCheck, **options: Any) -> None:
        options["initial"] = {"version": row.version}
        super().__init__(*args, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return dict(self.cleaned_data)

    refuse = add_errors
