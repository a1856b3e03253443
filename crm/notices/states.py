"""The states of reminders, deliveries and inbox rows, and how a reminder moves. Pure."""

from __future__ import annotations

from crm.people import roles

# A reminder (reminders.md section 2, States).
PENDING = "pending"
CLAIMED = "claimed"
FIRED = "fired"
CANCELLED = "cancelled"
DEAD = "dead"
OPEN = (PENDING, CLAIMED)

REMINDER_MOVES: dict[str, frozenset[str]] = {
    PENDING: frozenset({CLAIMED, CANCELLED}),
    CLAIMED: frozenset({FIRED, PENDING, DEAD, CANCELLED}),
    FIRED: frozenset(),
    CANCELLED: frozenset(),
    DEAD: frozenset({PENDING, CANCELLED}),
}

# A delivery by a channel outside the house may also end in doubt, or be too old to go by itself.
UNKNOWN = "unknown"
HELD = "held"
TROUBLE = (DEAD, UNKNOWN, HELD)

DELIVERY_MOVES: dict[str, frozenset[str]] = {
    PENDING: frozenset({CLAIMED, HELD, CANCELLED}),
    HELD: frozenset({PENDING, CANCELLED}),
    CLAIMED: frozenset({FIRED, PENDING, DEAD, UNKNOWN, CANCELLED}),
    UNKNOWN: frozenset({PENDING, FIRED, CANCELLED}),
    DEAD: frozenset({PENDING, CANCELLED}),
    FIRED: frozenset(),
    CANCELLED: frozenset(),
}

# An inbox row (section 4.3).
NEW = "new"
SEEN = "seen"
SNOOZED = "snoozed"
CLOSED = "closed"

NOTICE_MOVES: dict[str, frozenset[str]] = {
    NEW: frozenset({SEEN, SNOOZED, CLOSED}),
    SEEN: frozenset({SNOOZED, CLOSED}),
    SNOOZED: frozenset({SEEN, SNOOZED, CLOSED}),
    CLOSED: frozenset(),
}

# The steps of one occasion, in the order they ring.
DAY_BEFORE = "day"
BEFORE = "before"
LATE_OWNER = "owner"
LATE_SUPERVISOR = "supervisor"
LATE_MANAGER = "manager"
FOR_A_DESK = (LATE_SUPERVISOR, LATE_MANAGER)

IN_APP = "app"
EMAIL, WECOM, DINGTALK, FEISHU = "email", "wecom", "dingtalk", "feishu"
NTFY, SMS = "ntfy", "sms"
OUTSIDE = (EMAIL, WECOM, DINGTALK, FEISHU, NTFY, SMS)

# Rooms whose reminders the service supervisor answers for.
SERVICE_ROOMS = ("visits", "complaints")

# Who is asked when nobody holds a role here, or its holder is the person it is about.
NEXT_ROLE_UP = {
    roles.SALES_SUPERVISOR: roles.MANAGER,
    roles.SERVICE_SUPERVISOR: roles.MANAGER,
    roles.MARKETING_SUPERVISOR: roles.MANAGER,
    roles.MANAGER: roles.GENERAL_MANAGER,
}


def led_by(room: str) -> str:
    """Whose supervisor hears of it in the place of somebody who has left: service's or sales'.

    What a customer complains of is no matter of sales (CP-20).
    """
    return roles.SERVICE_SUPERVISOR if room in SERVICE_ROOMS else roles.SALES_SUPERVISOR


# How a channel does.
RESTING, AT_LIMIT, SILENT, SENDING = "resting", "limit", "silent", "sending"
