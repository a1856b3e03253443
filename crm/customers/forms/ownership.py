"""Forms about numbers that are taken, rulings and reveals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.customers.forms.phone_field import PhoneField
from crm.customers.models import OwnershipConflict
from crm.ui.fields import Buttons
from crm.ui.forms import Line
from crm.ui.versioned import VersionedForm


class PhoneCheckForm(forms.Form):
    """A number to look for."""

    phone = PhoneField(label=_("Phone"))


class ClaimForm(PhoneCheckForm):
    """Why the customer behind a number is one's own (OW-04)."""

    claim = Line(label=_("Why the customer is yours"), max_length=300)


class RulingForm(VersionedForm):
    """For whom, and why."""

    ruled_for = forms.ChoiceField(label=_("The customer belongs to"), widget=Buttons())
    reason = Line(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, conflict: OwnershipConflict, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).update(version=conflict.version)
        super().__init__(*args, **kwargs)
        self.parties = {party.public_id: party for party in (conflict.owner, conflict.claimant)}
        self.fields["ruled_for"].choices = [  # type: ignore[attr-defined]
            (public_id, party.name) for public_id, party in self.parties.items()
        ]


class RevealForm(forms.Form):
    """Why the number is needed."""

    reason = Line(label=_("Reason"), max_length=200)
