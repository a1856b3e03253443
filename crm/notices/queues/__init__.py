"""What waits in an inbox, who is on duty, and how the worker is doing."""

from crm.notices.queues.arming import ArmingFacts, arming_facts, on_duty, store_hours
from crm.notices.queues.screens import (
    TICKER,
    ChannelLine,
    WorkerStatus,
    channel_lines,
    inbox,
    lines_of_digest,
    never_seen,
    number_of,
    paused_channels,
    preference_of,
    pulse_and,
    read_pulse,
    standing_still,
    unread_count,
    worker_status,
    worker_status_and,
)
from crm.notices.queues.trouble import Trouble, decided_first, in_trouble

__all__ = [
    "TICKER",
    "ArmingFacts",
    "ChannelLine",
    "Trouble",
    "WorkerStatus",
    "arming_facts",
    "channel_lines",
    "decided_first",
    "in_trouble",
    "inbox",
    "lines_of_digest",
    "never_seen",
    "number_of",
    "on_duty",
    "paused_channels",
    "preference_of",
    "pulse_and",
    "read_pulse",
    "standing_still",
    "store_hours",
    "unread_count",
    "worker_status",
    "worker_status_and",
]
