"""Pages and verbs of customers and cards."""

from crm.customers.views.edits import (
    assess_willingness,
    correct_channel,
    judge_level,
    name_referrer,
    update_needs,
    update_profile,
)
from crm.customers.views.lists import cards
from crm.customers.views.numbers import check_phone, reveal_phone
from crm.customers.views.ownership import conflict, conflicts, report_duplicate, rule_conflict

__all__ = [
    "assess_willingness",
    "cards",
    "check_phone",
    "conflict",
    "conflicts",
    "correct_channel",
    "judge_level",
    "name_referrer",
    "report_duplicate",
    "reveal_phone",
    "rule_conflict",
    "update_needs",
    "update_profile",
]
