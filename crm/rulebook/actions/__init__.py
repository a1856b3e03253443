"""Verbs of the rulebook that people press; what a release brings along is `seeding`."""

from crm.rulebook.actions.calendar import (
    remove_calendar_day,
    set_calendar_day,
    set_opening_hours,
)
from crm.rulebook.actions.numbers import set_number

__all__ = ["remove_calendar_day", "set_calendar_day", "set_number", "set_opening_hours"]
