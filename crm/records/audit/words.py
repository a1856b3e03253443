"""The trail in words: rooms, actions, kinds of objects, fields, and what an auditor looks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.records.audit.page_words import PAGES

ROOMS: Mapping[str, Any] = {
    "people": _("People and access"),
    "records": _("Audit trail"),
    "customers": _("Customers"),
    "followups": _("Follow-up"),
    "reception": _("Reception log"),
    "orders": _("Orders"),
    "visits": _("Return visits"),
    "promises": _("Promises"),
    "complaints": _("Complaints"),
    "exchange": _("Import and export"),
    "reports": _("Dashboard"),
    "rulebook": _("Rulebook"),
    "notices": _("Notices"),
    "home": _("Installation"),
}

# What an auditor asks for first, each one tap away.
WATCHED: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "phones": (
        _("Phones shown"),
        ("customers.reveal_phone", "customers.search_phone", "customers.check_duplicate"),
    ),
    "exports": (
        _("Exports"),
        (
            *("exchange.export_workbook", "exchange.ask_export", "exchange.order_export"),
            *("exchange.approve_export", "exchange.refuse_export", "exchange.write_export"),
            *("exchange.download_export", "records.export_trail"),
        ),
    ),
    "imports": (
        _("Imports"),
        (
            *("exchange.import_workbook", "exchange.upload_import", "exchange.confirm_import"),
            *("exchange.approve_import", "exchange.undo_import"),
        ),
    ),
    "refused": (
        _("Access refused"),
        (
            *("records.refuse_access", "people.refuse_sign_in"),
            *("records.mass_assignment_attempt", "records.wrong_links"),
        ),
    ),
    "accounts": (
        _("Sign-ins and passwords"),
        (
            *("people.sign_in", "people.sign_out", "people.refuse_sign_in", "people.lock_out"),
            *("people.change_password", "people.use_link", "people.reset_user"),
            *("people.invite_user", "people.mail_reset_link", "people.end_other_sessions"),
            *("people.end_device", "people.begin_second_step", "people.end_second_step"),
            *("people.reset_second_step", "people.renew_recovery_codes", "people.create_admin"),
        ),
    ),
    "roles": (
        _("Roles and users"),
        (
            *("people.grant_role", "people.ask_for_grant", "people.refuse_grant"),
            *("people.grant_approved", "people.grant_refused", "people.end_membership"),
            *("people.create_user", "people.change_user", "people.deactivate_user"),
            *("people.reactivate_user", "people.plan_absence", "people.end_absence"),
        ),
    ),
    "settings": (
        _("Settings"),
        (
            *("people.save_settings", "people.create_store", "people.change_store"),
            *("people.create_team", "people.change_team", "people.create_department"),
            *("people.change_department", "notices.save_preferences"),
            *("notices.change_channel", "notices.resume_channel"),
            "people.require_second_step",
        ),
    ),
}

ACTIONS: Mapping[str, Any] = {
    "home.make_backup": _("Backup made"),
    "home.check_backup": _("Backup restored on trial"),
    "people.sign_in": _("Signed in"),
    "people.sign_out": _("Signed out"),
    "people.refuse_sign_in": _("Sign-in refused"),
    "people.lock_out": _("Account held back"),
    "people.change_password": _("Password changed"),
    "people.use_link": _("Password set by a one-time link"),
    "people.mail_reset_link": _("Reset link mailed"),
    "people.reset_user": _("Reset link made by an administrator"),
    "people.invite_user": _("Invitation made"),
    "people.end_other_sessions": _("Other sessions ended"),
    "people.end_device": _("A device signed out"),
    "people.begin_second_step": _("Second step of signing in set up"),
    "people.end_second_step": _("Second step of signing in ended"),
    "people.renew_recovery_codes": _("Recovery codes renewed"),
    "people.reset_second_step": _("Second step of signing in reset by an administrator"),
    "people.require_second_step": _("Roles that need a second step chosen"),
    "people.create_admin": _("First administrator made"),
    "people.create_user": _("User made"),
    "people.change_user": _("User edited"),
    "people.deactivate_user": _("Account deactivated"),
    "people.reactivate_user": _("Account reactivated"),
    "people.grant_role": _("Role given"),
    "people.ask_for_grant": _("Senior role asked for"),
    "people.refuse_grant": _("Senior role refused"),
    "people.grant_approved": _("Senior role approved"),
    "people.grant_refused": _("Senior role refused"),
    "people.end_membership": pgettext_lazy("event", "Role ended"),
    "people.plan_absence": _("Absence planned"),
    "people.end_absence": _("Absence ended"),
    "people.save_settings": _("Own settings changed"),
    "people.create_store": _("Store made"),
    "people.change_store": _("Store edited"),
    "people.create_team": _("Team made"),
    "people.change_team": _("Team edited"),
    "people.create_department": _("Department made"),
    "people.change_department": _("Department edited"),
    "records.refuse_access": _("Access refused"),
    "records.mass_assignment_attempt": _("Fields sent that the form does not have"),
    "records.read_trail": _("Audit trail read"),
    "records.wrong_links": _("Many wrong links opened"),
    "records.verify_audit": _("Audit trail verified"),
    "records.export_trail": _("Audit trail exported"),
    "customers.create_card": _("Card opened"),
    "customers.update_needs": _("Needs edited"),
    "customers.update_profile": _("Profile edited"),
    "customers.correct_channel": _("Channel corrected"),
    "customers.change_level": _("Intent level changed"),
    "customers.assess_willingness": _("Willingness judged"),
    "customers.move_card": _("State of the card changed"),
    "customers.hand_over": _("Card handed over"),
    "customers.report_duplicate": _("Ruling asked for"),
    "customers.rule_conflict": _("Ownership ruled"),
    "customers.reveal_phone": _("Phone revealed"),
    "customers.search_phone": _("Searched by phone"),
    "customers.check_duplicate": _("Number checked for a duplicate"),
    "customers.note_consent": _("Customer's wish written down"),
    "customers.note_news": _("News added to the card"),
    "visits.plan_visits": _("Return visits planned"),
    "visits.propose_opportunity": _("Need for another car proposed"),
    "visits.answer_opportunity": _("Need for another car answered"),
    "visits.assign_visit": _("Return visit assigned"),
    "visits.change_rule": _("Visit rule changed"),
    "visits.prepare_visit": _("Visit prepared"),
    "visits.log_gift": _("Gift written down"),
    "visits.thank_customer": _("Customer thanked for a visit"),
    "visits.enter_later": _("Visit made, answers to be entered"),
    "visits.change_visitor": _("Visitor's profile changed"),
    "visits.try_visit": _("Visit tried"),
    "visits.complete_visit": _("Visit made"),
    "visits.end_visit": _("Visit ended without answers"),
    "visits.appoint_visit": _("Visit appointed"),
    "visits.write_mail": _("Mail to a customer written"),
    "visits.send_mail": _("Mail to a customer sent"),
    "visits.resend_mail": _("Mail to a customer sent once more"),
    "visits.remind_customer": _("Customer reminded of a mail"),
    "visits.log_reply": _("Reply of a customer kept"),
    "visits.make_link": _("Questionnaire link made"),
    "visits.revoke_link": _("Questionnaire link taken back"),
    "visits.answer_survey": _("Questionnaire answered by the customer"),
    "visits.unsubscribe": _("Customer unsubscribed from questionnaires"),
    "visits.record_seed": _("Seed of an audit sample recorded"),
    "visits.draw_sample": _("Visits to audit drawn"),
    "visits.assign_audit": _("Visit audit assigned"),
    "visits.try_audit": _("Visit audit: call in vain"),
    "visits.give_up_audit": _("Visit audit closed as not reached"),
    "visits.hear_audit": _("Customer asked again by the auditor"),
    "visits.judge_audit": _("Visit record judged"),
    "visits.publish_audit": _("Result of a visit audit published"),
    "visits.appeal_audit": _("Appeal against a visit audit"),
    "visits.settle_audit": _("Appeal against a visit audit settled"),
    "complaints.register_ticket": _("Ticket registered"),
    "complaints.route_ticket": _("Ticket classified and passed on"),
    "complaints.ask_department": _("Department asked to assist"),
    "complaints.call_off_task": _("Department's task called off"),
    "complaints.accept_task": _("Department's task accepted"),
    "complaints.refuse_task": _("Department's task refused"),
    "complaints.report_progress": _("Progress reported"),
    "complaints.complete_task": _("Department's task done"),
    "complaints.resume_task": _("Department's task resumed"),
    "complaints.tell_customer": _("Customer told the result"),
    "complaints.confirm_ticket": _("Customer content, ticket closed"),
    "complaints.reopen_ticket": _("Ticket reopened"),
    "complaints.note_ticket": _("Internal note kept"),
    "complaints.offer_ticket": _("Hand-over of a ticket asked"),
    "complaints.take_ticket": _("Ticket taken over"),
    "complaints.decline_ticket": _("Hand-over of a ticket declined"),
    "complaints.plan_stage": _("Stage planned"),
    "complaints.complete_stage": _("Stage done"),
    "complaints.draft_case": _("Case drafted"),
    "complaints.edit_case": _("Case edited"),
    "complaints.submit_case": _("Case sent for approval"),
    "complaints.decide_case": _("Case decided"),
    "complaints.retire_case": _("Case taken out of the library"),
    "promises.make_promise": _("Answer promised"),
    "promises.answer_promise": _("Promise answered"),
    "promises.move_promise": _("Promise moved"),
    "promises.hand_over_promises": _("Promises handed over"),
    "followups.begin_plan": _("Plan begun"),
    "followups.add_step": _("Step added"),
    "followups.change_step": _("Step changed"),
    "followups.remove_step": _("Step removed"),
    "followups.submit_plan": _("Plan submitted"),
    "followups.take_back": _("Plan taken back"),
    "followups.approve_plan": _("Plan approved"),
    "followups.return_plan": _("Plan returned"),
    "followups.undo_approval": _("Approval undone"),
    "followups.plan_completed": _("Plan completed"),
    "followups.plan_cancelled": _("Plan given up"),
    "followups.follow_owner": _("Plan handed over"),
    "followups.reschedule_planned": _("Contact moved"),
    "followups.cancel_planned": _("Contact given up"),
    "followups.log_contact": _("Contact logged"),
    "reception.log_reception": _("Reception logged"),
    "orders.order_signed": _("Order signed"),
    "orders.order_delivered": _("Car handed over"),
    "orders.order_cancelled": _("Order cancelled"),
    "reports.remind_assignee": _("Somebody reminded of a contact"),
    "reports.make_report": _("Visit report made"),
    "reports.write_report": _("Visit report written"),
    "reports.send_report": _("Visit report sent"),
    "reports.propose_measure": _("Measure put down"),
    "reports.decide_measure": _("Measure decided"),
    "reports.decline_measure": _("Measure not taken up"),
    "reports.begin_measure": _("Measure begun"),
    "reports.check_measure": _("Effect of a measure checked"),
    "reports.close_measure": _("Measure closed"),
    "exchange.import_workbook": _("Workbook imported"),
    "exchange.export_workbook": _("Workbook exported"),
    "exchange.upload_import": _("Import uploaded"),
    "exchange.name_headers": _("Headers of an import named"),
    "exchange.confirm_import": _("Import confirmed"),
    "exchange.approve_import": _("Import approved"),
    "exchange.return_import": _("Import returned"),
    "exchange.cancel_import": _("Import given up"),
    "exchange.ask_undo": _("Undoing an import asked for"),
    "exchange.undo_import": _("Import undone"),
    "exchange.ask_export": _("Export asked for"),
    "exchange.order_export": _("Export ordered"),
    "exchange.approve_export": _("Export approved"),
    "exchange.refuse_export": _("Export refused"),
    "exchange.write_export": _("Export written"),
    "exchange.download_export": _("Export downloaded"),
    "notices.resend_delivery": _("Message sent again"),
    "notices.confirm_arrival": _("Message marked as arrived"),
    "notices.cancel_delivery": _("Message given up"),
    "notices.release_deliveries": _("Held-back messages let go"),
    "notices.retry_reminder": _("Reminder rung once more"),
    "notices.cancel_reminder": _("Reminder given up"),
    "notices.save_preferences": _("Own reminders changed"),
    "notices.change_channel": _("Limits of a channel changed"),
    "notices.resume_channel": _("Channel sends again"),
    "demo_made": _("Demo data made"),
}

OBJECTS: Mapping[str, Any] = {
    "people.User": _("User"),
    "people.Store": _("Store"),
    "people.Team": _("Team"),
    "people.Department": _("Department"),
    "people.RoleGrant": _("Senior role"),
    "customers.Card": _("Card"),
    "customers.OwnershipConflict": _("Ownership conflict"),
    "followups.Plan": _("Follow-up plan"),
    "followups.PlannedContact": _("Planned contact"),
    "followups.Contact": _("Contact"),
    "reception.ReceptionEntry": _("Reception"),
    "orders.Order": _("Order"),
    "reports.VisitReport": _("Visit summary report"),
    "reports.Measure": _("Measure"),
    "visits.Visit": _("Return visit"),
    "visits.VisitRule": _("Visit rule"),
    "visits.Opportunity": _("A need for another car"),
    "visits.VisitorProfile": _("Visitor"),
    "visits.SurveyLink": _("Questionnaire link"),
    "visits.AuditSample": _("Audit sample"),
    "visits.VisitAudit": _("Visit audit"),
    "visits.VisitMail": _("Mail to a customer"),
    "promises.Promise": _("Promise"),
    "complaints.Ticket": _("Ticket"),
    "complaints.DepartmentTask": _("Department's task"),
    "complaints.Stage": _("Stage"),
    "complaints.Case": _("Case"),
    "notices.Delivery": _("Message"),
    "notices.Reminder": _("Reminder"),
    "notices.Channel": _("Channel"),
    "exchange.ImportJob": _("Import"),
    "exchange.ExportJob": _("Export"),
}

# What a verification can find, as `checking.Fault` names it.
FAULTS: Mapping[str, Any] = {
    "changed": _("An event is not what was sealed."),
    "deleted": _("A sealed event is deleted."),
    "inserted": _("An event was put in between."),
    "reordered": _("The order was changed."),
    "unsealed": _("A seal is deleted."),
    "cut": _("The tail is cut off."),
    "rewritten": _("The chain was sealed anew."),
    "unguarded": _("The database no longer refuses changes."),
}


def words_of(value: str, key: str) -> str:
    """A value that names something of the product itself: a page, a room, an action, a fault."""
    if key == "page":
        found = PAGES.get(value) or ACTIONS.get(value.replace(":", "."))
    elif key == "show":
        found = WATCHED[value][0] if value in WATCHED else None
    else:
        found = {"room": ROOMS, "action": ACTIONS, "fault": FAULTS}.get(key, {}).get(value)
    return str(found) if found else ""


def words_for(action: str) -> str:
    """What happened; an action of a later release by its own name."""
    known = ACTIONS.get(action)
    return str(known) if known else action.rpartition(".")[2].replace("_", " ")


def actions_by_room() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every action in words under its room, as a select offers them."""
    groups: dict[str, list[tuple[str, str]]] = {key: [] for key in ROOMS}
    for action, label in ACTIONS.items():
        room = action.partition(".")[0]
        groups.setdefault(room if room in ROOMS else "home", []).append((action, str(label)))
    return [(str(ROOMS[room]), actions) for room, actions in groups.items() if actions]
