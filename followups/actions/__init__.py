"""Verbs of plans, planned contacts and the contact log; the only place that changes them."""

from followups.actions.cards import open_card
from followups.actions.care import log_care
from followups.actions.contacts import GONE, log_contact
from followups.actions.decisions import (
    CRITERIA,
    approve_plan,
    approve_plans,
    return_plan,
    undo_approval,
)
from followups.actions.erasing import close_erased
from followups.actions.planned import cancel_planned, reschedule_planned
from followups.actions.planning import arm_reminders
from followups.actions.plans import (
    add_step,
    begin_plan,
    cancel_plan,
    cancel_plan_of,
    change_step,
    complete_plan,
    follow_owner,
    remove_step,
    resume_plan,
    submit_plan,
    take_back,
)

__all__ = [
    "CRITERIA",
    "GONE",
    "add_step",
    "approve_plan",
    "approve_plans",
    "arm_reminders",
    "begin_plan",
    "cancel_plan",
    "cancel_plan_of",
    "cancel_planned",
    "change_step",
    "close_erased",
    "complete_plan",
    "follow_owner",
    "log_care",
    "log_contact",
    "open_card",
    "remove_step",
    "reschedule_planned",
    "resume_plan",
    "return_plan",
    "submit_plan",
    "take_back",
    "undo_approval",
]
