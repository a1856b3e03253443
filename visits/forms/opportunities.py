"""What an owner makes of a need heard on a visit (RV-05)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.ui.forms import Line
from crm.ui.versioned import SentOnceForm
from visits.models import Opportunity


class TakeForm(SentOnceForm):
    """Nothing to fill in: what the customer said is the reason."""

    def __init__(self, *args: Any, opportunity: Opportunity, **options: Any) -> None:
        options["initial"] = {"version": opportunity.version}
        super().__init__(*args, **options)


class DismissForm(TakeForm):
    """Why it is not followed up."""

    reason = Line(label=_("Why it is not followed up"), max_length=200)
