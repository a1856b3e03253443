"""Forms of saved views."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.reports.forms.reports import OnceForm
from crm.reports.models import ReportView
from crm.ui.forms import Line
from crm.ui.versioned import SentOnceForm

NAME_AT_MOST = 60
# Longer than any address a browser or a proxy carries.
ADDRESS_AT_MOST = 8000


class SaveViewForm(OnceForm):
    """A page of figures as it stands, under a name."""

    report = forms.ChoiceField(choices=ReportView.Report.choices, widget=forms.HiddenInput)
    query = forms.CharField(max_length=ADDRESS_AT_MOST, required=False, widget=forms.HiddenInput)
    name = Line(label=pgettext_lazy("view", "Name"), max_length=NAME_AT_MOST)


class ViewForm(SentOnceForm):
    """Its name, and the day on which one wants to be told of it."""

    name = Line(label=pgettext_lazy("view", "Name"), max_length=NAME_AT_MOST)
    weekday = forms.TypedChoiceField(
        label=pgettext_lazy("view", "Tell me"),
        choices=[("", _("not by itself")), *ReportView.Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("In the morning, of days that are over: on Monday the week before."),
    )
    by_mail = forms.BooleanField(label=_("by mail as well"), required=False)

    def __init__(self, *args: Any, facts: dict[str, Any] | None = None, **options: Any) -> None:
        options["initial"] = facts or {}
        super().__init__(*args, **options)
