"""A link for a customer: until when it is good."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.ui.forms import Day


class LinkForm(forms.Form):
    """Until when a link may be answered."""

    until = Day(label=_("Open until"))
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, last_day: dt.date, **options: Any) -> None:
        options["initial"] = {"until": last_day}
        super().__init__(*args, **options)
