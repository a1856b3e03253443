"""What is owed afterwards and can be taken out: care, corrections, corrective tasks."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.queues.corrections import correction_list as corrective_list
from complaints.queues.corrections import correction_queue as corrective_queue
from crm.exchange.queues.columns import ExportList, ListColumn, local, name_of, pages, person, words
from crm.people import roles
from visits.queues.care_lists import care_list, care_queue, newcomer_of
from visits.queues.corrections import correction_list, correction_queue, wrong_words

LEADERS = frozenset({roles.SERVICE_SUPERVISOR, roles.MANAGER})

CARE = ExportList(
    "care",
    _("Customer care"),
    LEADERS | {roles.SALES_SUPERVISOR},
    lambda asked: pages(
        care_list(asked.user, timezone.localdate(asked.now)), care_queue(asked.user), asked
    ),
    (
        ListColumn("name", _("Name"), lambda task, asked: name_of(task.card, asked)),
        ListColumn("occasion", _("Occasion"), lambda task, _a: words(task, "occasion")),
        ListColumn("newcomer", _("Introduced"), lambda task, asked: newcomer_of(asked.user, task)),
        ListColumn("day", _("day"), lambda task, _a: task.day),
        ListColumn("due_on", _("Due"), lambda task, _a: task.due_on),
        ListColumn("assignee", _("By"), lambda task, _a: person(task.assignee)),
        ListColumn("method", _("Method"), lambda task, _a: words(task, "method")),
        ListColumn("state", _("State"), lambda task, _a: words(task, "state")),
        ListColumn("ended", pgettext_lazy("care", "Ended"), lambda task, _a: local(task.ended_at)),
        ListColumn("gift", _("Gift"), lambda task, _a: task.gift),
        ListColumn("reason", _("Reason"), lambda task, _a: task.reason),
    ),
)
CORRECTIONS = ExportList(
    "corrections",
    _("Corrections"),
    LEADERS | {roles.GENERAL_MANAGER},
    lambda asked: pages(
        correction_list(asked.user, timezone.localdate(asked.now)),
        correction_queue(asked.user),
        asked,
    ),
    (
        ListColumn("visit_no", _("Number"), lambda row, _a: row.visit.visit_no),
        ListColumn(
            "wrong",
            _("What is wrong"),
            lambda row, _a: "\n".join(": ".join(filter(None, one)) for one in wrong_words(row)),
        ),
        ListColumn("what", _("What is to be done"), lambda row, _a: row.what),
        ListColumn("owner", _("Owner"), lambda row, _a: person(row.owner)),
        ListColumn("visitor", _("Visitor"), lambda row, _a: person(row.judged)),
        ListColumn(
            "auditor", _("Auditor"), lambda row, _a: person(row.audit and row.audit.auditor)
        ),
        ListColumn("due_on", _("Due"), lambda row, _a: row.due_on),
        ListColumn("state", _("State"), lambda row, _a: words(row, "state")),
        ListColumn("store", _("Store"), lambda row, _a: person(row.store)),
    ),
)
CORRECTIVE = ExportList(
    "corrective",
    _("Corrective tasks"),
    LEADERS | {roles.GENERAL_MANAGER},
    lambda asked: pages(
        corrective_list(asked.user, asked.now), corrective_queue(asked.user), asked
    ),
    (
        ListColumn("ticket_no", _("Number"), lambda row, _a: row.ticket.ticket_no),
        ListColumn("what", _("What is to be done"), lambda row, _a: row.what),
        ListColumn("owner", _("Owner"), lambda row, _a: person(row.owner)),
        ListColumn("department", _("Department"), lambda row, _a: person(row.department)),
        ListColumn("due_on", _("Due"), lambda row, _a: row.due_on),
        ListColumn("state", _("State"), lambda row, _a: words(row, "state")),
        ListColumn("outcome", _("Result"), lambda row, _a: row.outcome),
    ),
)
CARE_LISTS = (CARE, CORRECTIONS, CORRECTIVE)
