"""Pages of return visits."""

from visits.views.assigning import assign_visits, change_visitor, visitors
from visits.views.audits import (
    appeal_audit,
    audit,
    audits,
    give_up_audit,
    hear_audit,
    judge_audit,
    pass_on_audit,
    settle_audit,
    try_audit,
)
from visits.views.call import call, keep_call_draft, show_number
from visits.views.care import (
    assign_care,
    care,
    care_rules,
    care_task,
    change_care_rule,
    complete_care,
    skip_care,
)
from visits.views.checks import check, check_contact, checks, miss_contact
from visits.views.corrections import (
    call_off_correction,
    correction,
    corrections,
    finish_correction,
    hand_over_correction,
    verify_correction,
)
from visits.views.draws import announce_draw, draw, draw_winners, draws
from visits.views.heard import dismiss_opportunity, findings, opportunity, take_opportunity
from visits.views.inviting import send_questionnaires
from visits.views.links import links, make_link, revoke_link, revoke_links
from visits.views.lists import visit, visits
from visits.views.mails import log_reply, remind_customer, resend_mail, write_mail
from visits.views.onsite import (
    attach_to_visit,
    enter_later,
    log_gift,
    prepare_visit,
    thank_customer,
    visit_sheet,
)
from visits.views.planning import plan_list
from visits.views.questionnaires import (
    begin_version,
    create_questionnaire,
    questionnaire,
    questionnaires,
    reopen_questionnaire,
    retire_questionnaire,
)
from visits.views.rules import change_rule, make_rule, rules
from visits.views.samples import sample, samples
from visits.views.supervision import supervision, supervision_rows
from visits.views.survey import answer_survey, save_survey, unsubscribe
from visits.views.verbs import (
    appoint_visit,
    assign_visit,
    cancel_visit,
    decline_visit,
    give_up_visit,
    reopen_visit,
    try_visit,
)
from visits.views.versions import (
    approve_version,
    discard_version,
    return_version,
    submit_version,
    take_back_version,
    version,
)
from visits.views.wishes import lift_refusal, note_refusals
from visits.views.writing import (
    add_ready_section,
    arrange_version,
    put_question,
    put_section,
    rename_questionnaire,
    write_version,
)

__all__ = [
    "add_ready_section",
    "announce_draw",
    "answer_survey",
    "appeal_audit",
    "appoint_visit",
    "approve_version",
    "arrange_version",
    "assign_care",
    "assign_visit",
    "assign_visits",
    "attach_to_visit",
    "audit",
    "audits",
    "begin_version",
    "call",
    "call_off_correction",
    "cancel_visit",
    "care",
    "care_rules",
    "care_task",
    "change_care_rule",
    "change_rule",
    "change_visitor",
    "check",
    "check_contact",
    "checks",
    "complete_care",
    "correction",
    "corrections",
    "create_questionnaire",
    "decline_visit",
    "discard_version",
    "dismiss_opportunity",
    "draw",
    "draw_winners",
    "draws",
    "enter_later",
    "findings",
    "finish_correction",
    "give_up_audit",
    "give_up_visit",
    "hand_over_correction",
    "hear_audit",
    "judge_audit",
    "keep_call_draft",
    "lift_refusal",
    "links",
    "log_gift",
    "log_reply",
    "make_link",
    "make_rule",
    "miss_contact",
    "note_refusals",
    "opportunity",
    "pass_on_audit",
    "plan_list",
    "prepare_visit",
    "put_question",
    "put_section",
    "questionnaire",
    "questionnaires",
    "remind_customer",
    "rename_questionnaire",
    "reopen_questionnaire",
    "reopen_visit",
    "resend_mail",
    "retire_questionnaire",
    "return_version",
    "revoke_link",
    "revoke_links",
    "rules",
    "sample",
    "samples",
    "save_survey",
    "send_questionnaires",
    "settle_audit",
    "show_number",
    "skip_care",
    "submit_version",
    "supervision",
    "supervision_rows",
    "take_back_version",
    "take_opportunity",
    "thank_customer",
    "try_audit",
    "try_visit",
    "unsubscribe",
    "verify_correction",
    "version",
    "visit",
    "visit_sheet",
    "visitors",
    "visits",
    "write_mail",
    "write_version",
]
