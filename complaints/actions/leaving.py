"""What a leaver has in hand for departments goes to colleagues of theirs (PR-22)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import states
from complaints.actions.correcting import arm_correction, ask_to_verify, tell_of_correction
from complaints.actions.telling import chase, tell
from complaints.actions.thread import enter, hold
from complaints.actions.timetable import ring_stage
from complaints.models import Correction, DepartmentTask, Entry, Stage, Ticket
from complaints.queues.corrections import open_corrections_of, owners_for
from complaints.queues.people import open_stages_of, stage_owners_of, works_in
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, transition


def hand_over_tasks(leaver: User, *, to: User, by: User, now: dt.datetime) -> int:
    """The tasks this person accepted go on with a colleague of the department.

    What belongs to another department, or is about the colleague, stays; returns how many went.
    The caller has checked the right to do so.
    """
    rows = DepartmentTask.objects.waiting().filter(handler=leaver)
    tasks = rows.select_related("ticket", "department__head").order_by("ticket", "pk")
    given = 0
    with transaction.atomic():
        for task in tasks:
            if not works_in(to, task.department, now) or to.pk in task.ticket.subjects:
                continue
            hold(task.ticket)
            transition(task, frm=states.ACCEPTED, to=states.ACCEPTED, handler=to)
            _passed(task.ticket, leaver, to, by=by, now=now)
            chase(task, now=now)
            occasion = f"task_given/{task.public_id}/v{task.version}"
            said = {"is_lead": task.is_lead, "department": task.department.name}
            tell(task.ticket, "ticket_routed", to, occasion=occasion, now=now, **said)
            _record("complaints.hand_over_task", task, leaver, to, by=by, now=now)
            given += 1
    return given


def hand_over_stages(leaver: User, *, to: User, by: User, now: dt.datetime) -> int:
    """The stages this person owns go to somebody who may own them; returns how many went."""
    given = 0
    with transaction.atomic():
        for stage in open_stages_of(leaver).select_related("ticket").order_by("ticket", "pk"):
            if not stage_owners_of(stage.ticket, now).filter(pk=to.pk).exists():
                continue
            hold(stage.ticket)
            change(stage, owner=to)
            notices.cancel(about=About.of(stage), reason="handed over", now=now)
            ring_stage(stage, now=now)
            _passed(stage.ticket, leaver, to, by=by, now=now)
            _record("complaints.hand_over_stage", stage, leaver, to, by=by, now=now)
            given += 1
    return given


def hand_over_corrections(leaver: User, *, to: User, by: User, now: dt.datetime) -> int:
    """What this person has to put right goes to who may be given it; returns how many went.

    One that was reported stands as it is; only when it is sent back it is the new owner's to do.
    """
    given = 0
    with transaction.atomic():
        rows = open_corrections_of(leaver).select_related("ticket__about", "department__head")
        for correction in rows.order_by("ticket", "pk"):
            if not owners_for(correction.ticket, now).filter(pk=to.pk).exists():
                continue
            hold(correction.ticket)
            change(correction, owner=to)
            notices.cancel(about=About.of(correction), reason="handed over", now=now)
            if correction.state in states.WITH_OWNER:
                arm_correction(correction, now=now)
            else:
                ask_to_verify(correction, now=now)
            tell_of_correction(correction, "corrective_given", to, now=now)
            _passed(correction.ticket, leaver, to, by=by, now=now)
            _record("complaints.hand_over_correction", correction, leaver, to, by=by, now=now)
            given += 1
    return given


def _passed(ticket: Ticket, leaver: User, to: User, *, by: User, now: dt.datetime) -> None:
    """A line of the thread, so that everybody at work on it knows whom to ask."""
    words = _("Handed over: %(before)s → %(after)s") % {"before": leaver.name, "after": to.name}
    enter(ticket, Entry.Kind.NOTE, by=by, now=now, words=words)


def _record(
    action: str,
    row: DepartmentTask | Stage | Correction,
    leaver: User,
    to: User,
    *,
    by: User,
    now: dt.datetime,
) -> None:
    audit.record(
        action,
        by=by,
        obj=row,
        before={"who": leaver.username},
        after={"who": to.username},
        at=now,
    )
