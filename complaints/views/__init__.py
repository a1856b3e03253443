"""Pages of tickets, departments' tasks and cases."""

from complaints.views.cases import (
    case,
    cases,
    decide_case,
    draft_case,
    edit_case,
    retire_case,
    submit_case,
)
from complaints.views.causes import cause_tickets, causes
from complaints.views.claiming import claim_ticket, next_ticket
from complaints.views.complaints import (
    answer_opinion,
    contact_customer,
    merge_ticket,
    pause_clocks,
    resume_clocks,
    visit_site,
    waive_visit,
)
from complaints.views.helping import ask_for_help
from complaints.views.intake import complaint_sheet, lodge_complaint
from complaints.views.ledgers import ledger_page
from complaints.views.presses import (
    accept_task,
    call_off_task,
    complete_stage,
    complete_task,
    decline_ticket,
    note_ticket,
    refuse_task,
    report_progress,
    take_ticket,
)
from complaints.views.suggesting import suggest_cases
from complaints.views.tickets import tasks, ticket, tickets
from complaints.views.verbs import (
    ask_department,
    confirm_ticket,
    offer_ticket,
    plan_stage,
    route_ticket,
    tell_customer,
)

__all__ = [
    "accept_task",
    "answer_opinion",
    "ask_department",
    "ask_for_help",
    "call_off_task",
    "case",
    "cases",
    "cause_tickets",
    "causes",
    "claim_ticket",
    "complaint_sheet",
    "complete_stage",
    "complete_task",
    "confirm_ticket",
    "contact_customer",
    "decide_case",
    "decline_ticket",
    "draft_case",
    "edit_case",
    "ledger_page",
    "lodge_complaint",
    "merge_ticket",
    "next_ticket",
    "note_ticket",
    "offer_ticket",
    "pause_clocks",
    "plan_stage",
    "refuse_task",
    "report_progress",
    "resume_clocks",
    "retire_case",
    "route_ticket",
    "submit_case",
    "suggest_cases",
    "take_ticket",
    "tasks",
    "tell_customer",
    "ticket",
    "tickets",
    "visit_site",
    "waive_visit",
]
