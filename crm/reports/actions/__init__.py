"""Verbs of the board: the nudge to whoever is late, reports on visits, and what follows them."""

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

__all__ = [
    "begin_measure",
    "check_measure",
    "close_measure",
    "decide_measure",
    "decline_measure",
    "make_report",
    "propose_measure",
    "remind_assignee",
    "remind_assignees",
    "send_report",
    "write_report",
]
