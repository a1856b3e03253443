"""The timetable of a long or complex ticket: stages with a person and a day (RV-37, HP-07)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.telling import service_desk, tell_responsible, thread
from complaints.actions.thread import enter, needed
from complaints.models import Entry, Stage, Ticket
from complaints.queues.people import stage_owners_of
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request
from crm.records.states import Stale

TITLE_AT_MOST = 200
LAST_SECOND = dt.time(23, 59, 59)


def plan_stage(
    ticket: Ticket,
    *,
    by: User,
    title: str,
    owner: User,
    due_on: dt.date,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Add a stage; its owner is reminded ahead of its day and after it.

    Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_ask(by, ticket):
        raise PermissionDenied
    title = needed(title, "title", most=TITLE_AT_MOST)
    _check(ticket, owner, due_on, now)
    with transaction.atomic():
        if not claim_request(by, "plan_stage", request_id):
            return
        stage = Stage.objects.create(
            ticket=ticket,
            title=title,
            owner=owner,
            due_on=due_on,
            created_at=now,
            store_id=ticket.store_id,
        )
        enter(ticket, Entry.Kind.STAGE, by=by, now=now, words=title, on=due_on.isoformat())
        ring_stage(stage, now=now)
        said = {"title": title, "due_on": due_on.isoformat(), "owner": owner.name}
        audit.record("complaints.plan_stage", by=by, obj=stage, after=said, at=now)


def complete_stage(
    stage: Stage, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """A stage is done; pressed by two at once it counts once.

    Raises `PermissionDenied`, `Stale`.
    """
    if not access.can_end_stage(by, stage):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "complete_stage", request_id):
            return
        if stage.done_at is not None:
            raise Stale(Stage._meta.label, stage.pk)
        change(stage, version=version, done_at=now, done_by=by)
        enter(stage.ticket, Entry.Kind.STAGE_DONE, by=by, now=now, words=stage.title)
        notices.cancel(about=About.of(stage), reason="completed", now=now)
        occasion = f"stage_done/{stage.public_id}"
        tell_responsible(stage.ticket, "stage_done", by=by, now=now, occasion=occasion)
        audit.record("complaints.complete_stage", by=by, obj=stage, at=now)


def _check(ticket: Ticket, owner: User, due_on: dt.date, now: dt.datetime) -> None:
    wrong = {}
    if due_on < timezone.localdate(now):
        wrong["due_on"] = _("Choose a day still to come.")
    if not stage_owners_of(ticket, now).filter(pk=owner.pk).exists():
        wrong["owner"] = _("Choose somebody who works on this ticket.")
    if wrong:
        raise ValidationError(wrong)
    if ticket.state in states.ENDED:
        raise ValidationError(_("This ticket is closed."))


def ring_stage(stage: Stage, *, now: dt.datetime) -> None:
    """Arm the bells of a stage for its owner; their name changes with each change of the row."""
    notices.remind(_occasion(stage), now=now)


def _occasion(stage: Stage) -> notices.Occasion:
    """What a stage rings about: its day, its owner, then service's supervisor and the manager."""
    ticket = stage.ticket
    at = timezone.make_aware(dt.datetime.combine(stage.due_on, LAST_SECOND))
    return notices.Occasion(
        occasion=f"stage:{stage.public_id}/v{stage.version}",
        kind="stage_due",
        about=About.of(stage),
        to=stage.owner,
        due_at=at,
        untimed=True,
        store_id=ticket.store_id,
        supervisor=service_desk(ticket).role,
        spared=ticket.about_id,
        subject=thread(ticket),
        link=("complaints:ticket", ticket.public_id),
        data={"ticket_no": ticket.ticket_no, "stage": stage.title},
    )
