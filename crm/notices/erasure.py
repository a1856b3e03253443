"""What is left of what was told about an erased customer (D48). Pure."""

from __future__ import annotations

from crm.records.fates import CODE, CODES, EMPTY, Table, every, keep, of_nobody

BY_ID = keep("names a row by its random id")
MESSAGE = {
    **every(BY_ID, "key", "occasion", "about_id", "subject", "link_id"),
    **every(CODE, "step", "kind", "about_room", "about_model", "link_name"),
    "data": CODES,
    "ended_because": CODE,
}
NAMED_IN = ("about_id", "link_id")

TABLES = (
    Table("notices.Notice", "", MESSAGE, NAMED_IN),
    Table("notices.Reminder", "", {**MESSAGE, "last_error": EMPTY}, NAMED_IN),
    Table(
        "notices.Delivery",
        "",
        {"key": BY_ID, **every(CODE, "channel", "ended_because"), "last_error": EMPTY},
        ("notice__about_id", "notice__link_id", "reminder__about_id", "reminder__link_id"),
    ),
    of_nobody("notices.Channel", "name", "last_error"),
    of_nobody("notices.Preference", "channels", "topic", ground="about a member of staff"),
    of_nobody("notices.Heartbeat", "name", "host", "token"),
)
