"""What a sales team is asked about its follow-up, does about it, and whether it helped (RV-42)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.people.models import Team
from crm.reports.models import TeamResponse
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Lines
from crm.ui.versioned import SentOnceForm

WORDS_AT_MOST = 1000


class AskTeamForm(forms.Form):
    """Which team, about which days, what service noticed, until when."""

    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), to_field_name="public_id", empty_label="—"
    )
    first = Day(label=_("From"))
    last = Day(label=_("To"))
    words = Lines(
        label=_("What the team should look at"),
        max_length=WORDS_AT_MOST,
        help_text=_("In service's own words: no customer is quoted to whom they judged."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    answer_by = Day(label=_("Answer by"))
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, teams: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class OfResponse(SentOnceForm):
    """A form about one response as it was seen."""

    def __init__(self, *args: Any, response: TeamResponse, **options: Any) -> None:
        options["initial"] = {"version": response.version}
        super().__init__(*args, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return dict(self.cleaned_data)


class AnswerTeamForm(OfResponse):
    """What the team did."""

    done = Lines(
        label=_("What was done"),
        max_length=WORDS_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CheckResponseForm(OfResponse):
    """What has changed since; if nothing yet, until when the team is asked again."""

    works = forms.ChoiceField(
        label=_("Effect"),
        choices=[("yes", _("It works")), ("no", _("Not yet"))],
        widget=Buttons(),
    )
    effect = Lines(label=_("What has changed"), max_length=WORDS_AT_MOST)
    again_by = Day(label=_("If not yet: due again on"), required=False)

    def told(self) -> dict[str, Any]:
        """What the action takes; a day counts only where it does not work yet."""
        sent = super().told()
        works = sent["works"] == "yes"
        again: dt.date | None = None if works else sent["again_by"]
        return {**sent, "works": works, "again_by": again}
