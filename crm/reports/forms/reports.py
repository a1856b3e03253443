"""Forms of visit reports and of the measures that follow them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import Store, User
from crm.records.periods import ONE_DAY, first_of_month
from crm.reports.models import Measure, VisitReport
from crm.reports.queues.limits import fault_of
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line, Lines, add_errors
from crm.ui.versioned import SentOnceForm

TEXT_AT_MOST = 4000
WORDS_AT_MOST = 1000
ROWS = {"rows": 8}
OWNER = pgettext_lazy("measure", "Owner")
DUE_ON = pgettext_lazy("measure", "Due on")


class OnceForm(forms.Form):
    """A form that makes a row, which sending twice makes once."""

    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def refuse(self, error: ValidationError) -> None:
        """Put what the action said beside the fields it is about."""
        add_errors(self, error)


class MakeReportForm(OnceForm):
    """Which store, and which days; the month before unless said."""

    store = forms.ModelChoiceField(
        Store.objects.none(), label=_("Store"), widget=Buttons(), to_field_name="public_id"
    )
    first = Day(label=_("From"))
    last = Day(label=_("To"))

    def __init__(self, *args: Any, stores: list[Store], **options: Any) -> None:
        this_month = timezone.localdate().replace(day=1)
        options["initial"] = {
            "first": first_of_month(this_month, months=-1),
            "last": this_month - ONE_DAY,
            "store": stores[0].public_id if stores else None,
        }
        super().__init__(*args, **options)
        rows = Store.objects.filter(pk__in=[store.pk for store in stores]).order_by("code")
        self.fields["store"].queryset = rows  # type: ignore[attr-defined]
        self.fields["store"].empty_label = None  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and (fault := fault_of(first, last)):
            self.add_error("first", fault)
        return data


class WriteReportForm(SentOnceForm):
    """What the figures mean and what to do about it."""

    problems = Lines(
        label=_("Problems"),
        required=False,
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs=ROWS),
    )
    suggestions = Lines(
        label=_("Suggestions"),
        required=False,
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs=ROWS),
    )

    def __init__(self, *args: Any, report: VisitReport, **options: Any) -> None:
        options["initial"] = {
            "version": report.version,
            "problems": report.problems,
            "suggestions": report.suggestions,
        }
        super().__init__(*args, **options)


class ProposeForm(OnceForm):
    """A measure put down under a report."""

    what = Line(label=_("Measure"), max_length=300)
    owner = forms.ModelChoiceField(User.objects.none(), label=OWNER, required=False)
    due_on = Day(label=DUE_ON, required=False)

    def __init__(self, *args: Any, owners: Any, decides: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]
        if decides:
            self.fields["owner"].required = True
            self.fields["due_on"].required = True

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("what", "owner", "due_on")}


class OfMeasure(SentOnceForm):
    """A form about one measure as it was seen."""

    def __init__(self, *args: Any, measure: Measure, **options: Any) -> None:
        options["initial"] = {"version": measure.version, **options.get("initial", {})}
        super().__init__(*args, **options)
        self.measure = measure

    def told(self) -> dict[str, Any]:
        """What the action takes beside measure, person and version."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "request_id")
        }


class DecideForm(OfMeasure):
    """What is done, by whom and until when."""

    what = Line(label=_("Measure"), max_length=300)
    owner = forms.ModelChoiceField(User.objects.none(), label=OWNER)
    due_on = Day(label=DUE_ON)
    words = Lines(label=_("Reasons for the decision"), required=False, max_length=WORDS_AT_MOST)

    def __init__(self, *args: Any, measure: Measure, owners: Any, **options: Any) -> None:
        own = {"what": measure.what, "owner": measure.owner_id, "due_on": measure.due_on}
        super().__init__(*args, measure=measure, initial=own, **options)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class DeclineForm(OfMeasure):
    """Why a proposal is not taken up."""

    words = Lines(label=_("Reason"), max_length=WORDS_AT_MOST)


class BeginForm(OfMeasure):
    """The owner has begun."""

    words = Lines(label=_("How it is begun"), required=False, max_length=WORDS_AT_MOST)


class CheckForm(OfMeasure):
    """Whether it helped, in words; if not yet, when to look again."""

    works = forms.ChoiceField(
        label=_("Effect"),
        choices=[("yes", _("It works")), ("no", _("Not yet"))],
        widget=Buttons(),
    )
    words = Lines(label=_("What has changed"), max_length=WORDS_AT_MOST)
    again_on = Day(label=_("If not yet: due again on"), required=False)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {**super().told(), "works": self.cleaned_data["works"] == "yes"}

    def clean_again_on(self) -> dt.date | None:
        """A day counts only where it does not work yet."""
        day: dt.date | None = self.cleaned_data["again_on"]
        return day if self.cleaned_data.get("works") == "no" else None


class CloseForm(OfMeasure):
    """The last word on a measure."""

    words = Lines(label=_("Conclusion"), required=False, max_length=WORDS_AT_MOST)
