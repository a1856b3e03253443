"""What every complaint is asked beside its words, wherever it is written down (CP-04, CP-34)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.models import Intake, Ticket
from complaints.queues.people import staff_around
from crm.people.models import User
from crm.ui.fields import Buttons
from crm.ui.forms import Line, Lines

SEVERITY_ICONS = {"critical": "alert-triangle"}
# What the action takes by these names, and what it keeps as told.
JUDGED = ("severity", "about", "no_visit_because", "calm_because")
TOLD = ("demand", "emotion", "calmed", "confirmed")


class FactsForm(forms.Form):
    """How severe it is and why not critical, what is wanted, how the customer felt, whom about."""

    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=Ticket.Severity.choices,
        widget=Buttons(icons=SEVERITY_ICONS),
        initial=Ticket.Severity.NORMAL,
        help_text=_("Critical: brakes, battery, steering, or a threat of press."),
    )
    calm_because = Line(
        label=_("Why it is not critical although the words say so"),
        max_length=300,
        required=False,
        help_text=_("Such as: the battery of the key. The manager is told all the same."),
    )
    demand = Lines(
        label=_("What the customer wants"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    calmed = forms.BooleanField(label=_("Calmed, and agreed the next step"), required=False)
    confirmed = forms.BooleanField(label=_("Read back, and confirmed"), required=False)
    emotion = forms.ChoiceField(
        label=_("How the customer felt"),
        choices=Intake.Emotion.choices,
        required=False,
        widget=Buttons(),
    )
    about = forms.ModelChoiceField(
        label=_("The colleague it is about"),
        queryset=User.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="—",
        help_text=_("They do not see it and do not handle it."),
    )
    no_visit_because = Line(
        label=_("Why no on-site visit makes sense"),
        max_length=300,
        required=False,
        help_text=_("Empty: somebody looks at it on site within two working days."),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about"].queryset = staff_around(user, timezone.now())  # type: ignore[attr-defined]

    def judged(self) -> dict[str, Any]:
        """What the action takes by itself."""
        return {name: self.cleaned_data[name] for name in JUDGED}

    def facts(self) -> dict[str, Any]:
        """What is kept as the customer told it."""
        return {name: self.cleaned_data[name] for name in TOLD}
