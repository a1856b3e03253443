"""What waits for whom: tickets, departments' tasks, cases."""

from complaints.queues.cases import case_list, case_queue, saved_case
from complaints.queues.tasks import own_tasks, saved_task, saved_ticket, task_list, task_queue
from complaints.queues.tickets import ticket_for_page, ticket_list, ticket_queue

__all__ = [
    "case_list",
    "case_queue",
    "own_tasks",
    "saved_case",
    "saved_task",
    "saved_ticket",
    "task_list",
    "task_queue",
    "ticket_for_page",
    "ticket_list",
    "ticket_queue",
]
