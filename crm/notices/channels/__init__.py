"""The ways out of the house: one small interface, and which of them this installation has.

Addresses and secrets come from the environment only, never from a form (security.md D54).
Nothing here is imported by a web page but `names`; `loading` builds the channels for the worker.
"""

from crm.notices.channels.interface import Channel, Failed, Message, Refused, mask_name
from crm.notices.channels.names import DEFAULTS, GROUPS, LABELS, Limits, set_up

__all__ = [
    "DEFAULTS",
    "GROUPS",
    "LABELS",
    "Channel",
    "Failed",
    "Limits",
    "Message",
    "Refused",
    "mask_name",
    "set_up",
]
