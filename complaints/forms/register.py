"""The register form 《客户投诉登记反馈表》: a complaint or an opinion in under a minute (CP-04)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import alarms
from complaints.actions import BY_FORM, Told
from complaints.forms.files import chosen, files_field, photos_field
from complaints.models import Intake, Ticket
from complaints.queues.people import staff_around
from complaints.queues.similar import plain_plate
from crm.customers.forms import PhoneField
from crm.people.models import User
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Line, Lines

KINDS = [(kind, Ticket.Kind(kind).label) for kind in BY_FORM]
KIND_ICONS = {
    "complaint": "message-report",
    "suggestion": "note",
    "inquiry": "message-circle",
    "praise": "mood-smile",
}
# Said beside the form while somebody is on the phone (CP-05, CP-20).
GUIDANCE = (
    _("Listen to the end; no quarrel, no blame."),
    _("Calm first: say that it is being taken care of, and by whom."),
    _("Write the customer's words, not your opinion."),
    _("Promise when we answer, never what."),
    _("Read it back, and agree the next step."),
    _("Tell nobody who has nothing to do with it."),
)
LONGEST = 4000
SEVERITY_ICONS = {"critical": "alert-triangle"}


class RegisterForm(forms.Form):
    """What was said, by whom, how it came; the rest may follow later."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=KINDS,
        widget=Buttons(icons=KIND_ICONS),
        initial=Ticket.Kind.COMPLAINT,
    )
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=Intake.Channel.choices,
        initial=Intake.Channel.PHONE,
    )
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        help_text=_("Finds the customer's card and open tickets."),
    )
    name = Line(
        label=_("Who says so"),
        max_length=60,
        required=False,
        help_text=_("Needed where no card has this number, or somebody else complains."),
    )
    description = Lines(
        label=_("What the customer says"),
        max_length=4000,
        help_text=_("In the customer's words."),
    )
    category = forms.ChoiceField(label=_("Class"), choices=Ticket.Category.choices)
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
    answer_by = SpokenMoment(
        label=_("Answer promised by"),
        required=False,
        help_text=_("Promise a date, never an outcome."),
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
    subject = Line(label=_("What it is about"), max_length=200, required=False)
    plate = Line(label=_("Plate"), max_length=20, required=False)
    cause = Lines(
        label=_("What lies behind it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    no_visit_because = Line(
        label=_("Why no on-site visit makes sense"),
        max_length=300,
        required=False,
        help_text=_("Empty: somebody looks at it on site within two working days."),
    )
    attachments = files_field(
        help_text=_("Letters, photos, recordings: kept as they came. At most 10 MB each.")
    )
    photos = photos_field()
    other_matter = forms.BooleanField(label=_("It is another matter: register it"), required=False)
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, has_card: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["about"].queryset = staff_around(user, timezone.now())  # type: ignore[attr-defined]
        if has_card:
            del self.fields["phone"]
            self.fields["name"].help_text = _("Where somebody else than the customer complains.")

    def clean_plate(self) -> str:
        """As it is kept and looked for."""
        return plain_plate(self.cleaned_data["plate"])

    @property
    def alarms(self) -> tuple[str, ...]:
        """What of the words typed makes it critical (CP-34)."""
        said = str(self["description"].value() or "")[:LONGEST]
        return alarms.makes_critical(str(self["category"].value() or ""), said)

    @property
    def number(self) -> str:
        """The number typed, E.164; empty where none was asked for or given."""
        return str(self.cleaned_data.get("phone") or "")

    def told(self) -> dict[str, Any]:
        """What the action takes beside card and person."""
        sent = self.cleaned_data
        parts = ("channel", "name", "plate", "subject", "cause", "demand", "emotion")
        facts = {name: sent[name] for name in (*parts, "calmed", "confirmed")}
        why = ("no_visit_because", "calm_because")
        same = ("kind", "category", "description", "severity", "about", *why)
        return {
            **{name: sent[name] for name in (*same, "request_id")},
            "answer_by": sent["answer_by"].at if sent["answer_by"] else None,
            "files": chosen(self),
            "told": Told(phone=self.number, **facts),
        }
