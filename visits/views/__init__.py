"""Pages of return visits."""

from visits.views.assigning import assign_visits, change_visitor, visitors
from visits.views.audits import (
    appeal_audit,
    audit,
    audits,
    give_up_audit,
    hear_audit,
    judge_audit,
    settle_audit,
    try_audit,
)
from visits.views.call import call, keep_call_draft
from visits.views.heard import dismiss_opportunity, findings, opportunity, take_opportunity
from visits.views.links import links, make_link, revoke_link, revoke_links
from visits.views.lists import visit, visits
from visits.views.mails import log_reply, remind_customer, resend_mail, write_mail
from visits.views.onsite import (
    enter_later,
    log_gift,
    prepare_visit,
    thank_customer,
    visit_sheet,
)
from visits.views.planning import plan_list
from visits.views.rules import change_rule, rules
from visits.views.samples import sample, samples
from visits.views.survey import answer_survey, save_survey, unsubscribe
from visits.views.verbs import (
    appoint_visit,
    assign_visit,
    cancel_visit,
    decline_visit,
    give_up_visit,
    try_visit,
)

__all__ = [
    "answer_survey",
    "appeal_audit",
    "appoint_visit",
    "assign_visit",
    "assign_visits",
    "audit",
    "audits",
    "call",
    "cancel_visit",
    "change_rule",
    "change_visitor",
    "decline_visit",
    "dismiss_opportunity",
    "enter_later",
    "findings",
    "give_up_audit",
    "give_up_visit",
    "hear_audit",
    "judge_audit",
    "keep_call_draft",
    "links",
    "log_gift",
    "log_reply",
    "make_link",
    "opportunity",
    "plan_list",
    "prepare_visit",
    "remind_customer",
    "resend_mail",
    "revoke_link",
    "revoke_links",
    "rules",
    "sample",
    "samples",
    "save_survey",
    "settle_audit",
    "take_opportunity",
    "thank_customer",
    "try_audit",
    "try_visit",
    "unsubscribe",
    "visit",
    "visit_sheet",
    "visitors",
    "visits",
    "write_mail",
]
