"""How a mail to a customer stands: sent, replied to, or its reply overdue (RV-19). Pure."""

from __future__ import annotations

import datetime as dt

from crm.notices.mails import SENT

REPLIED, OVERDUE = "replied", "overdue"


def standing(state: str, *, replied: bool, reply_by: dt.date | None, today: dt.date) -> str:
    """The state of the row, or what has become of a mail that was sent: replied, overdue."""
    if replied:
        return REPLIED
    late = state == SENT and reply_by is not None and today > reply_by
    return OVERDUE if late else state
