"""How long a line is put off, how a person is told, what a channel may send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.notices.channels.names import LABELS, reaching, set_up
from crm.notices.models import Preference
from crm.people.models import User
from crm.ui.asked import VERSION_AT_MOST

SNOOZES = ((30, _("30 minutes")), (120, _("2 hours")), (1440, _("1 day")))
MINUTES = (
    ("", _("As the house does")),
    ("15", _("15 minutes")),
    ("30", _("30 minutes")),
    ("60", _("1 hour")),
    ("120", _("2 hours")),
    ("240", _("4 hours")),
)


class SnoozeForm(forms.Form):
    """One of three lengths, and the version of the line the reader saw."""

    minutes = forms.TypedChoiceField(choices=SNOOZES, coerce=int)
    version = forms.IntegerField(min_value=1, max_value=VERSION_AT_MOST)


class Clock(forms.TimeField):
    """A time of day by the store's clock, hours and minutes."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, input_formats=["%H:%M", "%H:%M:%S"], **options)


class QuietForm(forms.Form):
    """Quiet hours have a beginning and an end, or neither."""

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = found.get("quiet_from"), found.get("quiet_until")
        for name, missing in (("quiet_from", start is None), ("quiet_until", end is None)):
            if missing and (start or end) is not None and name not in self.errors:
                self.add_error(name, _("Fill in both times, or neither."))
        return found


class PreferenceForm(QuietForm):
    """Channels beside the inbox, lead times and quiet hours of one person."""

    channels = forms.MultipleChoiceField(
        label=_("Also tell me by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    day_before_at = Clock(label=_("The day before, at"))
    minutes_before = forms.TypedChoiceField(
        label=_("Before the time"),
        choices=MINUTES,
        coerce=int,
        empty_value=None,
        required=False,
    )
    quiet_from = Clock(label=_("No messages from"))
    quiet_until = Clock(label=_("No messages until"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, offered = self.fields["channels"], reaching(user)
        field.choices = [(name, LABELS[name]) for name in offered]  # type: ignore[attr-defined]
        self.without_address = [LABELS[name] for name in set_up() if name not in offered]

    @staticmethod
    def kept(preference: Preference | None) -> dict[str, Any]:
        """What the form begins with."""
        names = ("channels", "day_before_at", "minutes_before", "quiet_from", "quiet_until")
        return {name: getattr(preference, name) for name in names} if preference else {}


class ChannelForm(QuietForm):
    """What a channel may send."""

    per_minute = forms.IntegerField(
        label=_("Messages a minute at most"), min_value=1, max_value=6000
    )
    per_day = forms.IntegerField(
        label=_("Messages a day at most"), min_value=1, max_value=1_000_000
    )
    quiet_from = Clock(label=_("Silent from"))
    quiet_until = Clock(label=_("Silent until"))
