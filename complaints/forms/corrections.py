"""What is put right after a complaint, and whether it was."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.tasks import OneText, SendForm
from complaints.forms.tickets import OfTicket
from complaints.models import Ticket
from complaints.queues.corrections import owners_for, staff_of
from crm.people.models import Department, User
from crm.rulebook.queues import rules_for
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Lines


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody, by the id that says nothing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("empty_label", "—")
        super().__init__(User.objects.none(), to_field_name="public_id", **options)


class CorrectionForm(OfTicket):
    """What is to be put right, by whom, until when, and whose error it was."""

    what = Lines(
        label=_("What is to be put right"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Name no customer: its owner may not know the complaint."),
    )
    owner = PersonField(label=_("Owner"))
    due_on = Day(label=_("Due on"))
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="—",
        help_text=_("Its head hears of it where it is late"),
    )
    at_fault = PersonField(
        label=_("Whose error"), required=False, help_text=_("Counted, to see what comes back")
    )

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        now = timezone.now()
        numbers, calendar = rules_for(ticket.store_id)
        last = calendar.add_working_days(
            calendar.local_day(now), numbers.complaint_correction_working_days
        )
        options["initial"] = {"due_on": last, "at_fault": ticket.about and ticket.about.public_id}
        super().__init__(*args, ticket=ticket, **options)
        self.fields["owner"].queryset = owners_for(ticket, now)  # type: ignore[attr-defined]
        self.fields["at_fault"].queryset = staff_of(ticket, now)  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.order_by("name")  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        names = ("what", "owner", "due_on", "department", "at_fault")
        return {name: self.cleaned_data[name] for name in names}


class DoneForm(OneText):
    """What was done."""

    says = "outcome"
    outcome = Lines(label=_("What was done"), max_length=2000)


class VerifyForm(SendForm):
    """Whether it is put right; if not, until when again."""

    works = forms.ChoiceField(
        label=_("Is it put right?"),
        choices=[("yes", _("Put right")), ("no", _("Not yet"))],
        widget=Buttons(icons={"yes": "check", "no": "arrow-back-up"}),
    )
    verdict = Lines(
        label=_("What was found"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    again_on = Day(label=_("Due again on"), required=False, help_text=_("Only where not yet"))

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "works": sent["works"] == "yes",
            "verdict": sent["verdict"],
            "again_on": sent["again_on"],
        }
