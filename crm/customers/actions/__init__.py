"""Verbs of customers and cards; the only place that changes them."""

from crm.customers.actions.cards import (
    CARD_FIELDS,
    CUSTOMER_FIELDS,
    NEED_FIELDS,
    PhoneTaken,
    create_card,
)
from crm.customers.actions.edits import (
    assess_willingness,
    change_level,
    correct_channel,
    note_contact_dates,
    update_needs,
    update_profile,
)
from crm.customers.actions.numbers_shown import TooManyReveals, note_phones_shown, reveal_phone
from crm.customers.actions.ownership import hand_over, report_duplicate, rule_conflict
from crm.customers.actions.stages import mark_delivered, mark_ordered, mark_prospect_again
from crm.customers.actions.timeline import note

__all__ = [
    "CARD_FIELDS",
    "CUSTOMER_FIELDS",
    "NEED_FIELDS",
    "PhoneTaken",
    "TooManyReveals",
    "assess_willingness",
    "change_level",
    "correct_channel",
    "create_card",
    "hand_over",
    "mark_delivered",
    "mark_ordered",
    "mark_prospect_again",
    "note",
    "note_contact_dates",
    "note_phones_shown",
    "report_duplicate",
    "reveal_phone",
    "rule_conflict",
    "update_needs",
    "update_profile",
]
