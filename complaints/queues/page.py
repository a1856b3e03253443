"""Everything a ticket's own page shows: tasks with what may be done, timetable, thread, missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.models import Case, DepartmentTask, Entry, Stage, Ticket
from complaints.queues.answers import answer_of
from complaints.queues.caller import caller_of
from complaints.queues.claiming import unclaimed
from complaints.queues.conditions import Condition
from complaints.queues.people import also_about
from complaints.queues.ready import offered_templates
from complaints.queues.related import related_to
from complaints.queues.similar import similar_to
from complaints.queues.similar_cases import similar_cases
from crm.customers.models import SALES_READERS
from crm.people import roles
from crm.people.models import User
from crm.promises.models import OF_TICKETS, Promise
from crm.records.queues import FileLine, files_of
from crm.rulebook.models import OptionKind
from crm.rulebook.queues import option_labels

ENTRIES = 100
LATE = Entry.Kind.LATE
# What is done next, the most urgent first.
NEXT = (
    *("take", "decide", "reply", "close", "hear", "tell", "confirm", "answer"),
    *("route", "visit", "propose"),
)
# The page of the row a ticket came from.
SOURCES = {("visits", "visit"): "visits:visit"}


@dataclass(frozen=True)
class TaskLine:
    """One department's task, what this reader may do with it, and forms refused a moment ago."""

    task: DepartmentTask
    accepts: bool
    refuses: bool
    works: bool
    calls_off: bool
    attaches: bool = False
    files: list[FileLine] = field(default_factory=list)
    files_form: Any = None
    refused: Any = None
    progress: Any = None
    outcome: Any = None
    call_off: Any = None


@dataclass(frozen=True)
class StageLine:
    """One stage and whether this reader may tick it off."""

    stage: Stage
    ends: bool


def page_of(
    user: User, ticket: Ticket, bound: Mapping[str, Any], now: dt.datetime
) -> dict[str, Any]:
    """The context of a ticket's page for this reader; `bound` are refused forms."""
    state, active = ticket.state, ticket.state not in states.ENDED
    reads = access.reads_words(user, ticket)
    routable = (*states.MOVES["route"], *states.AT_WORK)
    kept = files_of(user, [ticket, *ticket.tasks.all()]) if reads else {}
    tasks = [_task_line(user, task, bound, kept) for task in ticket.tasks.all()]
    context = {
        "reads_words": reads,
        "tasks": tasks,
        "handles": any(line.accepts or line.works for line in tasks),
        "stages": _stages(user, ticket),
        "entries": _entries(ticket) if reads else [],
        "steps": _steps(ticket),
        "conditions": _conditions(ticket),
        "subcategory": subcategory_of(ticket.subcategory),
        "source_name": _source(user, ticket),
        "promises": _promises(user, ticket),
        "similar_cases": _alike(user, ticket) if reads else [],
        "cases": list(Case.objects.visible_to(user).filter(ticket=ticket)),
        "may_route": state in states.MOVES["route"] and access.can_route(user, ticket),
        "may_ask": state in routable and access.can_ask(user, ticket),
        "may_plan": active and access.can_ask(user, ticket),
        "may_tell": state in states.MOVES["tell"] and access.can_tell(user, ticket),
        "may_confirm": state in states.MOVES["confirm"] and access.can_confirm(user, ticket),
        "may_offer": active and access.can_offer(user, ticket),
        **_of_desk(user, ticket),
        "may_take": active and access.can_take(user, ticket),
        "may_note": access.can_note(user, ticket),
        **_of_complaint(user, ticket),
        **answer_of(user, ticket, now, bound),
        "may_draft": access.can_draft_case(user, ticket),
        "may_name": active and access.can_name(user, ticket),
        "also_about": also_about(ticket) if reads else [],
        **_of_files(user, ticket, kept, bound),
        "note_form": bound.get("note"),
        "decline_form": bound.get("decline"),
    }
    return {**context, "primary": primary_of(context, ticket)}


def _of_desk(user: User, ticket: Ticket) -> dict[str, Any]:
    """What working through the queue asks for."""
    return {
        "may_claim": _may_claim(user, ticket),
        "may_link_ticket": access.can_link(user, ticket),
        "related": related_to(user, ticket),
        "may_run": access.can_run_macros(user, ticket),
        "may_convert": _may_convert(user, ticket),
        "caller": caller_of(user, ticket),
        "works_queue": access.can_work_queue(user),
    }


def primary_of(may: Mapping[str, Any], ticket: Ticket) -> str:
    """The one thing this reader does next: the first they may of the course of a ticket."""
    needed = {
        "route": ticket.lead_department_id is None,
        "visit": ticket.needs_onsite,
        "close": ticket.state == states.VISITED,
    }
    for name in NEXT:
        if may.get(f"may_{name}") and needed.get(name, True):
            return name
    return ""


def _of_files(
    user: User,
    ticket: Ticket,
    kept: Mapping[str, list[FileLine]],
    bound: Mapping[str, Any],
) -> dict[str, Any]:
    """Files of the ticket itself; those of a task stand with it."""
    return {
        "may_attach": access.can_attach(user, ticket),
        "files": kept.get(ticket.public_id, []),
        "files_form": bound.get("files"),
    }


def _of_complaint(user: User, ticket: Ticket) -> dict[str, Any]:
    """What a complaint or an opinion asks of whoever answers for it."""
    may = ticket.state not in states.SETTLED and access.can_work(user, ticket)
    stands = any(pause.ended_at is None for pause in ticket.pauses.all())
    complaint = ticket.kind == Ticket.Kind.COMPLAINT
    return {
        "may_contact": may and complaint,
        "may_visit": may and complaint and ticket.onsite_at is None,
        "may_waive": may and ticket.needs_onsite and ticket.onsite_at is None,
        "may_pause": may and complaint and not stands,
        "may_resume": may and stands,
        "may_answer": may and ticket.kind in states.OPINIONS,
        "templates": offered_templates(user, ticket) if may and complaint else [],
        "may_miss": complaint and access.can_miss(user, ticket),
        "may_merge": may and _may_merge(user, ticket),
        "may_print": not ticket.by_departments and access.reads_words(user, ticket),
        "intake": getattr(ticket, "intake", None),
    }


def _may_merge(user: User, ticket: Ticket) -> bool:
    return ticket.state in states.MERGED_FROM and similar_to(user, ticket).exists()


def _task_line(
    user: User,
    task: DepartmentTask,
    bound: Mapping[str, Any],
    kept: Mapping[str, list[FileLine]],
) -> TaskLine:
    handles = access.can_handle(user, task)
    open_ = task.state in states.TASK_OPEN
    return TaskLine(
        task,
        accepts=handles and task.state in states.TASK_MOVES["accept"],
        refuses=handles and open_,
        works=handles and task.state in states.TASK_MOVES["complete"],
        calls_off=open_ and _may_end(task) and access.can_call_off(user, task),
        attaches=handles,
        files=kept.get(task.public_id, []),
        files_form=bound.get(f"files_{task.public_id}"),
        refused=bound.get(f"refuse_{task.public_id}"),
        progress=bound.get(f"progress_{task.public_id}"),
        outcome=bound.get(f"outcome_{task.public_id}"),
        call_off=bound.get(f"call_off_{task.public_id}"),
    )


def _may_end(task: DepartmentTask) -> bool:
    """Whether service takes it back by itself; a lead is changed by routing while that goes."""
    ticket = task.ticket
    return not task.is_lead or states.lead_is_called_off(ticket.kind, ticket.state)


def _stages(user: User, ticket: Ticket) -> list[StageLine]:
    """The timetable; who may plan may tick off every stage, others their own."""
    rows = list(ticket.stages.all())
    all_ = bool(rows) and access.can_ask(user, ticket)
    own = user.reach.own_ids
    return [
        StageLine(stage, stage.done_at is None and (all_ or stage.owner_id in own))
        for stage in rows
    ]


def _may_claim(user: User, ticket: Ticket) -> bool:
    """Whether this reader may take it; asked of the database only of who could."""
    if not access.can_claim(user, ticket):
        return False
    return unclaimed(user, timezone.now()).filter(pk=ticket.pk).exists()


def _may_convert(user: User, ticket: Ticket) -> bool:
    """Whether this reader may go on with a problem as a complaint."""
    found = ticket.kind == states.PROBLEM and ticket.state in states.AS_COMPLAINT
    return found and access.can_convert(user, ticket)


def _alike(user: User, ticket: Ticket) -> list[Case]:
    """What was learnt before, while it helps: other cases than its own, until it has ended."""
    if ticket.state in states.ENDED:
        return []
    return similar_cases(user, ticket.description, ticket.category)


def _entries(ticket: Ticket) -> list[list[Any]]:
    """The thread, newest first: clocks that ran out one after the other stand together."""
    rows = ticket.entries.select_related("by", "department")[:ENTRIES]
    kept = groupby(rows, key=lambda one: LATE if one.kind == LATE else one.pk)
    return [list(together) for _key, together in kept]


def _steps(ticket: Ticket) -> list[tuple[Any, str]]:
    """The course in dates, for who reads no words and for what came by a workbook."""
    return [
        (ticket.reported_at, "reported"),
        (ticket.onsite_at, "onsite"),
        (ticket.resolved_at, "resolved"),
        (ticket.told_at, "told"),
        (ticket.reopened_at, "reopened"),
        (ticket.closed_at, "closed"),
    ]


def _conditions(ticket: Ticket) -> list[Condition]:
    """What must be so before a problem can close, met or not; none of other tickets."""
    if not ticket.by_departments:
        return []
    live = [task for task in ticket.tasks.all() if task.state in states.TASK_COUNTS]
    told = ticket.state in (*states.MOVES["confirm"], states.CONFIRMED)
    return [
        Condition(_("A lead department has accepted"), _has_lead(ticket, live)),
        Condition(_("Every department has done its part"), ticket.is_resolved),
        Condition(_("The customer was told the result"), told),
        Condition(_("The customer says it is solved"), ticket.state == states.CONFIRMED),
    ]


def _has_lead(ticket: Ticket, live: list[DepartmentTask]) -> bool:
    if ticket.is_resolved:
        return True
    return any(task.is_lead and task.state != states.ASKED for task in live)


def _source(user: User, ticket: Ticket) -> str:
    """The page of the row it came from, for whoever works with return visits."""
    if not user.reach.has(*access.SERVICE, *SALES_READERS, roles.AUDITOR):
        return ""
    return SOURCES.get((ticket.source_room, ticket.source_model), "")


def _promises(user: User, ticket: Ticket) -> list[Promise]:
    rows = Promise.objects.visible_to(user).filter(
        source_room=OF_TICKETS, source_model="ticket", source_id=ticket.public_id
    )
    return list(rows.select_related("responsible"))


def subcategory_of(code: str) -> str:
    """A sub-class in the reader's words; empty where none was judged."""
    return option_labels(OptionKind.TICKET_SUBCLASS).get(code, code) if code else ""
