"""Who takes over what a leaver has in hand (PR-22)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.people.models import User

LABELS = {
    "tasks": _("Departments' tasks to"),
    "stages": _("Stages to"),
    "corrections": _("Corrective tasks to"),
    "care": _("Customer care to"),
}


class HandOverForm(forms.Form):
    """One choice for each kind of work that is there."""

    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, takers: Mapping[str, QuerySet[User]], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, people in takers.items():
            self.fields[name] = forms.ModelChoiceField(
                people,
                label=LABELS[name],
                required=False,
                to_field_name="public_id",
                empty_label="—",
            )
