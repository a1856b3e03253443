"""How a mail or text message to a customer stands, whatever room wrote it. Pure."""

from __future__ import annotations

import datetime as dt

WAITING, SENDING, SENT, FAILED, UNKNOWN = "waiting", "sending", "sent", "failed", "unknown"
# What a person may have sent once more.
AGAIN = (FAILED, UNKNOWN)
# Why one was not sent: the customer does not wish it.
UNWISHED = "unwished"
LONGEST_SEND = dt.timedelta(minutes=5)
EMAIL, SMS = "email", "sms"
