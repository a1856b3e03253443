"""The period the supervisor's page is asked for, as it stands in the address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.records.periods import ONE_DAY, OWN, QUARTER, Period, first_of_month, quarter_of
from crm.ui.forms import Day

THIS_MONTH, LAST_MONTH = "month", "last_month"
KINDS = {
    THIS_MONTH: _("This month"),
    LAST_MONTH: _("Last month"),
    QUARTER: _("This quarter"),
}
LONGEST_DAYS = 400


class MonthsForm(forms.Form):
    """A period by its kind, or by two dates of one's own (both included)."""

    period = forms.ChoiceField(choices=[*KINDS.items(), (OWN, _("Own dates"))], required=False)
    first = Day(label=_("From"), required=False)
    last = Day(label=_("To"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("period") != OWN or self.errors:
            return data
        first, last = data.get("first"), data.get("last")
        if not first or not last:
            self.add_error("first", _("Give both dates, like 2026-03-09."))
        elif not first <= last < first + LONGEST_DAYS * ONE_DAY:
            self.add_error("first", _("The first day before the last, 400 days at most."))
        return data

    def read(self, today: dt.date, zone: dt.tzinfo) -> tuple[str, Period]:
        """The kind and its days; this month where the address makes no sense."""
        data = self.cleaned_data if self.is_valid() else {}
        kind = data.get("period") or THIS_MONTH
        if kind == OWN:
            return OWN, Period(data["first"], data["last"], zone)
        if kind == QUARTER:
            return kind, quarter_of(today, zone)
        first = first_of_month(today, months=-1 if kind == LAST_MONTH else 0)
        return kind, Period(first, first_of_month(first, months=1) - ONE_DAY, zone)
