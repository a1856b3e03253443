"""What becomes of a ticket: class, lead, who assists, what the customer was told and said."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.tasks import SendForm
from complaints.models import Ticket
from complaints.queues.people import service_of, staff_around, stage_owners_of
from crm.people.models import Department, User
from crm.rulebook.models import OptionKind
from crm.rulebook.queues import option_choices
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Day, Line, Lines


class OfTicket(SendForm):
    """A form about one ticket as it was seen."""

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        options["initial"] = {"version": ticket.version, **options.get("initial", {})}
        super().__init__(*args, **options)
        self.ticket = ticket


class AskedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A department to be asked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Department.objects.none(), empty_label="—", **options)


class RouteForm(OfTicket):
    """The class, and the department that is to lead."""

    category = forms.ChoiceField(label=_("Class"), choices=Ticket.Category.choices)
    subcategory = forms.ChoiceField(label=_("Sub-class"), required=False)
    department = AskedField(label=_("Lead department"), required=False)
    task = Lines(label=_("Task"), required=False, max_length=500)
    due_at = SpokenMoment(
        label=_("Due"),
        required=False,
        help_text=_("Empty: by the answer promised, else in three working days"),
    )

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        options["initial"] = {
            "category": ticket.category,
            "subcategory": ticket.subcategory,
            "department": ticket.lead_department_id,
        }
        super().__init__(*args, ticket=ticket, **options)
        self.fields["department"].queryset = Department.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["department"].required = ticket.kind == Ticket.Kind.COMPLAINT
        self.fields["subcategory"].choices = subclasses(ticket.subcategory)  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "category": sent["category"],
            "subcategory": sent["subcategory"],
            "department": sent["department"],
            "task": sent["task"],
            "due_at": sent["due_at"].at if sent["due_at"] else None,
        }


class AskForm(OfTicket):
    """One more department, and what it is to do."""

    department = AskedField(label=_("Assisting department"))
    task = Lines(label=_("Task"), max_length=500)
    due_at = SpokenMoment(
        label=_("Due"),
        required=False,
        help_text=_("Empty: by the answer promised, else in three working days"),
    )

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        self.fields["department"].queryset = Department.objects.order_by("name")  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        due_at = sent["due_at"].at if sent["due_at"] else None
        return {"department": sent["department"], "task": sent["task"], "due_at": due_at}


class TellForm(OfTicket):
    """What the customer was told; "no" is an answer too (HP-08)."""

    words = Lines(label=_("What the customer was told"), max_length=500)
    granted = forms.ChoiceField(
        label=_("The wish"),
        choices=[("yes", _("Granted")), ("no", _("Declined, explained"))],
        widget=Buttons(),
        initial="yes",
    )

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        options["initial"] = {"words": ticket.solution[:500], **options.get("initial", {})}
        super().__init__(*args, ticket=ticket, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {"words": sent["words"], "granted": sent["granted"] == "yes"}


class NameForm(OfTicket):
    """Whom the complaint is about, and how that is known."""

    about = forms.ModelChoiceField(
        label=_("The colleague it is about"),
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="—",
        help_text=_("They lose sight of it at once, and every part they had in it."),
    )
    reason = Lines(
        label=_("How that is known"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    instead = forms.BooleanField(label=_("Instead of whoever was named before"), required=False)

    def __init__(self, *args: Any, ticket: Ticket, user: User, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        self.fields["about"].queryset = staff_around(user, timezone.now())  # type: ignore[attr-defined]
        if ticket.about is None:
            del self.fields["instead"]
        else:
            self.fields["instead"].help_text = _(
                "Not about %(name)s after all, who may see it again. Otherwise it is about both."
            ) % {"name": ticket.about.name}

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "about": sent["about"],
            "reason": sent["reason"],
            "instead": sent.get("instead", False),
        }


class ConfirmForm(OfTicket):
    """Whether the customer says it is solved; a "no" needs the customer's words."""

    solved = forms.ChoiceField(
        label=_("The customer says"),
        choices=[("yes", _("Solved")), ("no", _("Not solved"))],
        widget=Buttons(icons={"yes": "mood-smile", "no": "mood-sad"}),
    )
    words = Lines(label=_("The customer's own words"), required=False, max_length=4000)
    answer_by = SpokenMoment(
        label=_("Next answer promised by"),
        required=False,
        help_text=_("Only where it is not solved"),
    )

    def clean(self) -> dict[str, Any]:
        """Without words nobody knows what to go on with."""
        values = super().clean() or self.cleaned_data
        if values.get("solved") == "no" and not values.get("words") and "words" not in self.errors:
            self.add_error("words", _("Write down what the customer said."))
        return values

    @property
    def is_yes(self) -> bool:
        """Whether the customer is content."""
        return bool(self.cleaned_data["solved"] == "yes")

    def told(self) -> dict[str, Any]:
        """What the action takes; a date is promised only where the work goes on."""
        sent = self.cleaned_data
        if self.is_yes:
            return {"words": sent["words"]}
        return {
            "words": sent["words"],
            "answer_by": sent["answer_by"].at if sent["answer_by"] else None,
        }


class OfferForm(OfTicket):
    """Who is asked to answer for it from now on."""

    to = forms.ModelChoiceField(label=_("To whom"), queryset=User.objects.none(), empty_label="—")
    reason = Line(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        self.fields["to"].queryset = service_of(ticket, timezone.now())  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"to": self.cleaned_data["to"], "reason": self.cleaned_data["reason"]}


class StageForm(OfTicket):
    """One stage of the timetable."""

    title = Line(label=_("Stage"), max_length=200)
    owner = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label="—")
    due_on = Day(label=_("Due on"))

    def __init__(self, *args: Any, ticket: Ticket, **options: Any) -> None:
        super().__init__(*args, ticket=ticket, **options)
        self.fields["owner"].queryset = stage_owners_of(ticket, timezone.now())  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {"title": sent["title"], "owner": sent["owner"], "due_on": sent["due_on"]}


def subclasses(keep: str) -> list[Any]:
    """The sub-classes by their class, as groups of one select."""
    groups: dict[str, list[tuple[str, str]]] = {}
    labels = dict(Ticket.Category.choices)
    for code, label in option_choices(OptionKind.TICKET_SUBCLASS, keep):
        head, dot, _tail = code.partition(".")
        group = str(labels[head]) if dot and head in labels else str(labels["other"])
        groups.setdefault(group, []).append((code, label))
    return [("", "—"), *groups.items()]
