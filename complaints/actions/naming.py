"""Whom a complaint is about is known later: from then on they have no part in it (CP-15)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, clocks, states
from complaints.actions.approving import put_before
from complaints.actions.clocks import begin_anew
from complaints.actions.correcting import arm_correction, ask_to_verify, tell_of_correction
from complaints.actions.knowing import brief_others
from complaints.actions.promising import promises_of, ring_again
from complaints.actions.telling import chase, service_desk, tell, tell_department, thread
from complaints.actions.thread import close_case, enter, hold, needed, open_case
from complaints.actions.timetable import ring_stage
from complaints.models import Correction, DepartmentTask, Entry, Proposal, Ticket
from complaints.queues.approvers import asked_to_decide, writers_of
from complaints.queues.corrections import owners_for
from complaints.queues.people import service_of, stage_owners_of
from complaints.queues.related import merged_here
from crm.customers.actions import veil
from crm.notices import actions as notices
from crm.notices.models import About
from crm.people.models import User
from crm.promises.actions import hand_over_answers, ring_anew
from crm.records import audit
from crm.records.actions import change, claim_request, transition

REASON_AT_MOST = 500


def name_colleague(
    ticket: Ticket,
    *,
    by: User,
    version: int,
    about: User,
    reason: str,
    now: dt.datetime,
    instead: bool = False,
    request_id: str = "",
) -> None:
    """Say whom it is about; they lose sight of it and every part in it in the same save.

    Whoever was named before stays named, unless it is about this one `instead`.
    What they answered for goes to whoever names them where that is customer service, else waits to
    be taken; their tasks wait for another handler, what they had to put right and what they
    promised goes to others, and what they proposed or decided is decided anew. What was merged
    into it is about them as well. Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not access.can_name(by, ticket):
        raise PermissionDenied
    reason = needed(reason, "reason", most=REASON_AT_MOST)
    if about.pk == by.pk:
        raise ValidationError({"about": _("Let a colleague say that it is about yourself.")})
    before = ticket.about
    with transaction.atomic():
        if not claim_request(by, "name_colleague", request_id):
            return
        if about.pk in ticket.subjects and (about == before or not instead):
            raise ValidationError({"about": _("This is said already.")})
        if ticket.state in states.ENDED:
            raise ValidationError(_("This ticket is closed."))
        hold(ticket)
        freed = before if instead else None
        _name(ticket, about, freed, by=by, version=version, now=now)
        said, was = {"user": about.public_id}, {"user": before.public_id} if before else {}
        data = {"who": about.name, "instead": freed.name if freed else ""}
        enter(ticket, Entry.Kind.NAMED, by=by, now=now, words=reason, department=None, **data)
        _hide(ticket, about, now=now)
        _name_merged(ticket, about, by=by, now=now)
        _free_tasks(ticket, now=now)
        _free_stages(ticket, by=by, now=now)
        _free_corrections(ticket, by=by, now=now)
        _free_proposal(ticket, now=now)
        _free_promises(ticket, by=by, now=now)
        brief_others(ticket, about, now=now)
        _tell_named(ticket, about, by=by, now=now)
        audit.record("complaints.name_colleague", by=by, obj=ticket, before=was, after=said, at=now)


def _tell_named(ticket: Ticket, about: User, *, by: User, now: dt.datetime) -> None:
    desk = service_desk(ticket)
    tell(ticket, "complaint_named", desk, now=now, who=about.name, by=by.name)


def _name(
    ticket: Ticket,
    about: User,
    freed: User | None,
    *,
    by: User,
    version: int,
    now: dt.datetime,
) -> None:
    """Name them, `freed` no longer; they answer for it no more, nor are asked to."""
    also = ticket.subjects - {about.pk, freed.pk if freed else None}
    others = "".join(f"{pk}," for pk in sorted(also))
    changes: dict[str, object] = {"about": about, "also_about": f",{others}" if others else ""}
    if ticket.offered_to_id == about.pk:
        changes["offered_to"] = None
    answered = ticket.responsible_id == about.pk
    serves = service_of(ticket, now).filter(pk=by.pk).exists()
    if answered:
        changes |= {"responsible": by if serves else None, "offered_to": None}
    change(ticket, version=version, **changes)
    if answered:
        close_case(ticket, user=about, now=now)
        hand_over_answers(ticket, to=by, by=by, now=now)
        if serves:
            open_case(ticket, user=by)


def _hide(ticket: Ticket, about: User, *, now: dt.datetime) -> None:
    """Nothing rings of it for them, and no line of the card they may read tells of it."""
    if ticket.card is not None:
        veil(ticket.card, ticket_no=ticket.ticket_no)
    notices.spare(about, subject=thread(ticket), reason="recused", now=now)


def _name_merged(ticket: Ticket, about: User, *, by: User, now: dt.datetime) -> None:
    """Tickets that go on in it are about them as well: they read none of both (CP-15, CP-32)."""
    for twin in merged_here(ticket):
        change(twin, about=about, also_about=ticket.also_about)
        enter(twin, Entry.Kind.NAMED, by=by, now=now, words=ticket.ticket_no, who=about.name)
        _hide(twin, about, now=now)
        _free_corrections(twin, by=by, now=now)


def _free_tasks(ticket: Ticket, *, now: dt.datetime) -> None:
    """A task of theirs waits for another handler; the bells of all ring for others than them."""
    rows = DepartmentTask.objects.waiting().filter(ticket=ticket)
    for task in rows.select_related("department__head").order_by("pk"):
        task.ticket = ticket
        if task.handler_id == ticket.about_id:
            again: dict[str, Any] = {"handler": None, "asked_at": now, "heard_at": now}
            transition(task, frm=states.ACCEPTED, to=states.ASKED, **again)
            if task.is_lead and ticket.state in states.AT_WORK:
                asked = states.ASKED_STATE[ticket.kind]
                transition(ticket, frm=states.AT_WORK, to=asked)
            tell_department(task, now=now)
        else:
            change(task)
        chase(task, now=now)


def _free_stages(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    """A stage of theirs goes to whoever answers for the ticket, else to who names them."""
    allowed = list(stage_owners_of(ticket, now))
    wanted = [one for one in (ticket.responsible, by) if one in allowed]
    for stage in ticket.stages.filter(owner=ticket.about, done_at__isnull=True).order_by("pk"):
        stage.ticket = ticket
        to = next(iter(wanted or allowed), None)
        if to is not None:
            change(stage, owner=to)
            notices.cancel(about=About.of(stage), reason="handed over", now=now)
            ring_stage(stage, now=now)


def _free_corrections(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    """What they had to put right is another's, and none of it rings for them as head or desk."""
    about, allowed = ticket.about, owners_for(ticket, now)
    rows = Correction.objects.open().filter(ticket=ticket).select_related("department__head")
    for correction in rows.order_by("pk"):
        correction.ticket = ticket
        if correction.owner_id == ticket.about_id:
            head = correction.department.head if correction.department else None
            wanted = [one for one in (ticket.responsible, head, by) if one is not None]
            to = next((one for one in wanted if one in allowed), None) or allowed.first()
            if to is None:
                continue
            change(correction, owner=to)
            tell_of_correction(correction, "corrective_given", to, now=now)
        else:
            change(correction)
        notices.silence(About.of(correction), reason="recused")
        if about is not None:
            notices.spare(about, about=About.of(correction), reason="recused", now=now)
        if correction.state in states.WITH_OWNER:
            arm_correction(correction, now=now)
        else:
            ask_to_verify(correction, now=now)


def _free_promises(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    """What they promised over it is answered by others, and rings for others."""
    theirs = any(one.responsible_id == ticket.about_id for one in promises_of(ticket))
    for one in (ticket, *merged_here(ticket)):
        if theirs:
            hand_over_answers(one, to=ticket.responsible or by, by=by, now=now)
        ring_anew(one, now=now)
    ring_again(ticket, by=by, now=now)


def _free_proposal(ticket: Ticket, *, now: dt.datetime) -> None:
    """What they proposed or decided is void while the customer has not heard it.

    What waits for others is put before whoever may decide now.
    """
    proposal = access.latest_proposal(ticket)
    if proposal is None or ticket.state in states.SETTLED:
        return
    theirs = ticket.about_id in (proposal.decided_by_id, proposal.author_id, *writers_of(ticket))
    if theirs and proposal.state in (*states.PROPOSAL_OPEN, states.OFFER_APPROVED):
        _void(ticket, proposal, now=now)
    elif proposal.state == states.OFFER_WAITING and asked_to_decide(proposal, now):
        put_before(proposal, now=now)


def _void(ticket: Ticket, proposal: Proposal, *, now: dt.datetime) -> None:
    frm = (*states.PROPOSAL_OPEN, states.OFFER_APPROVED)
    transition(proposal, frm=frm, to=states.OFFER_VOID)
    notices.cancel(about=About.of(proposal), reason="void", now=now)
    back = (states.PROPOSED, states.APPROVING, states.APPROVED)
    if ticket.state in back:
        submitted = ticket.state != states.PROPOSED
        transition(ticket, frm=back, to=states.INVESTIGATING)
        if submitted:
            begin_anew(ticket, clocks.SOLUTION, now=now)
