"""What rings when, what was delivered, each person's inbox, and the worker's pulse."""

from crm.notices.models.channels import Channel
from crm.notices.models.deliveries import Delivery, DeliveryQuerySet, Preference
from crm.notices.models.mails import CustomerMail
from crm.notices.models.messages import (
    MESSAGE_FIELDS,
    SNOOZES_AT_MOST,
    About,
    Message,
    Notice,
    NoticeQuerySet,
    Word,
    message_fields,
)
from crm.notices.models.pulse import Heartbeat
from crm.notices.models.reminders import Reminder, ReminderQuerySet

__all__ = [
    "MESSAGE_FIELDS",
    "SNOOZES_AT_MOST",
    "About",
    "Channel",
    "CustomerMail",
    "Delivery",
    "DeliveryQuerySet",
    "Heartbeat",
    "Message",
    "Notice",
    "NoticeQuerySet",
    "Preference",
    "Reminder",
    "ReminderQuerySet",
    "Word",
    "message_fields",
]
