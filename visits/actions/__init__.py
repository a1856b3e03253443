"""Verbs of return visits; the only place that changes them."""

from visits.actions.appeals import appeal_audit, settle_audit
from visits.actions.approving import (
    approve_version,
    return_version,
    submit_version,
    take_back_version,
)
from visits.actions.assigning import assign_visit, assign_visits, assign_waiting
from visits.actions.attaching import attach_to_visit
from visits.actions.auditing import (
    AUDIT_ENDS,
    Found,
    Judged,
    give_up_audit,
    hear_audit,
    judge_audit,
    try_audit,
)
from visits.actions.calling_off import call_off_erased, call_off_reopened, call_off_unwished
from visits.actions.care_ends import (
    assign_care,
    call_off_care_of,
    call_off_care_on,
    call_off_unwished_care,
    complete_care,
    follow_new_owner,
    hand_over_care,
    skip_care,
)
from visits.actions.care_rules import change_care_rule, seed_care
from visits.actions.caring import arm_care, move_care, plan_care, plan_care_after_delivery
from visits.actions.checks import CHECK_ENDS, check_contact, give_checks, miss_contact
from visits.actions.correcting import (
    call_off_correction,
    finish_correction,
    hand_over_correction,
    verify_correction,
)
from visits.actions.draws import announce_draw, draw_winners
from visits.actions.ending import (
    appoint_visit,
    cancel_visit,
    decline_visit,
    give_up_visit,
    try_visit,
)
from visits.actions.hearing import Finding, Heard
from visits.actions.inviting import Invitations, send_questionnaires
from visits.actions.links import make_link, revoke_link, revoke_links
from visits.actions.mails import log_reply, remind_customer, resend_mail, write_mail
from visits.actions.making import FORM, Made, complete_visit, keep_answers
from visits.actions.onsite import enter_later, log_gift, prepare_visit, thank_customer
from visits.actions.opportunities import dismiss_opportunity, take_opportunity
from visits.actions.passing import pass_on_audit
from visits.actions.planning import (
    Planned,
    plan_after_answer,
    plan_after_delivery,
    plan_after_signing,
    plan_all,
    plan_list,
    plan_rule,
    plan_visits,
)
from visits.actions.problems import Problem, check_passed_on, goes_back
from visits.actions.questionnaires import (
    begin_version,
    create_questionnaire,
    discard_version,
    rename_questionnaire,
    reopen_questionnaire,
    retire_questionnaire,
)
from visits.actions.reopening import reopen_visit
from visits.actions.rules import change_rule, make_rule
from visits.actions.sampling import assign_audits, draw_audits, draw_sample, record_seed
from visits.actions.seeding import seed_visits
from visits.actions.sending import send_mails
from visits.actions.surveys import (
    LinkClosed,
    Submitted,
    answer_survey,
    save_survey,
    unsubscribe,
)
from visits.actions.visitors import change_visitor
from visits.actions.wishes import lift_refusal, note_refusals
from visits.actions.writing import (
    add_ready_section,
    arrange_version,
    put_question,
    put_section,
)

__all__ = [
    "AUDIT_ENDS",
    "CHECK_ENDS",
    "FORM",
    "Finding",
    "Found",
    "Heard",
    "Invitations",
    "Judged",
    "LinkClosed",
    "Made",
    "Planned",
    "Problem",
    "Submitted",
    "add_ready_section",
    "announce_draw",
    "answer_survey",
    "appeal_audit",
    "appoint_visit",
    "approve_version",
    "arm_care",
    "arrange_version",
    "assign_audits",
    "assign_care",
    "assign_visit",
    "assign_visits",
    "assign_waiting",
    "attach_to_visit",
    "begin_version",
    "call_off_care_of",
    "call_off_care_on",
    "call_off_correction",
    "call_off_erased",
    "call_off_reopened",
    "call_off_unwished",
    "call_off_unwished_care",
    "cancel_visit",
    "change_care_rule",
    "change_rule",
    "change_visitor",
    "check_contact",
    "check_passed_on",
    "complete_care",
    "complete_visit",
    "create_questionnaire",
    "decline_visit",
    "discard_version",
    "dismiss_opportunity",
    "draw_audits",
    "draw_sample",
    "draw_winners",
    "enter_later",
    "finish_correction",
    "follow_new_owner",
    "give_checks",
    "give_up_audit",
    "give_up_visit",
    "goes_back",
    "hand_over_care",
    "hand_over_correction",
    "hear_audit",
    "judge_audit",
    "keep_answers",
    "lift_refusal",
    "log_gift",
    "log_reply",
    "make_link",
    "make_rule",
    "miss_contact",
    "move_care",
    "note_refusals",
    "pass_on_audit",
    "plan_after_answer",
    "plan_after_delivery",
    "plan_after_signing",
    "plan_all",
    "plan_care",
    "plan_care_after_delivery",
    "plan_list",
    "plan_rule",
    "plan_visits",
    "prepare_visit",
    "put_question",
    "put_section",
    "record_seed",
    "remind_customer",
    "rename_questionnaire",
    "reopen_questionnaire",
    "reopen_visit",
    "resend_mail",
    "retire_questionnaire",
    "return_version",
    "revoke_link",
    "revoke_links",
    "save_survey",
    "seed_care",
    "seed_visits",
    "send_mails",
    "send_questionnaires",
    "settle_audit",
    "skip_care",
    "submit_version",
    "take_back_version",
    "take_opportunity",
    "thank_customer",
    "try_audit",
    "try_visit",
    "unsubscribe",
    "verify_correction",
    "write_mail",
]
