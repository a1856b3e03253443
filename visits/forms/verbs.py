"""Small forms: a try in vain, an appointment, an end without answers, another visitor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Line
from crm.ui.versioned import SentOnceForm
from followups.models import Method, Outcome
from visits.actions.assigning import FULL
from visits.models import CancelReason, Visit
from visits.queues import fits_for, passed_over
from visits.queues.tries import IN_VAIN, tried_enough


class OfVisit(SentOnceForm):
    """A form about one visit as it was seen."""

    visit: Visit

    def told(self) -> dict[str, Any]:
        """What the action takes beside visit, person and version."""
        raise NotImplementedError

    def __init__(self, *args: Any, visit: Visit, **options: Any) -> None:
        options["initial"] = {"version": visit.version, **options.get("initial", {})}
        super().__init__(*args, **options)
        self.visit = visit


class TryForm(OfVisit):
    """Nobody was reached; when to try again."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(one.value, one.label) for one in IN_VAIN],
        widget=Buttons(),
        initial=Outcome.NO_ANSWER,
    )
    note_words = Line(label=_("In a few words"), required=False, max_length=300)
    again_at = SpokenMoment(
        label=_("Call again at"), required=False, help_text=_("Empty: the next working day")
    )
    close = forms.BooleanField(
        label=_("Close as not reached"),
        required=False,
        initial=True,
        help_text=_("The tries are enough with this one. It still counts as due."),
    )

    def __init__(self, *args: Any, visit: Visit, **options: Any) -> None:
        super().__init__(*args, visit=visit, **options)
        if not tried_enough(visit, at=timezone.now()):
            del self.fields["close"]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        picked = sent["again_at"]
        return {
            "method": self.visit.method or Method.PHONE,
            "outcome": sent["outcome"],
            "note_words": sent["note_words"],
            "again_at": picked.at if picked else None,
            "close": sent.get("close", False),
        }


class AppointForm(OfVisit):
    """A time agreed with the customer, and where."""

    at = SpokenMoment(label=_("Date and time"))
    place = Line(label=_("Place"), required=False, max_length=200)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"at": self.cleaned_data["at"].at, "place": self.cleaned_data["place"]}


class GiveUpForm(OfVisit):
    """Nothing to fill in: the tries are there."""

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {}


class EndForm(OfVisit):
    """Why, in words."""

    reason = Line(label=_("Reason"), max_length=200)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"reason": self.cleaned_data["reason"]}


class ReopenForm(EndForm):
    """What is wrong with an entry."""

    reason = Line(
        label=_("Reason"),
        max_length=200,
        help_text=_(
            "What was entered stays on record and counts no more until it is entered anew."
        ),
    )


class CancelForm(OfVisit):
    """Why a visit is called off and counts nowhere: out of a list, or in words."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[("", "—"), *CancelReason.choices],
        error_messages={"required": _("Choose a reason."), "invalid_choice": _("Choose a reason.")},
    )
    words = Line(
        label=_("The reason in words"),
        required=False,
        max_length=200,
        help_text=_("For another reason than the listed ones."),
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"reason": self.cleaned_data["reason"], "words": self.cleaned_data["words"]}


class DeclineForm(EndForm):
    """Why the customer would not be visited, and whether ever again."""

    never_again = forms.BooleanField(
        label=_("The customer wishes no more return visits"), required=False
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {**super().told(), "never_again": self.cleaned_data["never_again"]}


class Anyway(forms.BooleanField):
    """To give a visit beyond what its visitor takes on that day: offered once that was said."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Assign anyway, beyond what they take on that day"))
        super().__init__(required=False, widget=forms.HiddenInput, **options)

    def offer(self, error: ValidationError) -> None:
        """Show the box where the action said that the day is full."""
        refused = getattr(error, "error_dict", {}).get("to", [])
        if any(one.code == FULL for one in refused):
            self.widget = forms.CheckboxInput()


class AssignForm(OfVisit):
    """Who makes the visit, and what to look at."""

    to = forms.ModelChoiceField(label=_("Visitor"), queryset=User.objects.none())
    focus = Line(label=_("Focus"), required=False, max_length=200)
    reason = Line(label=_("Reason for the change"), required=False, max_length=200)
    anyway = Anyway()

    def __init__(self, *args: Any, visit: Visit, **options: Any) -> None:
        fits = fits_for(visit)
        first = fits[0].visitor.user_id if fits else None
        options["initial"] = {"focus": visit.focus, "to": visit.assignee_id or first}
        super().__init__(*args, visit=visit, **options)
        self.fits, self.passed_over = fits, passed_over(visit)
        ids = [fit.visitor.user_id for fit in fits]
        self.fields["to"].queryset = User.objects.filter(pk__in=ids)  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {name: sent[name] for name in ("to", "focus", "reason", "anyway")}

    def refuse(self, error: ValidationError) -> None:
        """Where the visitor's day is full, it can be given all the same."""
        super().refuse(error)
        self.fields["anyway"].offer(error)  # type: ignore[attr-defined]
