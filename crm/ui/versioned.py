"""Forms over one row as its reader saw it (D32, D33)."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from crm.ui.forms import WholeNumber


class VersionedForm(forms.Form):
    """Carries the version of the row that its reader saw."""

    version = WholeNumber(least=1, most=2_000_000_000, widget=forms.HiddenInput)

    def refuse(self, error: ValidationError) -> None:
        """Put what an action said beside the fields it is about."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)


class SentOnceForm(VersionedForm):
    """Carries also the id by which sending twice counts once."""

    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
