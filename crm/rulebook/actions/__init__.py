"""Verbs of the rulebook that people press; what a release brings along is `seeding`."""

from crm.rulebook.actions.calendar import (
    remove_calendar_day,
    set_calendar_day,
    set_opening_hours,
)
from crm.rulebook.actions.numbers import set_number
from crm.rulebook.actions.options import (
    Labels,
    add_option,
    bring_back_option,
    move_option,
    rename_option,
    retire_option,
)

__all__ = [
    "Labels",
    "add_option",
    "bring_back_option",
    "move_option",
    "remove_calendar_day",
    "rename_option",
    "retire_option",
    "set_calendar_day",
    "set_number",
    "set_opening_hours",
]
