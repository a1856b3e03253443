"""Forms of the managers' reports and of targets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.reports.forms.reports import OnceForm
from crm.reports.kpis import KPIS, kpi_of
from crm.reports.models import PeriodReport, ReportMail
from crm.reports.queues.targets import Place
from crm.ui.forms import Lines
from crm.ui.versioned import SentOnceForm


class SignForm(SentOnceForm):
    """What is done next, in the manager's own words."""

    next_steps = Lines(
        label=_("What is done next"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One line for each: who, what, until when. It stands on the report."),
    )

    def __init__(self, *args: Any, report: PeriodReport, **options: Any) -> None:
        options["initial"] = {"version": report.version}
        super().__init__(*args, **options)


class CorrectForm(SentOnceForm):
    """Why a report is wrong, in the words its readers are told."""

    wrong_because = Lines(
        label=_("What is wrong"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who reads the report is told, beside the new figures."),
    )

    def __init__(self, *args: Any, report: PeriodReport, **options: Any) -> None:
        options["initial"] = {"version": report.version}
        super().__init__(*args, **options)


class MailForm(OnceForm):
    """Which reports somebody wants by mail; `version` is 0 where nothing was chosen before."""

    kinds = forms.MultipleChoiceField(
        label=_("Send me by mail"),
        required=False,
        choices=PeriodReport.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(
        min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput, required=False
    )

    def __init__(self, *args: Any, choice: ReportMail | None, **options: Any) -> None:
        options["initial"] = {
            "kinds": choice.kinds if choice else [],
            "version": choice.version if choice else 0,
        }
        super().__init__(*args, **options)

    def clean_version(self) -> int:
        return int(self.cleaned_data["version"] or 0)


class MonthField(forms.DateField):
    """A month, as `2026-03`; the first of it."""

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], **options)

    def to_python(self, value: Any) -> dt.date | None:
        found = super().to_python(value)
        return found.replace(day=1) if found else None


class TargetForm(OnceForm):
    """What a figure is to reach, for whom, from which month on."""

    key = forms.ChoiceField(label=pgettext_lazy("target", "Figure"))
    who = forms.ChoiceField(label=pgettext_lazy("target", "For"))
    month = MonthField(label=pgettext_lazy("target", "From month"))
    value = forms.DecimalField(
        label=pgettext_lazy("target", "Target"),
        required=False,
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=1,
        help_text=_(
            "In percent, in hours or as the count of a whole month. Empty takes it back: then none "
            "holds, no wider one either."
        ),
    )

    def __init__(self, *args: Any, places: list[Place], today: dt.date, **options: Any) -> None:
        options.setdefault("initial", {})["month"] = today.replace(day=1)
        super().__init__(*args, **options)
        self.places = {one.key: one for one in places}
        keys = (*KPIS, "order_count")
        self.fields["key"].choices = [(key, kpi_of(key).name) for key in keys]  # type: ignore[attr-defined]
        self.fields["who"].choices = [(one.key, one.label) for one in places]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        data, place = self.cleaned_data, self.places[self.cleaned_data["who"]]
        return {
            "key": data["key"],
            "month": data["month"],
            "value": data["value"],
            "store": place.store,
            "team": place.team,
            "person": place.person,
            "request_id": data["request_id"],
        }
