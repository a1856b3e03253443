"""What waits in an inbox, who is on duty, and how the worker is doing."""

from crm.notices.queues.arming import ArmingFacts, arming_facts, on_duty, store_hours
from crm.notices.queues.screens import (
    TICKER,
    ChannelLine,
    WorkerStatus,
    channel_lines,
    dead_reminders,
    inbox,
    lines_of_digest,
    number_of,
    paused_channels,
    preference_of,
    sends_in_trouble,
    standing_still,
    unread_count,
    worker_status,
    worker_status_and,
)

__all__ = [
    "TICKER",
    "ArmingFacts",
    "ChannelLine",
    "WorkerStatus",
    "arming_facts",
    "channel_lines",
    "dead_reminders",
    "inbox",
    "lines_of_digest",
    "number_of",
    "on_duty",
    "paused_channels",
    "preference_of",
    "sends_in_trouble",
    "standing_still",
    "store_hours",
    "unread_count",
    "worker_status",
    "worker_status_and",
]
