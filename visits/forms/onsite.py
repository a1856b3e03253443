"""Small forms around a visit at the customer's (RV-20, RV-26, RV-29)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.files import chosen, files_field, photos_field
from crm.ui.fields import SpokenMoment
from crm.ui.forms import Line, Money
from visits.forms.verbs import OfVisit
from visits.models import OnSiteVisit, Visit

CHECKS = (
    ("situation", _("I know the customer's situation")),
    ("documents", _("Documents are packed")),
    ("sheet", _("The questionnaire is printed")),
    ("gift", _("The gift is ready")),
)


class PrepareForm(OfVisit):
    """What is ready before one sets out."""

    ready = forms.MultipleChoiceField(
        label=_("Ready"),
        required=False,
        choices=CHECKS,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, visit: Visit, **options: Any) -> None:
        onsite = OnSiteVisit.objects.filter(visit=visit).first()
        done = [name for name, _label in CHECKS if getattr(onsite, name, False)]
        super().__init__(*args, visit=visit, initial={"ready": done}, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"ready": self.cleaned_data["ready"]}


class GiftForm(OfVisit):
    """A gift with its value, and those that were handed over meanwhile."""

    what = Line(label=_("Gift"), required=False, max_length=80)
    value = Money(label=_("Value"), required=False)
    handed_over = forms.BooleanField(label=_("Handed over"), required=False)
    given = forms.TypedMultipleChoiceField(
        label=_("Handed over since"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, visit: Visit, **options: Any) -> None:
        super().__init__(*args, visit=visit, **options)
        waiting = visit.gifts.filter(given_at__isnull=True)
        choices = [(gift.pk, gift.what) for gift in waiting]
        self.fields["given"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["given"]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        names = ("what", "value", "handed_over", "given")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class ThankForm(OfVisit):
    """How the customer was thanked."""

    how = Line(
        label=_("How the customer was thanked"),
        max_length=120,
        help_text=_("Such as a message the same evening"),
    )

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"how": self.cleaned_data["how"]}


class EnterLaterForm(OfVisit):
    """When the visit was made; its answers are entered later."""

    made_at = SpokenMoment(label=_("Visit made at"), past=True)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"made_at": self.cleaned_data["made_at"].at}


class AttachForm(OfVisit):
    """Photos of the visit, and what was filled in or signed on paper."""

    attachments = files_field()
    photos = photos_field()
    is_original = forms.BooleanField(label=_("Original, as we received it"), required=False)

    def clean(self) -> dict[str, Any]:
        """Something was chosen, here or there."""
        sent = super().clean() or {}
        if not self.errors and not chosen(self):
            self.add_error("attachments", _("Choose a file."))
        return sent

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"files": chosen(self), "is_original": self.cleaned_data["is_original"]}
