"""A matter that goes on in a ticket of its own: no complaint after all, or back too late (4.7)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.intake import tell_of_critical
from complaints.actions.linking import join
from complaints.actions.promising import promise_answer
from complaints.actions.registering import register_again
from complaints.actions.telling import tell_responsible
from complaints.actions.thread import hold, needed
from complaints.models import Intake, Ticket
from complaints.queues.closing import is_too_late
from complaints.queues.related import begun_from
from crm.people.models import User
from crm.promises.actions import hand_over_answers
from crm.records import audit
from crm.records.actions import claim_request, keep_result
from crm.records.queues import earlier_result

CARRIED = ("name", "phone", "plate", "subject", "cause", "demand")


def register_anew(
    ticket: Ticket,
    *,
    by: User,
    channel: str,
    words: str,
    severity: str,
    now: dt.datetime,
    answer_by: dt.datetime | None = None,
    request_id: str = "",
) -> Ticket:
    """The customer is back too late to reopen: a new complaint, linked with the closed one (CP-32).

    Its facts are carried over, `words` are what the customer says now, `answer_by` promises when
    they hear. While one begun from it is open there is no other. A form sent twice makes one
    ticket and returns it. Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_reopen(by, ticket):
        raise PermissionDenied
    words = needed(words, "words")
    if channel not in Intake.Channel.values:
        raise ValidationError({"channel": _("Choose how it came.")})
    check_answer_by(answer_by, now)
    with transaction.atomic():
        if not claim_request(by, "register_anew", request_id):
            return Ticket.objects.get(public_id=earlier_result(by, "register_anew", request_id))
        _check_late(ticket, by=by, now=now)
        anew = register_again(
            ticket, kind=states.COMPLAINT, by=by, responsible=by, description=words, now=now,
            severity=severity,
        )  # fmt: skip
        _carry_on(ticket, anew, channel, by=by, now=now, answer_by=answer_by)
        tell_of_critical(anew, now=now)
        said = {"from": ticket.ticket_no}
        audit.record("complaints.register_anew", by=by, obj=anew, after=said, at=now)
        keep_result(by, "register_anew", request_id, anew.public_id)
    return anew


def go_on_as(
    ticket: Ticket, kind: str, *, by: User, now: dt.datetime, answer_by: dt.datetime | None
) -> Ticket:
    """What is no complaint goes on as an opinion, in the caller's transaction (CP-29, 4.7).

    Whoever answered for the one answers for the other with what is promised, and is told.
    """
    heir = ticket.responsible or by
    opinion = register_again(
        ticket,
        kind=kind,
        by=by,
        responsible=heir,
        description=ticket.description,
        now=now,
    )
    intake: Intake | None = getattr(ticket, "intake", None)
    channel = intake.channel if intake is not None else Intake.Channel.SPOKEN
    _carry_on(ticket, opinion, channel, by=by, now=now, answer_by=answer_by)
    hand_over_answers(opinion, to=heir, by=by, now=now)
    tell_responsible(opinion, "complaint_turned", by=by, now=now, number=ticket.ticket_no)
    return opinion


def check_answer_by(answer_by: dt.datetime | None, now: dt.datetime) -> None:
    """A date promised lies ahead; raises `ValidationError` by field."""
    if answer_by is not None and answer_by <= now:
        raise ValidationError({"answer_by": _("Choose a time still to come.")})


def _check_late(ticket: Ticket, *, by: User, now: dt.datetime) -> None:
    """Closed too long ago, and nobody was quicker; the closed one is held until the end."""
    hold(ticket)
    ticket.refresh_from_db(fields=["state", "closed_at", "about", "also_about"])
    if not access.can_reopen(by, ticket):
        raise PermissionDenied
    if not is_too_late(ticket, now):
        raise ValidationError(_("It can still be reopened: that keeps its course together."))
    if found := begun_from(ticket):
        said = {"number": found.ticket_no}
        raise ValidationError(_("It goes on in %(number)s already.") % said)


def _carry_on(
    before: Ticket,
    ticket: Ticket,
    channel: str,
    *,
    by: User,
    now: dt.datetime,
    answer_by: dt.datetime | None,
) -> None:
    """The register form of the one before, the link between the two, the date promised."""
    intake: Intake | None = getattr(before, "intake", None)
    facts = {name: getattr(intake, name) for name in CARRIED} if intake is not None else {}
    Intake.objects.create(
        **facts,
        ticket=ticket,
        channel=channel,
        calmed=False,
        confirmed=False,
        store_id=ticket.store_id,
        created_at=now,
    )
    join(before, ticket, by=by, now=now)
    if answer_by is not None:
        promise_answer(ticket, by=by, due_at=answer_by, now=now)
