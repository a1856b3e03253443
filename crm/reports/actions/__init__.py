"""Verbs of the board: the nudge to whoever is late, reports on visits, and what follows them."""

from crm.reports.actions.correcting import correct_report
from crm.reports.actions.mailing import choose_mail
from crm.reports.actions.measures import (
    begin_measure,
    check_measure,
    close_measure,
    decide_measure,
    decline_measure,
    propose_measure,
)
from crm.reports.actions.reminding import remind_assignee, remind_assignees
from crm.reports.actions.reports import make_report, send_report, write_report
from crm.reports.actions.responses import answer_team, ask_team, check_response
from crm.reports.actions.saved_views import change_view, drop_view, save_view
from crm.reports.actions.signing import sign_report
from crm.reports.actions.taking import ready_file, take_out
from crm.reports.actions.targets import set_target

__all__ = [
    "answer_team",
    "ask_team",
    "begin_measure",
    "change_view",
    "check_measure",
    "check_response",
    "choose_mail",
    "close_measure",
    "correct_report",
    "decide_measure",
    "decline_measure",
    "drop_view",
    "make_report",
    "propose_measure",
    "ready_file",
    "remind_assignee",
    "remind_assignees",
    "save_view",
    "send_report",
    "set_target",
    "sign_report",
    "take_out",
    "write_report",
]
