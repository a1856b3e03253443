"""Verbs of the rulebook that people press; what a release brings along is `seeding`."""

from crm.rulebook.actions.numbers import set_number

__all__ = ["set_number"]
