"""Tickets, their clocks, what they ask of departments, and the cases learnt from them."""

from complaints.models.approvals import Briefing, Proposal
from complaints.models.cases import Case, CaseQuerySet, CaseState
from complaints.models.clocks import Clock, ClockQuerySet, Pause, Ruling
from complaints.models.closing import AnswerLink, CustomerWord, File
from complaints.models.corrections import Correction, CorrectionQuerySet
from complaints.models.intake import Intake
from complaints.models.links import IntakeLink, IntakeLinkQuerySet
from complaints.models.mails import ReplyMail, ReplyMailQuerySet
from complaints.models.presence import Presence
from complaints.models.ready import Macro, ReplyTemplate
from complaints.models.related import Relation
from complaints.models.subjects import is_about
from complaints.models.tasks import DepartmentTask, Entry, Stage, TaskQuerySet, TaskState
from complaints.models.tickets import Ticket, TicketQuerySet, TicketState
from complaints.models.verifications import ColleagueWord, Verification

__all__ = [
    "AnswerLink",
    "Briefing",
    "Case",
    "CaseQuerySet",
    "CaseState",
    "Clock",
    "ClockQuerySet",
    "ColleagueWord",
    "Correction",
    "CorrectionQuerySet",
    "CustomerWord",
    "DepartmentTask",
    "Entry",
    "File",
    "Intake",
    "IntakeLink",
    "IntakeLinkQuerySet",
    "Macro",
    "Pause",
    "Presence",
    "Proposal",
    "Relation",
    "ReplyMail",
    "ReplyMailQuerySet",
    "ReplyTemplate",
    "Ruling",
    "Stage",
    "TaskQuerySet",
    "TaskState",
    "Ticket",
    "TicketQuerySet",
    "TicketState",
    "Verification",
    "is_about",
]
