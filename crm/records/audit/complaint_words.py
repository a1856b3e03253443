"""The trail in words: what is done with tickets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

COMPLAINTS: Mapping[str, Any] = {
    "complaints.register_ticket": _("Ticket registered"),
    "complaints.contact_customer": _("Customer of a complaint spoken with"),
    "complaints.visit_site": _("Complaint looked at on site"),
    "complaints.waive_visit": _("On-site visit waived"),
    "complaints.pause_clocks": _("Clocks of a complaint paused"),
    "complaints.resume_clocks": _("Clocks of a complaint run again"),
    "complaints.answer_opinion": _("Praise, suggestion or inquiry answered"),
    "complaints.merge_ticket": _("Ticket merged into another"),
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
    "complaints.propose_solution": _("Solution proposed"),
    "complaints.submit_proposal": _("Solution sent for approval"),
    "complaints.take_back_proposal": _("Solution taken back"),
    "complaints.decide_proposal": _("Solution decided"),
    "complaints.reply_ticket": _("Complaint answered"),
    "complaints.make_answer_link": _("Link to confirm an answer made"),
    "complaints.answer_by_link": _("Answer confirmed by the customer"),
    "complaints.hear_customer": _("Customer's word on an answer"),
    "complaints.reopen_complaint": _("Complaint reopened"),
    "complaints.close_ticket": _("Complaint closed and filed"),
    "complaints.withdraw_ticket": _("Complaint withdrawn"),
    "complaints.reject_ticket": _("Closed as no complaint"),
    "complaints.alarm_ticket": _("Manager told at once"),
    "complaints.acknowledge_briefing": _("Taken note of a complaint"),
    "complaints.give_correction": _("Corrective task given"),
    "complaints.report_correction": _("Corrective task reported done"),
    "complaints.verify_correction": _("Corrective task verified"),
    "complaints.note_ticket": _("Internal note kept"),
    "complaints.offer_ticket": _("Hand-over of a ticket asked"),
    "complaints.take_ticket": _("Ticket taken over"),
    "complaints.claim_ticket": _("Ticket taken"),
    "complaints.decline_ticket": _("Hand-over of a ticket declined"),
    "complaints.plan_stage": _("Stage planned"),
    "complaints.complete_stage": _("Stage done"),
    "complaints.draft_case": _("Case drafted"),
    "complaints.edit_case": _("Case edited"),
    "complaints.submit_case": _("Case sent for approval"),
    "complaints.decide_case": _("Case decided"),
    "complaints.retire_case": _("Case taken out of the library"),
}
