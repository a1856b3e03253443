"""The register form 《客户投诉登记反馈表》: a complaint or an opinion in under a minute (CP-04)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import alarms
from complaints.actions import BY_FORM, Told, works_in_a_store
from complaints.forms.facts import FactsForm
from complaints.forms.files import chosen, files_field, photos_field
from complaints.models import Intake, Ticket
from complaints.queues.similar import plain_plate
from crm.customers.forms import PhoneField
from crm.people.models import Store, User
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


class RegisterForm(FactsForm):
    """What was said, by whom, how it came; the rest may follow later."""

    field_order = ("kind", "channel", "phone", "name", "category", "description")

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
    answer_by = SpokenMoment(
        label=_("Answer promised by"),
        required=False,
        help_text=_("Promise a date, never an outcome."),
    )
    came_at = SpokenMoment(
        label=_("Came in at"),
        past=True,
        required=False,
        help_text=_(
            "Empty: now. Of a letter, mail or message when it came: its clocks run from then."
        ),
    )
    store = forms.ModelChoiceField(
        label=_("Store"),
        queryset=Store.objects.none(),
        to_field_name="public_id",
        required=False,
        help_text=_("Where the customer belongs, if no card says so."),
    )
    subject = Line(label=_("What it is about"), max_length=200, required=False)
    plate = Line(label=_("Plate"), max_length=20, required=False)
    cause = Lines(
        label=_("What lies behind it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    attachments = files_field(
        help_text=_("Letters, photos, recordings: kept as they came. At most 10 MB each.")
    )
    photos = photos_field()
    other_matter = forms.BooleanField(label=_("It is another matter: register it"), required=False)
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, has_card: bool, **options: Any) -> None:
        super().__init__(*args, user=user, **options)
        if has_card or works_in_a_store(user):
            del self.fields["store"]
        else:
            stores = Store.objects.visible_to(user)
            self.fields["store"].queryset = stores  # type: ignore[attr-defined]
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
        told = {name: sent[name] for name in ("channel", "name", "plate", "subject", "cause")}
        same = ("kind", "category", "description", "request_id")
        return {
            **{name: sent[name] for name in same},
            **self.judged(),
            "answer_by": sent["answer_by"].at if sent["answer_by"] else None,
            "came_at": sent["came_at"].at if sent["came_at"] else None,
            "store": sent.get("store"),
            "files": chosen(self),
            "told": Told(phone=self.number, **told, **self.facts()),
        }
