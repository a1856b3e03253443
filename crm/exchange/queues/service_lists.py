"""The lists of customer service that can be taken out: visits, audits, problems, promises."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.queues import (
    case_list,
    case_queue,
    own_tasks,
    task_list,
    ticket_list,
    ticket_queue,
)
from complaints.queues.finding import found_by
from crm.exchange.queues.columns import ExportList, ListColumn, local, name_of, pages, person, words
from crm.people import roles
from crm.promises.queues import promise_list, promise_queue
from visits.queues import visit_list, visit_queue
from visits.queues.assigning import assign_list, to_assign
from visits.queues.audits import audit_list, audit_queue
from visits.queues.heard import finding_choices, finding_list, finding_queue

SERVICE = frozenset({roles.SERVICE_SUPERVISOR, roles.MANAGER})

VISITS = ExportList(
    "visits",
    _("Return visits"),
    SERVICE,
    lambda asked: pages(
        visit_list(asked.user, timezone.localdate(asked.now)), visit_queue(asked.user), asked
    ),
    (
        ListColumn("visit_no", _("Number"), lambda visit, _a: visit.visit_no),
        ListColumn("name", _("Name"), lambda visit, asked: name_of(visit.card, asked)),
        ListColumn("kind", _("Kind"), lambda visit, _a: words(visit, "kind")),
        ListColumn("due_on", _("Due"), lambda visit, _a: visit.due_on),
        ListColumn("assignee", _("Visitor"), lambda visit, _a: person(visit.assignee)),
        ListColumn("state", _("State"), lambda visit, _a: words(visit, "state")),
        ListColumn("satisfaction", _("Satisfaction"), lambda visit, _a: visit.satisfaction),
        ListColumn(
            "completed",
            pgettext_lazy("visit", "Completed"),
            lambda visit, _a: local(visit.completed_at),
        ),
        ListColumn("notes", _("Notes"), lambda visit, _a: visit.notes),
    ),
)
TICKETS = ExportList(
    "tickets",
    _("Complaints"),
    SERVICE | {roles.GENERAL_MANAGER},
    lambda asked: pages(
        ticket_list(asked.user, asked.now),
        found_by(ticket_queue(asked.user), asked.user, asked.query.get("q", "")),
        asked,
    ),
    (
        ListColumn("ticket_no", _("Number"), lambda ticket, _a: ticket.ticket_no),
        ListColumn("name", _("Name"), lambda ticket, asked: name_of(ticket.card, asked)),
        ListColumn("kind", _("Kind"), lambda ticket, _a: words(ticket, "kind")),
        ListColumn("category", _("Category"), lambda ticket, _a: words(ticket, "category")),
        ListColumn("state", _("State"), lambda ticket, _a: words(ticket, "state")),
        ListColumn("reported", _("Reported"), lambda ticket, _a: local(ticket.reported_at)),
        ListColumn("deadline", _("Deadline"), lambda ticket, _a: local(ticket.deadline)),
        ListColumn("lead", _("Lead department"), lambda ticket, _a: person(ticket.lead_department)),
        ListColumn("responsible", _("Responsible"), lambda ticket, _a: person(ticket.responsible)),
        ListColumn("description", _("Description"), lambda ticket, _a: ticket.description),
    ),
)
FINDINGS = ExportList(
    "findings",
    _("Other brands"),
    SERVICE | {roles.GENERAL_MANAGER},
    lambda asked: pages(
        finding_list(finding_choices(asked.user), timezone.localdate(asked.now)),
        finding_queue(asked.user),
        asked,
    ),
    (
        ListColumn("heard_on", _("Heard on"), lambda row, _a: row.heard_on),
        ListColumn("brand", _("Brand"), lambda row, _a: row.brand),
        ListColumn("model", _("Model"), lambda row, _a: row.model),
        ListColumn("kind", _("Kind"), lambda row, _a: words(row, "kind")),
        ListColumn("words", _("What was said"), lambda row, _a: row.words),
        ListColumn("influence", _("Influence"), lambda row, _a: words(row, "influence")),
        ListColumn("name", _("Name"), lambda row, asked: name_of(row.visit.card, asked)),
        ListColumn("visit_no", _("Number"), lambda row, _a: row.visit.visit_no),
        ListColumn(
            "noted_by",
            _("Visitor"),
            lambda row, _a: person(row.noted_by) or str(_("by the customer's link")),
        ),
        ListColumn("store", _("Store"), lambda row, _a: person(row.store)),
    ),
)
ASSIGNING = ExportList(
    "assigning",
    _("Visits to be assigned"),
    frozenset({roles.SERVICE_SUPERVISOR}),
    lambda asked: pages(assign_list(timezone.localdate(asked.now)), to_assign(asked.user), asked),
    (
        ListColumn("visit_no", _("Number"), lambda visit, _a: visit.visit_no),
        ListColumn("name", _("Name"), lambda visit, asked: name_of(visit.card, asked)),
        ListColumn("kind", _("Kind"), lambda visit, _a: words(visit, "kind")),
        ListColumn("due_on", _("Due"), lambda visit, _a: visit.due_on),
        ListColumn("assignee", _("Visitor"), lambda visit, _a: person(visit.assignee)),
    ),
)
AUDITS = ExportList(
    "audits",
    _("Visit audits"),
    SERVICE | {roles.GENERAL_MANAGER},
    lambda asked: pages(
        audit_list(asked.user, timezone.localdate(asked.now)), audit_queue(asked.user), asked
    ),
    (
        ListColumn("visit_no", _("Number"), lambda row, _a: row.visit.visit_no),
        ListColumn("name", _("Name"), lambda row, asked: name_of(row.visit.card, asked)),
        ListColumn("kind", _("Kind"), lambda row, _a: words(row.visit, "kind")),
        ListColumn("visitor", _("Visitor"), lambda row, _a: person(row.visitor)),
        ListColumn("made", _("Visit made"), lambda row, _a: local(row.visit.completed_at)),
        ListColumn("due_on", _("Due"), lambda row, _a: row.due_on),
        ListColumn("auditor", _("Auditor"), lambda row, _a: person(row.auditor)),
        ListColumn("state", _("State"), lambda row, _a: words(row, "state")),
    ),
)
TASKS = ExportList(
    "tasks",
    _("Departments' tasks"),
    SERVICE | {roles.GENERAL_MANAGER},
    lambda asked: pages(task_list(asked.now), own_tasks(asked.user), asked),
    (
        ListColumn("ticket_no", _("Number"), lambda task, _a: task.ticket.ticket_no),
        ListColumn("name", _("Name"), lambda task, asked: name_of(task.ticket.card, asked)),
        ListColumn("department", _("Department"), lambda task, _a: person(task.department)),
        ListColumn("task", _("Task"), lambda task, _a: task.task),
        ListColumn("due", _("Due"), lambda task, _a: local(task.due_at)),
        ListColumn("handler", _("Handler"), lambda task, _a: person(task.handler)),
        ListColumn("state", _("State"), lambda task, _a: words(task, "state")),
        ListColumn("outcome", _("Result"), lambda task, _a: task.outcome),
    ),
)
PROMISES = ExportList(
    "promises",
    _("Promises"),
    SERVICE | {roles.SALES_SUPERVISOR},
    lambda asked: pages(promise_list(asked.user, asked.now), promise_queue(asked.user), asked),
    (
        ListColumn("name", _("Name"), lambda promise, asked: name_of(promise.card, asked)),
        ListColumn("what", _("What is promised"), lambda promise, _a: promise.what),
        ListColumn("due", _("Answer by"), lambda promise, _a: local(promise.due_at)),
        ListColumn(
            "responsible", _("Responsible"), lambda promise, _a: person(promise.responsible)
        ),
        ListColumn("made", _("Promised at"), lambda promise, _a: local(promise.made_at)),
        ListColumn("state", _("State"), lambda promise, _a: words(promise, "state")),
        ListColumn(
            "answer", pgettext_lazy("of ours", "Answer"), lambda promise, _a: promise.answer
        ),
    ),
)
CASES = ExportList(
    "cases",
    _("Case library"),
    SERVICE | {roles.GENERAL_MANAGER},
    lambda asked: pages(
        case_list(asked.user), case_queue(asked.user, asked.query.get("q", "")), asked
    ),
    (
        ListColumn("case_no", _("Number"), lambda case, _a: case.case_no),
        ListColumn("title", _("Title"), lambda case, _a: case.title),
        ListColumn("category", _("Category"), lambda case, _a: words(case, "category")),
        ListColumn("symptoms", _("Symptoms"), lambda case, _a: case.symptoms),
        ListColumn("cause", _("Cause"), lambda case, _a: case.cause),
        ListColumn("handling", _("Handling"), lambda case, _a: case.handling),
        ListColumn("lessons", _("Lessons"), lambda case, _a: case.lessons),
        ListColumn("author", _("Author"), lambda case, _a: person(case.author)),
        ListColumn("state", _("State"), lambda case, _a: words(case, "state")),
    ),
)
SERVICE_LISTS = (VISITS, ASSIGNING, AUDITS, FINDINGS, TICKETS, TASKS, PROMISES, CASES)
