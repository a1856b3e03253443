"""The trail in words: pages that were refused or asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

# The pages of one visit and of one need for a car.
OF_A_VISIT = (
    *("visit", "try_visit", "appoint_visit", "decline_visit", "give_up_visit", "cancel_visit"),
    *("assign_visit", "prepare_visit", "log_gift", "thank_customer", "enter_later"),
)
OF_A_NEED = ("opportunity", "take_opportunity", "dismiss_opportunity")
# Pages that are no verb, for those who were refused them; a verb's page has the verb's words.
PAGES: Mapping[str, Any] = {
    "home:card": _("Customer card"),
    "home:users": _("Users"),
    "home:user_page": _("User"),
    "home:grants": _("Roles to approve"),
    "home:stores": _("Stores"),
    "home:teams": _("Teams"),
    "home:departments": _("Departments"),
    "home:search": _("Search"),
    "customers:list": _("Customers"),
    "customers:conflict": _("Ownership conflict"),
    "customers:conflicts": _("Ownership conflicts"),
    "followups:my_day": _("My day"),
    "followups:plans": _("Follow-up plans"),
    "followups:plan": _("Follow-up plan"),
    "followups:approval_queue": _("Plan approval"),
    "followups:log_card_contact": _("Contact logged"),
    "followups:open_card": _("Card opened"),
    "complaints:list": _("Complaints"),
    "complaints:ticket": _("Ticket"),
    "complaints:tasks": _("Departments' tasks"),
    "complaints:cases": _("Case library"),
    "complaints:case": _("Case"),
    "visits:list": _("Return visits"),
    "visits:plan_list": _("Visit a list"),
    "visits:rules": _("Visit rules"),
    "visits:audits": _("Visit audits"),
    "visits:audit": _("Visit audit"),
    "visits:samples": _("Audit samples"),
    "visits:sample": _("Audit sample"),
    "visits:change_rule": _("Visit rule"),
    "visits:call": _("Visit call"),
    "visits:keep_call_draft": _("Visit call"),
    "visits:assign_visits": _("Assign visits"),
    "visits:visitors": _("Visitors"),
    "visits:change_visitor": _("Visitor"),
    "visits:visit_sheet": _("Visit sheet"),
    **{f"visits:{name}": _("Return visit") for name in OF_A_VISIT},
    "visits:findings": _("Other brands"),
    **{f"visits:{name}": _("A need for another car") for name in OF_A_NEED},
    "visits:write_mail": _("Write to the customer"),
    "visits:log_reply": _("Reply of the customer"),
    "visits:resend_mail": _("Mail to a customer"),
    "visits:remind_customer": _("Mail to a customer"),
    "visits:links": _("Questionnaires with customers"),
    "visits:make_link": _("Questionnaire for the customer"),
    "visits:revoke_link": _("Questionnaire link"),
    "visits:revoke_links": _("Questionnaires with customers"),
    "promises:list": _("Promises"),
    "promises:promise": _("Promise"),
    "promises:answer_promise": _("Promise"),
    "promises:move_promise": _("Promise"),
    "reception:log": _("Reception log"),
    "reports:dashboard": _("Dashboard"),
    "reports:rows": _("Rows of a figure"),
    "reports:visit_analysis": _("Visit analysis"),
    "reports:visit_rows": _("Rows of a figure"),
    "reports:visit_reports": _("Visit reports"),
    "reports:visit_report": _("Visit summary report"),
    "reports:measures": _("Measures"),
    "reports:measure": _("Measure"),
    "records:trail": _("Audit trail"),
    "records:sign_ins": _("Sign-ins"),
    "exchange:imports": _("Imports"),
    "exchange:exports": _("Exports"),
}
