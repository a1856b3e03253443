"""Arming, moving and voiding reminders, and what a person does in the inbox.

Rooms above call the first two files inside their own transaction: the rows commit with the
change that made them, and cancelling commits with the contact that ended them.
"""

from crm.notices.actions.arming import Occasion, remind, remind_many, ring, tell
from crm.notices.actions.inbox import mark_all_seen, mark_seen, snooze_notice
from crm.notices.actions.voiding import cancel, hand_over, mark_approved, move
from crm.notices.roles import Desk

__all__ = [
    "Desk",
    "Occasion",
    "cancel",
    "hand_over",
    "mark_all_seen",
    "mark_approved",
    "mark_seen",
    "move",
    "remind",
    "remind_many",
    "ring",
    "snooze_notice",
    "tell",
]
