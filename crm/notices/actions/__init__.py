"""Arming, moving and voiding reminders, and what a person does in the inbox.

Rooms above call the first two files inside their own transaction: the rows commit with the
change that made them, and cancelling commits with the contact that ended them.
"""

from crm.notices.actions.arming import Bell, Occasion, remind, remind_many, ring, ring_many, tell
from crm.notices.actions.channels import change_channel, resume_channel
from crm.notices.actions.inbox import mark_all_seen, mark_seen, snooze_notice
from crm.notices.actions.links import forget_wrong_links, note_sent, note_wrong_link
from crm.notices.actions.preferences import save_preferences
from crm.notices.actions.sends import (
    cancel_delivery,
    cancel_reminder,
    confirm_arrival,
    release_deliveries,
    resend_delivery,
    retry_reminder,
)
from crm.notices.actions.voiding import (
    cancel,
    close,
    hand_over,
    lines_of,
    mark_approved,
    move,
    shift,
    silence,
    spare,
)
from crm.notices.roles import Desk

__all__ = [
    "Bell",
    "Desk",
    "Occasion",
    "cancel",
    "cancel_delivery",
    "cancel_reminder",
    "change_channel",
    "close",
    "confirm_arrival",
    "forget_wrong_links",
    "hand_over",
    "lines_of",
    "mark_all_seen",
    "mark_approved",
    "mark_seen",
    "move",
    "note_sent",
    "note_wrong_link",
    "release_deliveries",
    "remind",
    "remind_many",
    "resend_delivery",
    "resume_channel",
    "retry_reminder",
    "ring",
    "ring_many",
    "save_preferences",
    "shift",
    "silence",
    "snooze_notice",
    "spare",
    "tell",
]
