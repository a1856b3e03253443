"""What waits for whom: tickets, departments' tasks, cases."""

from complaints.queues.cases import case_list, case_queue, saved_case
from complaints.queues.clocks import ClockLine, TicketLine, clock_lines, clocks_of, row_clocks
from complaints.queues.similar import similar_tickets, similar_to
from complaints.queues.tasks import own_tasks, saved_task, saved_ticket, task_list, task_queue
from complaints.queues.tickets import (
    assisting_on,
    begun_since,
    departments_asked,
    last_heard,
    ticket_for_page,
    ticket_for_verb,
    ticket_list,
    ticket_queue,
    tickets_shown,
)

__all__ = [
    "ClockLine",
    "TicketLine",
    "assisting_on",
    "begun_since",
    "case_list",
    "case_queue",
    "clock_lines",
    "clocks_of",
    "departments_asked",
    "last_heard",
    "own_tasks",
    "row_clocks",
    "saved_case",
    "saved_task",
    "saved_ticket",
    "similar_tickets",
    "similar_to",
    "task_list",
    "task_queue",
    "ticket_for_page",
    "ticket_for_verb",
    "ticket_list",
    "ticket_queue",
    "tickets_shown",
]
