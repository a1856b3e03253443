"""Form fields as the design guide draws them, and the widgets Django does not have."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.ui.datewords import LONGEST, Understood, read_words
from crm.workdays import EARLIEST_DAY, LATEST_DAY

OPTION_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class Buttons(forms.RadioSelect):
    """A choice of two to six as buttons; ``icons`` maps a value to an icon's name."""

    def __init__(self, *args: Any, icons: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.icons = dict(icons or {})


@dataclass(frozen=True)
class Option:
    """One button of a choice."""

    tag: SafeString
    label: str
    icon: str


@dataclass(frozen=True)
class ErrorRow:
    """One sentence of an error summary, with the field it is about."""

    anchor: str
    label: str
    message: str


def kind(bound: BoundField) -> str:
    """Which of the four shapes a field has: hidden, check, options or control."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, OPTION_WIDGETS):
        return "options"
    return "check" if isinstance(widget, forms.CheckboxInput) else "control"


def widget_class(bound: BoundField) -> str:
    """The CSS class of a field's control, beside those the form gave it."""
    widget = bound.field.widget
    own = str(widget.attrs.get("class", ""))
    if isinstance(widget, forms.CheckboxInput):
        return f"form-check-input {own}".strip()
    if isinstance(widget, forms.Select) and not isinstance(widget, OPTION_WIDGETS):
        return f"form-select {own}".strip()
    return f"form-control {own}".strip()


def is_first_error(bound: BoundField) -> bool:
    """Is this the first field of its form with an error? It gets the focus."""
    wrong = bound.form.errors
    return next((name for name in bound.form.fields if name in wrong), None) == bound.name


def control(bound: BoundField) -> SafeString:
    """The control itself, with its class and, where it is the first wrong one, the focus."""
    attrs: dict[str, Any] = {"class": widget_class(bound)}
    if is_first_error(bound):
        attrs["autofocus"] = True
    return conditional_escape(bound.as_widget(attrs=attrs))


def options(bound: BoundField) -> list[Option]:
    """The buttons of a choice."""
    icons: Mapping[str, str] = getattr(bound.field.widget, "icons", {})
    return [option(sub, icons) for sub in bound]


def option(sub: BoundWidget, icons: Mapping[str, str]) -> Option:
    """One button: its radio, its words, its icon."""
    data = sub.data
    # What Django's own template of an input draws, which costs ten times as much.
    tag = format_html(
        '<input type="{}" name="{}" value="{}"{}>',
        data["type"],
        data["name"],
        data["value"],
        flatatt(data["attrs"]),
    )
    return Option(
        tag=tag,
        label=str(sub.choice_label),
        icon=icons.get(str(sub.data["value"]), ""),
    )


def says_required(bound: BoundField) -> bool:
    """Write 必填? Not beside a choice that is already made."""
    return bound.field.required and not (kind(bound) == "options" and bound.initial)


def render(bound: BoundField, *, css: str = "", label: str = "", hint: str = "") -> SafeString:
    """The whole field: label, control, hint and errors, tied together for screen readers."""
    shape = kind(bound)
    if shape == "hidden":
        return conditional_escape(str(bound))
    context = {
        "field": bound,
        "kind": shape,
        "css": css,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "hint_id": f"{bound.auto_id}_helptext",
        "error_id": f"{bound.auto_id}_error",
        "required": says_required(bound),
        "control": None if shape == "options" else control(bound),
        "options": options(bound) if shape == "options" else [],
    }
    return conditional_escape(render_to_string("ui/_field.html", context))


def error_rows(form: BaseForm) -> list[ErrorRow]:
    """What is wrong with a refused form, in the order of its fields; the form's own first."""
    rows = [ErrorRow("", "", str(message)) for message in form.non_field_errors()]
    for name in form.fields:
        bound = form[name]
        anchor = bound.id_for_label or f"{bound.auto_id}_0"
        rows += [ErrorRow(anchor, str(bound.label), str(message)) for message in bound.errors]
    return rows


class SpokenMoment(forms.Field):
    """A moment as people say it (后天 16:00, 周五下午, 2026-03-14 16:00); cleans to `Understood`.

    The page echoes what was understood while it is typed; without scripts the form does the same.
    With ``past`` it is about what has happened: 周五 is the last Friday.
    """

    default_error_messages = {
        "unclear": _("Not understood. Write a day and a time, such as 2026-03-14 16:00."),
        "range": _("A date between 2000 and 2100."),
    }
    widget = forms.TextInput

    def __init__(self, *, past: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.past = past
        self.widget.attrs |= {
            "data-date-url": reverse_lazy("ui:read_moment"),
            **({"data-past": "1"} if past else {}),
            "autocomplete": "off",
            "enterkeyhint": "done",
            "maxlength": LONGEST,
        }

    def to_python(self, value: Any) -> Understood | None:
        """What the words mean now, in the store's zone."""
        if value in self.empty_values or isinstance(value, Understood):
            return value or None
        found = read_words(str(value), timezone.localtime(), past=self.past)
        if found is None:
            raise ValidationError(self.error_messages["unclear"], code="unclear")
        if not EARLIEST_DAY <= found.at.date() <= LATEST_DAY:
            raise ValidationError(self.error_messages["range"], code="range")
        return found

    def prepare_value(self, value: Any) -> Any:
        """A stored moment as figures: 2026-03-14 16:00, or the day alone."""
        if isinstance(value, Understood):
            shape = "%Y-%m-%d" if value.untimed else "%Y-%m-%d %H:%M"
            return timezone.localtime(value.at).strftime(shape)
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        return value
