"""What one figure among many of its kind is about: a class, a reason, a brand."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from complaints.models import Ticket
from crm.reports.kpis import BRAND, CLASS, REASON, subject_of
from crm.reports.kpis.lost import LOST, NO_REASON
from crm.rulebook.queues import option_labels
from visits.queues.reasons import reason_words


def subject_words(key: str) -> str:
    """The class, the reason or the brand a figure is about, in the reader's words."""
    if category := subject_of(key, CLASS):
        return str(Ticket.Category(category).label)
    if reason := subject_of(key, LOST):
        return lost_words("" if reason == NO_REASON else reason)
    reason = subject_of(key, REASON)
    return reason_words(reason) if reason else subject_of(key, BRAND)


def lost_words(reason: str) -> str:
    """Why customers were lost, of one reason; of many `lost_namer` asks once."""
    return lost_namer()(reason)


def lost_namer() -> Callable[[str | None], str]:
    """Names reasons of losses: the words of the option, else the text as it was kept."""
    labels = option_labels("lost_reason")
    return lambda reason: labels.get(reason or "", reason) or _("No reason given")
