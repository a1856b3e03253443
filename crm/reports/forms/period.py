"""The period a page of figures is asked for, as it stands in the address."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.records.periods import MONTH, OWN, QUARTER, THIRTY, TODAY, WEEK, Period, so_far
from crm.reports.queues.limits import fault_of

KINDS = {
    TODAY: _("Today"),
    WEEK: _("This week"),
    MONTH: _("This month"),
    THIRTY: _("Last 30 days"),
    QUARTER: _("This quarter"),
}


class PeriodForm(forms.Form):
    """A period by its kind, or by two dates of one's own (both included)."""

    period = forms.ChoiceField(choices=[*KINDS.items(), (OWN, _("Own dates"))], required=False)
    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("period") != OWN:
            return data
        first, last = data.get("first"), data.get("last")
        if not first or not last:
            self.add_error("first", _("Give both dates, like 2026-03-09."))
        elif fault := fault_of(first, last):
            self.add_error("first", fault)
        return data

    def read(self, today: date, zone: tzinfo, usual: str = WEEK) -> tuple[str, Period]:
        """The kind of period and its days; the `usual` one where the address makes no sense."""
        data = self.cleaned_data if self.is_valid() else {}
        kind = data.get("period") or usual
        if kind == OWN:
            return OWN, Period(data["first"], data["last"], zone)
        return kind, so_far(kind, today, zone)
