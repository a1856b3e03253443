"""Pages of tickets, departments' tasks and cases."""

from complaints.views.answers import (
    acknowledge_briefing,
    alarm_ticket,
    close_ticket,
    decide_proposal,
    hear_customer,
    judge_severity,
    make_answer_link,
    propose_solution,
    reopen_complaint,
    reply_ticket,
    take_back_proposal,
    withdraw_ticket,
)
from complaints.views.attaching import attach_files, attach_to_task
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
from complaints.views.claiming import claim_ticket, claim_tickets, next_ticket
from complaints.views.complaints import (
    answer_opinion,
    contact_customer,
    merge_ticket,
    miss_customer,
    pause_clocks,
    resume_clocks,
    visit_site,
    waive_visit,
)
from complaints.views.corrections import (
    correction,
    corrections,
    give_correction,
    report_correction,
    start_correction,
    verify_correction,
    waive_correction,
)
from complaints.views.files import authority, files
from complaints.views.following import register_anew, reject_ticket
from complaints.views.helping import ask_for_help
from complaints.views.intake import complaint_sheet, lodge_complaint
from complaints.views.ledgers import ledger_page
from complaints.views.linking import link_ticket, unlink_ticket
from complaints.views.links import (
    answer_links,
    intake_links,
    make_intake_link,
    revoke_answer_link,
    revoke_intake_link,
)
from complaints.views.mails import reply_letter, resend_reply
from complaints.views.outside import complain_by_link, confirm_answer
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
from complaints.views.ready import (
    change_macro,
    change_template,
    create_macro,
    create_template,
    macros,
    reply_templates,
)
from complaints.views.running import run_macro
from complaints.views.suggesting import suggest_cases
from complaints.views.tickets import tasks, ticket, tickets
from complaints.views.together import offer_tickets, route_tickets
from complaints.views.verbs import (
    ask_department,
    confirm_ticket,
    convert_problem,
    name_colleague,
    offer_ticket,
    plan_stage,
    route_ticket,
    tell_customer,
)
from complaints.views.verifications import give_opinion, hear_colleague, verify_complaint
from complaints.views.watching import watch_ticket

__all__ = [
    "accept_task",
    "acknowledge_briefing",
    "alarm_ticket",
    "answer_links",
    "answer_opinion",
    "ask_department",
    "ask_for_help",
    "attach_files",
    "attach_to_task",
    "authority",
    "call_off_task",
    "case",
    "cases",
    "cause_tickets",
    "causes",
    "change_macro",
    "change_template",
    "claim_ticket",
    "claim_tickets",
    "close_ticket",
    "complain_by_link",
    "complaint_sheet",
    "complete_stage",
    "complete_task",
    "confirm_answer",
    "confirm_ticket",
    "contact_customer",
    "convert_problem",
    "correction",
    "corrections",
    "create_macro",
    "create_template",
    "decide_case",
    "decide_proposal",
    "decline_ticket",
    "draft_case",
    "edit_case",
    "files",
    "give_correction",
    "give_opinion",
    "hear_colleague",
    "hear_customer",
    "intake_links",
    "judge_severity",
    "ledger_page",
    "link_ticket",
    "lodge_complaint",
    "macros",
    "make_answer_link",
    "make_intake_link",
    "merge_ticket",
    "miss_customer",
    "name_colleague",
    "next_ticket",
    "note_ticket",
    "offer_ticket",
    "offer_tickets",
    "pause_clocks",
    "plan_stage",
    "propose_solution",
    "refuse_task",
    "register_anew",
    "reject_ticket",
    "reopen_complaint",
    "reply_letter",
    "reply_templates",
    "reply_ticket",
    "report_correction",
    "report_progress",
    "resend_reply",
    "resume_clocks",
    "retire_case",
    "revoke_answer_link",
    "revoke_intake_link",
    "route_ticket",
    "route_tickets",
    "run_macro",
    "start_correction",
    "submit_case",
    "suggest_cases",
    "take_back_proposal",
    "take_ticket",
    "tasks",
    "tell_customer",
    "ticket",
    "tickets",
    "unlink_ticket",
    "verify_complaint",
    "verify_correction",
    "visit_site",
    "waive_correction",
    "waive_visit",
    "watch_ticket",
    "withdraw_ticket",
]
