"""What several ticked tickets are given at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.tickets import AskedField
from complaints.models import Ticket
from complaints.queues.people import service_of_all
from crm.people.models import Department, User
from crm.ui.forms import Line, Lines


class TogetherForm(forms.Form):
    """Carries the id by which sending twice counts once; the tickets are named beside it."""

    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, tickets: list[Ticket], **options: Any) -> None:
        super().__init__(*args, **options)
        self.tickets = tickets

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return dict(self.cleaned_data)


class OfferTogetherForm(TogetherForm):
    """Who is asked to answer for them: nobody one of them is about."""

    to = forms.ModelChoiceField(label=_("To whom"), queryset=User.objects.none(), empty_label="—")
    reason = Line(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, tickets: list[Ticket], **options: Any) -> None:
        super().__init__(*args, tickets=tickets, **options)
        self.fields["to"].queryset = service_of_all(tickets, timezone.now())  # type: ignore[attr-defined]


class RouteTogetherForm(TogetherForm):
    """Which department is to lead them, and with what task."""

    department = AskedField(label=_("Lead department"))
    task = Lines(
        label=_("Task"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, tickets: list[Ticket], **options: Any) -> None:
        super().__init__(*args, tickets=tickets, **options)
        self.fields["department"].queryset = Department.objects.order_by("name")  # type: ignore[attr-defined]
