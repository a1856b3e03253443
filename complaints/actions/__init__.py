"""Verbs of tickets, departments and cases; the only place that changes them."""

from complaints.actions.answering import confirm_ticket, promises_of, reopen_ticket, tell_customer
from complaints.actions.cases import (
    PARTS,
    decide_case,
    draft_case,
    edit_case,
    retire_case,
    submit_case,
)
from complaints.actions.departments import (
    accept_task,
    complete_task,
    refuse_task,
    report_progress,
)
from complaints.actions.handing import decline_ticket, offer_ticket, take_ticket
from complaints.actions.helping import ask_for_help
from complaints.actions.leaving import hand_over_stages, hand_over_tasks
from complaints.actions.registering import register_ticket
from complaints.actions.routing import ask_department, call_off_task, route_ticket
from complaints.actions.telling import chase, thread
from complaints.actions.thread import note_ticket
from complaints.actions.timetable import complete_stage, plan_stage

__all__ = [
    "PARTS",
    "accept_task",
    "ask_department",
    "ask_for_help",
    "call_off_task",
    "chase",
    "complete_stage",
    "complete_task",
    "confirm_ticket",
    "decide_case",
    "decline_ticket",
    "draft_case",
    "edit_case",
    "hand_over_stages",
    "hand_over_tasks",
    "note_ticket",
    "offer_ticket",
    "plan_stage",
    "promises_of",
    "refuse_task",
    "register_ticket",
    "reopen_ticket",
    "report_progress",
    "retire_case",
    "route_ticket",
    "submit_case",
    "take_ticket",
    "tell_customer",
    "thread",
]
