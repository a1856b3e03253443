"""Lists of cards, the search, and what each part of the card page shows."""

from crm.customers.queues.changes import changes_of
from crm.customers.queues.lists import (
    CardList,
    card_list,
    conflict_evidence,
    first_conflicts,
    open_conflicts,
    possible_owners,
    saved_ruling,
)
from crm.customers.queues.parts import (
    Numbers,
    Stage,
    calls_refused,
    card_for_page,
    card_head,
    contact_refused,
    needs_of,
    profile_of,
    refusals_of,
    stages_of,
    willingness_of,
)
from crm.customers.queues.search import held_elsewhere, whole_phone
from crm.customers.queues.spoken import public_salutation, salutation
from crm.customers.queues.vips import is_vip, leads_given, vips

__all__ = [
    "CardList",
    "Numbers",
    "Stage",
    "calls_refused",
    "card_for_page",
    "card_head",
    "card_list",
    "changes_of",
    "conflict_evidence",
    "contact_refused",
    "first_conflicts",
    "held_elsewhere",
    "is_vip",
    "leads_given",
    "needs_of",
    "open_conflicts",
    "possible_owners",
    "profile_of",
    "public_salutation",
    "refusals_of",
    "salutation",
    "saved_ruling",
    "stages_of",
    "vips",
    "whole_phone",
    "willingness_of",
]
