"""What the auditor's page asks for, and why a file is taken away."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.ui.forms import Line
from crm.ui.texts import clean_line
from crm.ui.versioned import SentOnceForm


class TrailExportForm(forms.Form):
    """Why events are taken out; the filters stand in the address."""

    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=200,
        help_text=_("Stands on the trail, beside your name."),
    )

    def clean_purpose(self) -> str:
        """One visible line."""
        purpose = clean_line(self.cleaned_data["purpose"])
        if not purpose:
            raise forms.ValidationError(_("Required."))
        return purpose


class RemoveForm(SentOnceForm):
    """Why a file is taken away again."""

    reason = Line(
        label=_("Reason"),
        max_length=300,
        help_text=_("Only for what was added by mistake. A newer version is added beside it."),
    )
