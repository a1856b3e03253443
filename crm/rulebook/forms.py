"""Setting a number of the rulebook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.rulebook.lines import TEXT, TIME
from crm.rulebook.queues.numbers import Held
from crm.ui.forms import Line, WholeNumber
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
        text = value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)
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
