"""A link for a customer: until when it is good."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.ui.forms import Day
from crm.ui.versioned import SentOnceForm
from visits.models import Visit


class LinkForm(SentOnceForm):
    """Until when a link may be answered."""

    until = Day(label=_("Open until"))

    def __init__(self, *args: Any, visit: Visit, last_day: dt.date, **options: Any) -> None:
        options["initial"] = {"version": visit.version, "until": last_day}
        super().__init__(*args, **options)
