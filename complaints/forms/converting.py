"""A problem goes on as a complaint: what the register form asks beside what is known (CP-04)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import alarms
from complaints.actions import Told
from complaints.forms.facts import SEVERITY_ICONS
from complaints.forms.tickets import OfTicket
from complaints.models import Intake, Ticket
from crm.ui.fields import Buttons
from crm.ui.forms import Line, Lines

FACTS = ("channel", "demand", "cause", "emotion", "calmed", "confirmed")
TWO_ROWS = {"rows": 2}


class ConvertForm(OfTicket):
    """How it came, how severe it is, what the customer wants."""

    channel = forms.ChoiceField(
        label=_("How it came"), choices=Intake.Channel.choices, initial=Intake.Channel.PHONE
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        choices=Ticket.Severity.choices,
        widget=Buttons(icons=SEVERITY_ICONS),
        help_text=_("Critical: brakes, battery, steering, or a threat of press."),
    )
    calm_because = Line(
        label=_("Why it is not critical although the words say so"), max_length=300, required=False
    )
    demand = Lines(
        label=_("What the customer wants"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=TWO_ROWS),
    )
    cause = Lines(
        label=_("What lies behind it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=TWO_ROWS),
    )
    emotion = forms.ChoiceField(
        label=_("How the customer felt"),
        choices=Intake.Emotion.choices,
        required=False,
        widget=Buttons(),
    )
    calmed = forms.BooleanField(label=_("Calmed, and agreed the next step"), required=False)
    confirmed = forms.BooleanField(label=_("Read back, and confirmed"), required=False)
    no_visit_because = Line(
        label=_("Why no on-site visit makes sense"),
        max_length=300,
        required=False,
        help_text=_("Empty: somebody looks at it on site within two working days."),
    )

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        alarming = alarms.makes_critical(ticket.category, ticket.description)
        severity = Ticket.Severity.CRITICAL if alarming else ticket.severity
        options["initial"] = {"severity": severity, **options.get("initial", {})}
        super().__init__(*args, ticket=ticket, **options)
        if not alarming:
            del self.fields["calm_because"]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "told": Told(name="", **{name: sent[name] for name in FACTS}),
            "severity": sent["severity"],
            "calm_because": sent.get("calm_because", ""),
            "no_visit_because": sent["no_visit_because"],
        }
