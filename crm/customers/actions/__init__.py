"""Verbs of customers and cards; the only place that changes them."""

from crm.customers.actions.cards import (
    CARD_FIELDS,
    CUSTOMER_FIELDS,
    NEED_FIELDS,
    PhoneTaken,
    create_card,
)
from crm.customers.actions.consent import note_consent
from crm.customers.actions.contact_dates import hold_card, note_contact_dates
from crm.customers.actions.edits import (
    assess_willingness,
    change_level,
    correct_channel,
    judge_level,
    update_needs,
    update_profile,
)
from crm.customers.actions.erasing import close_erased, mark_anonymised
from crm.customers.actions.news import News, note_news
from crm.customers.actions.numbers_shown import (
    TooManyReveals,
    count_phone_check,
    keep_numbers_shown,
    note_phone_search,
    note_phones_shown,
    reveal_phone,
    told_of_taken,
)
from crm.customers.actions.ownership import hand_over, report_duplicate, rule_conflict
from crm.customers.actions.referring import name_referrer
from crm.customers.actions.stages import mark_delivered, mark_ordered, mark_prospect_again
from crm.customers.actions.timeline import note, veil

__all__ = [
    "CARD_FIELDS",
    "CUSTOMER_FIELDS",
    "NEED_FIELDS",
    "News",
    "PhoneTaken",
    "TooManyReveals",
    "assess_willingness",
    "change_level",
    "close_erased",
    "correct_channel",
    "count_phone_check",
    "create_card",
    "hand_over",
    "hold_card",
    "judge_level",
    "keep_numbers_shown",
    "mark_anonymised",
    "mark_delivered",
    "mark_ordered",
    "mark_prospect_again",
    "name_referrer",
    "note",
    "note_consent",
    "note_contact_dates",
    "note_news",
    "note_phone_search",
    "note_phones_shown",
    "report_duplicate",
    "reveal_phone",
    "rule_conflict",
    "told_of_taken",
    "update_needs",
    "update_profile",
    "veil",
]
