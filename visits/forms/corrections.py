"""Forms of corrections: who puts it right, what was done, whether it is right (SA-04)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import User
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Lines
from crm.ui.versioned import SentOnceForm
from visits.models import Correction

WORDS_AT_MOST = 1000


class OfCorrection(SentOnceForm):
    """A form about one correction as it was seen."""

    def __init__(self, *args: Any, row: Correction, **options: Any) -> None:
        options["initial"] = {"version": row.version, **options.get("initial", {})}
        super().__init__(*args, **options)
        self.row = row

    def told(self) -> dict[str, Any]:
        """What the action takes beside correction, person and version."""
        apart = ("version", "request_id")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


class HandOverForm(OfCorrection):
    """Who puts it right, until when, and what is to be done."""

    owner = forms.ModelChoiceField(User.objects.none(), label=pgettext_lazy("correction", "Owner"))
    due_on = Day(label=pgettext_lazy("correction", "Due on"))
    what = Lines(label=_("What is to be done"), required=False, max_length=WORDS_AT_MOST)

    def __init__(self, *args: Any, row: Correction, owners: Any, **options: Any) -> None:
        known = {"owner": row.owner_id, "due_on": row.due_on, "what": row.what}
        super().__init__(*args, row=row, initial=known, **options)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class FinishForm(OfCorrection):
    """What was done."""

    words = Lines(label=_("What was done"), max_length=WORDS_AT_MOST)


class VerifyForm(OfCorrection):
    """Whether it is put right, in words; if not, until when it is to be."""

    right = forms.ChoiceField(
        label=_("Put right"),
        choices=[("yes", _("Yes, verified")), ("no", _("Not yet"))],
        widget=Buttons(icons={"yes": "check", "no": "x"}),
    )
    words = Lines(label=_("What was looked at"), max_length=WORDS_AT_MOST)
    again_on = Day(label=_("If not yet: due again on"), required=False)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {**super().told(), "right": self.cleaned_data["right"] == "yes"}

    def clean_again_on(self) -> dt.date | None:
        """A day counts only where it is not put right yet."""
        day: dt.date | None = self.cleaned_data["again_on"]
        return day if self.cleaned_data.get("right") == "no" else None


class CallOffForm(OfCorrection):
    """Why nothing is to be put right."""

    words = Lines(label=_("Reason"), max_length=WORDS_AT_MOST)
