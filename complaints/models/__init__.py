"""Tickets, their clocks, what they ask of departments, and the cases learnt from them."""

from complaints.models.cases import Case, CaseQuerySet, CaseState
from complaints.models.clocks import Clock, ClockQuerySet, Pause, Ruling
from complaints.models.intake import Intake
from complaints.models.tasks import DepartmentTask, Entry, Stage, TaskQuerySet, TaskState
from complaints.models.tickets import Ticket, TicketQuerySet, TicketState

__all__ = [
    "Case",
    "CaseQuerySet",
    "CaseState",
    "Clock",
    "ClockQuerySet",
    "DepartmentTask",
    "Entry",
    "Intake",
    "Pause",
    "Ruling",
    "Stage",
    "TaskQuerySet",
    "TaskState",
    "Ticket",
    "TicketQuerySet",
    "TicketState",
]
