"""How long a line of the inbox is put off."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

SNOOZES = ((30, _("30 minutes")), (120, _("2 hours")), (1440, _("1 day")))
VERSION_AT_MOST = 2**31 - 1


class SnoozeForm(forms.Form):
    """One of three lengths, and the version of the line the reader saw."""

    minutes = forms.TypedChoiceField(choices=SNOOZES, coerce=int)
    version = forms.IntegerField(min_value=1, max_value=VERSION_AT_MOST)
