"""Setting a number of the rulebook, opening hours, days of the calendar, choices of the lists."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm import workdays
from crm.rulebook.actions import Labels
from crm.rulebook.lines import TEXT, TIME
from crm.rulebook.models import CalendarDay, Option, OptionKind, TicketClass
from crm.rulebook.queues.numbers import Held, Place
from crm.rulebook.queues.options import DOWN, UP
from crm.ui.forms import Day, Line, WholeNumber, add_errors
from crm.ui.versioned import SentOnceForm


class NumberForm(SentOnceForm):
    """The value of one number at one place, or that the default counts again."""

    value = forms.Field(label=_("Value"))

    def __init__(self, *args: Any, held: Held, **options: Any) -> None:
        options["initial"] = {"value": held.value, "version": held.version}
        super().__init__(*args, **options)
        field = self.fields["value"] = field_of(held)
        field.label, field.help_text = _("Value"), held.bounds
        self.to_default = self.data.get("then") == "default"
        if self.to_default:
            del self.fields["value"]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        value = sent.get("value")
        text = f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)
        return {
            "value": None if self.to_default else text,
            "version": sent["version"],
            "request_id": sent["request_id"],
        }


def field_of(held: Held) -> forms.Field:
    """What a number of this unit is typed into."""
    line = held.line
    if line.unit is TEXT:
        return Line(max_length=int(line.most))
    if line.unit is TIME:
        clock = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        return forms.TimeField(input_formats=["%H:%M", "%H:%M:%S"], widget=clock)
    return WholeNumber(least=int(line.least), most=int(line.most))


SLOT = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至到]\s*(\d{1,2}):(\d{2})")
BETWEEN = re.compile(r"[,，、;；]")


class Slots(Line):
    """The opening times of a day as one line: 09:00-12:00, 13:30-18:00; empty when shut."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=120, required=False, **options)

    def clean(self, value: Any) -> tuple[workdays.Slot, ...]:
        text = super().clean(value).replace("：", ":")
        return tuple(_slot(part.strip()) for part in BETWEEN.split(text) if part.strip())


def _slot(text: str) -> workdays.Slot:
    found = SLOT.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        first, first_m, last, last_m = (int(part) for part in found.groups())
        return workdays.Slot(dt.time(first, first_m), dt.time(last, last_m))
    except ValueError:
        raise ValidationError(_("Write times as 09:00-12:00, 13:30-18:00.")) from None


def slots_words(slots: tuple[workdays.Slot, ...]) -> str:
    """The opening times of a day as they are typed."""
    return ", ".join(f"{slot.opens:%H:%M}-{slot.closes:%H:%M}" for slot in slots)


class HoursForm(SentOnceForm):
    """A store's opening times from Monday to Sunday."""

    def __init__(
        self,
        *args: Any,
        store_version: int,
        week: tuple[tuple[workdays.Slot, ...], ...],
        **options: Any,
    ) -> None:
        days = {f"day{number}": slots_words(slots) for number, slots in enumerate(week)}
        options["initial"] = {**days, "version": store_version}
        super().__init__(*args, **options)
        for number, name in WEEKDAYS.items():
            self.fields[f"day{number}"] = Slots(label=name)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        week = tuple(sent[f"day{number}"] for number in range(7))
        return {
            "week": None if self.data.get("then") == "default" else week,
            "version": sent["version"],
            "request_id": sent["request_id"],
        }


class DayForm(forms.Form):
    """A holiday or make-up workday of the region, or a day on which one store is shut."""

    day = Day(label=pgettext_lazy("calendar", "Day"))
    kind = forms.ChoiceField(label=pgettext_lazy("calendar", "What it is"))
    name = Line(label=pgettext_lazy("calendar", "Occasion"), required=False, max_length=60)
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    refuse = add_errors

    def __init__(self, *args: Any, place: Place, **options: Any) -> None:
        super().__init__(*args, **options)
        closed = CalendarDay.Kind.CLOSED
        kinds = [closed] if place.store else [one for one in CalendarDay.Kind if one != closed]
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]


class LabelsForm(SentOnceForm):
    """A choice of a list in the three languages."""

    zh_hans = Line(label="简体中文", max_length=60)
    zh_hant = Line(label="繁體中文", max_length=60, required=False)
    en = Line(label="English", max_length=60, required=False)

    def labels(self) -> Labels:
        """The words as the action takes them."""
        return Labels(*(self.cleaned_data[language] for language in Labels._fields))


class AddOptionForm(LabelsForm):
    """A new choice; a sub-class belongs to a class."""

    ticket_class = forms.ChoiceField(label=_("Class"), choices=TicketClass.choices)
    field_order = ("ticket_class",)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["version"]
        if kind != OptionKind.TICKET_SUBCLASS:
            del self.fields["ticket_class"]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "labels": self.labels(),
            "ticket_class": sent.get("ticket_class", ""),
            "request_id": sent["request_id"],
        }


class RenameOptionForm(LabelsForm):
    """The words of a choice there is."""

    def __init__(self, *args: Any, option: Option, **options: Any) -> None:
        names = ("zh_hans", "zh_hant", "en")
        options["initial"] = {name: getattr(option, f"label_{name}") for name in names}
        super().__init__(*args, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        return {
            "labels": self.labels(),
            "version": sent["version"],
            "request_id": sent["request_id"],
        }


class OptionVerbForm(SentOnceForm):
    """A press on a choice as its reader saw it."""

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("version", "request_id")}


class MoveOptionForm(OptionVerbForm):
    """Which way a choice moves in its list."""

    how = forms.ChoiceField(choices=[(way, way) for way in (UP, DOWN)])

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {**super().told(), "how": self.cleaned_data["how"]}
