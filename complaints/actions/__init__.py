"""Verbs of tickets, departments and cases; the only place that changes them."""

from complaints.actions.answering import confirm_ticket, reopen_ticket, tell_customer
from complaints.actions.approving import (
    Solution,
    decide_proposal,
    propose_solution,
    take_back_proposal,
)
from complaints.actions.attaching import attach_files, attach_to_task, limits_of
from complaints.actions.calendars import follow_calendars, work_out_anew
from complaints.actions.cases import (
    PARTS,
    decide_case,
    draft_case,
    edit_case,
    retire_case,
    submit_case,
)
from complaints.actions.claiming import claim_ticket, claim_tickets
from complaints.actions.clocks import meet_clock, start_clocks, void_clocks
from complaints.actions.closing import close_ticket, reject_ticket, withdraw_ticket
from complaints.actions.contacting import (
    WAYS,
    answer_opinion,
    contact_customer,
    miss_customer,
    visit_site,
    waive_visit,
)
from complaints.actions.converting import convert_problem
from complaints.actions.correcting import (
    give_correction,
    report_correction,
    start_correction,
    verify_correction,
    waive_correction,
)
from complaints.actions.departments import (
    accept_task,
    complete_task,
    refuse_task,
    report_progress,
)
from complaints.actions.following import register_anew
from complaints.actions.handing import decline_ticket, offer_ticket, take_ticket
from complaints.actions.hearing import hear_colleague
from complaints.actions.helping import ask_for_help
from complaints.actions.intake import BY_FORM, Told, lodge_complaint, works_in_a_store
from complaints.actions.judging import judge_severity
from complaints.actions.knowing import acknowledge_briefing, alarm_ticket
from complaints.actions.leaving import (
    hand_over_corrections,
    hand_over_stages,
    hand_over_tasks,
)
from complaints.actions.linking import link_ticket, unlink_ticket
from complaints.actions.links import (
    LinkClosed,
    answer_by_link,
    make_answer_link,
    revoke_answer_link,
)
from complaints.actions.mailing import resend_reply, send_replies
from complaints.actions.merging import merge_ticket
from complaints.actions.naming import name_colleague
from complaints.actions.outside import (
    complain_by_link,
    first_word_by,
    make_intake_link,
    revoke_intake_link,
)
from complaints.actions.pausing import pause_clocks, resume_clocks
from complaints.actions.promising import promises_of
from complaints.actions.readying import (
    change_macro,
    change_template,
    create_macro,
    create_template,
)
from complaints.actions.registering import register_ticket
from complaints.actions.replying import hear_customer, reopen_complaint, reply_ticket
from complaints.actions.routing import ask_department, call_off_task, route_ticket
from complaints.actions.running import run_macro
from complaints.actions.sweeping import sweep_clocks
from complaints.actions.telling import chase, thread
from complaints.actions.thread import note_ticket
from complaints.actions.timetable import complete_stage, plan_stage
from complaints.actions.together import Outcome, offer_tickets, route_tickets
from complaints.actions.verifying import Check, give_opinion, verify_complaint
from complaints.actions.visited import hear_on_visit
from complaints.actions.watching import forget_presences, watch_ticket

__all__ = [
    "BY_FORM",
    "PARTS",
    "WAYS",
    "Check",
    "LinkClosed",
    "Outcome",
    "Solution",
    "Told",
    "accept_task",
    "acknowledge_briefing",
    "alarm_ticket",
    "answer_by_link",
    "answer_opinion",
    "ask_department",
    "ask_for_help",
    "attach_files",
    "attach_to_task",
    "call_off_task",
    "change_macro",
    "change_template",
    "chase",
    "claim_ticket",
    "claim_tickets",
    "close_ticket",
    "complain_by_link",
    "complete_stage",
    "complete_task",
    "confirm_ticket",
    "contact_customer",
    "convert_problem",
    "create_macro",
    "create_template",
    "decide_case",
    "decide_proposal",
    "decline_ticket",
    "draft_case",
    "edit_case",
    "first_word_by",
    "follow_calendars",
    "forget_presences",
    "give_correction",
    "give_opinion",
    "hand_over_corrections",
    "hand_over_stages",
    "hand_over_tasks",
    "hear_colleague",
    "hear_customer",
    "hear_on_visit",
    "judge_severity",
    "limits_of",
    "link_ticket",
    "lodge_complaint",
    "make_answer_link",
    "make_intake_link",
    "meet_clock",
    "merge_ticket",
    "miss_customer",
    "name_colleague",
    "note_ticket",
    "offer_ticket",
    "offer_tickets",
    "pause_clocks",
    "plan_stage",
    "promises_of",
    "propose_solution",
    "refuse_task",
    "register_anew",
    "register_ticket",
    "reject_ticket",
    "reopen_complaint",
    "reopen_ticket",
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
    "send_replies",
    "start_clocks",
    "start_correction",
    "submit_case",
    "sweep_clocks",
    "take_back_proposal",
    "take_ticket",
    "tell_customer",
    "thread",
    "unlink_ticket",
    "verify_complaint",
    "verify_correction",
    "visit_site",
    "void_clocks",
    "waive_correction",
    "waive_visit",
    "watch_ticket",
    "withdraw_ticket",
    "work_out_anew",
    "works_in_a_store",
]
