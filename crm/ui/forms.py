"""Form fields that bound what is typed: nothing reaches a database that would break it (D21)."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.ui.datewords import Understood
from crm.ui.texts import clean_line, clean_lines
from crm.workdays import EARLIEST_DAY, LATEST_DAY

MOST_FILES = 20
MOST_MONEY = Decimal("99999999999.99")
MOMENT_STYLES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")
SEPARATORS = str.maketrans("", "", " ,，\u00a0¥元")


class Line(forms.CharField):
    """One line of text without invisible characters."""

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")


class Lines(forms.CharField):
    """Several lines of text without invisible characters."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> str:
        return clean_lines(super().to_python(value) or "")


class SeveralFiles(forms.FileInput):
    """One or more files from a disk; on a phone also the camera."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Files of one form, at most `MOST_FILES`; what is in them is judged by whoever keeps them."""

    widget = SeveralFiles
    default_error_messages = {"too_many": _("At most %(most)d files at once.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [one for one in data if one] if isinstance(data, list | tuple) else []
        if len(given) > MOST_FILES:
            params = {"most": MOST_FILES}
            raise ValidationError(self.error_messages["too_many"], "too_many", params)
        if self.required and not given:
            raise ValidationError(self.error_messages["required"], code="required")
        return [super(Files, self).clean(one, initial) for one in given]


class Money(forms.DecimalField):
    """An amount from 0 to 99,999,999,999.99; separators, ¥ and full-width digits are understood."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", Decimal(0))
        super().__init__(max_value=MOST_MONEY, max_digits=14, decimal_places=2, **options)
        self.widget.attrs.setdefault("inputmode", "decimal")

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value[:60]).translate(SEPARATORS)
            if value and not value.isascii():
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class WholeNumber(forms.IntegerField):
    """A whole number between two bounds, ASCII or full-width digits only."""

    def __init__(self, *, least: int = 0, most: int = 9999, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, **options)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value[:30]).strip()
            if value and not (value.isascii() and value.lstrip("-").isdigit()):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class Day(forms.DateField):
    """A date from 2000, or an earlier year for a birthday, to 2100."""

    default_error_messages = {"range": _("A date between %(from)d and 2100.")}

    def __init__(self, *, from_year: int = EARLIEST_DAY.year, **options: Any) -> None:
        self.earliest = dt.date(from_year, 1, 1)
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d"], **options)

    def to_python(self, value: Any) -> dt.date | None:
        day = super().to_python(_short(value))
        if day is not None and not self.earliest <= day <= LATEST_DAY:
            raise ValidationError(
                self.error_messages["range"], code="range", params={"from": self.earliest.year}
            )
        return day


class Moment(forms.DateTimeField):
    """A local date and time from 2000 to 2100, as an aware moment."""

    default_error_messages = {"range": _("A date between 2000 and 2100.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget",
            forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        )
        super().__init__(**options)

    def to_python(self, value: Any) -> dt.datetime | None:
        if isinstance(value, dt.datetime):
            return value
        text = _short(value)
        for style in MOMENT_STYLES:
            try:
                # The zone is added below, once the bounds are known to hold.
                naive = dt.datetime.strptime(text.strip(), style)  # noqa: DTZ007
            except (ValueError, AttributeError):
                continue
            if not EARLIEST_DAY <= naive.date() <= LATEST_DAY:
                raise ValidationError(self.error_messages["range"], code="range")
            return timezone.make_aware(naive)
        if text in self.empty_values:
            return None
        raise ValidationError(self.error_messages["invalid"], code="invalid")


def _short(value: Any) -> Any:
    return value[:40] if isinstance(value, str) else value


@dataclass(frozen=True)
class Difference:
    """One field of a save that came second: what the other saved, what was typed."""

    label: str
    theirs: str
    mine: str
    is_text: bool = False


def differences(form: forms.BaseForm, theirs: Mapping[str, Any]) -> list[Difference]:
    """The fields of a valid form that differ from what stands in the row now (D32)."""
    rows = []
    for bound in form.visible_fields():
        saved = theirs.get(bound.name)
        if not bound.field.has_changed(saved, bound.data):
            continue
        understood = form.cleaned_data.get(bound.name)
        typed = understood if isinstance(understood, Understood) else bound.data
        before, after = _in_words(bound, saved), _in_words(bound, typed)
        if before != after:
            is_text = not isinstance(bound.field, (forms.ChoiceField, forms.BooleanField))
            rows.append(Difference(str(bound.label), before, after, is_text))
    return rows


def _in_words(bound: forms.BoundField, value: Any) -> str:
    """A value as its field shows it: a choice by its label, a tick as yes or no."""
    field = bound.field
    if isinstance(field, forms.BooleanField):
        return str(_("Yes") if field.clean(value) else _("No"))
    shown = field.prepare_value(value)
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        labels = {str(key): str(label) for key, label in offered}
        return labels.get(str(shown), str(shown or ""))
    return "" if shown is None else str(shown)


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what an action refused beside its field; above the form where it has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, messages in error.message_dict.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)
