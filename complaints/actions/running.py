"""The steps of a macro on one ticket: all of them in one transaction, or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import access, states
from complaints.actions.claiming import claim_ticket
from complaints.actions.pausing import pause_clocks
from complaints.actions.routing import ask_department, leads_already, route_ticket
from complaints.actions.thread import enter, note_ticket
from complaints.models import Entry, Macro, Ticket
from complaints.queues.ready import offered_macros
from crm.people.models import User
from crm.records import audit
from crm.records.actions import change, claim_request

Step = tuple[str, Callable[..., None], dict[str, Any]]


def run_macro(
    ticket: Ticket,
    *,
    macro: Macro,
    by: User,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Do what each step's own verb does, with its rights, states, notices and trail.

    Where one is refused nothing is done, and the `ValidationError` says which and why. Raises
    `PermissionDenied` where the macro is not offered here, `Stale`.
    """
    if not access.can_run_macros(by, ticket):
        raise PermissionDenied
    if macro not in offered_macros(by, ticket):
        raise ValidationError({"macro": _("This macro is not offered here any more.")})
    with transaction.atomic():
        if not claim_request(by, "run_macro", request_id):
            return
        ticket = copy(ticket)  # a refused step leaves the caller's as it was seen
        change(ticket, version=version)
        enter(ticket, Entry.Kind.MACRO, by=by, now=now, words=macro.name)
        for name, verb, given in _steps(ticket, macro, by):
            try:
                verb(ticket, by=by, now=now, **given)
            except PermissionDenied as error:
                why = _("you may not do that on this ticket")
                raise _refusal(name, why) from error
            except ValidationError as error:
                raise _refusal(name, " ".join(error.messages)) from error
        audit.record("complaints.run_macro", by=by, obj=ticket, after={"macro": macro.name}, at=now)


def _steps(ticket: Ticket, macro: Macro, by: User) -> Iterator[Step]:
    """Each step as it comes: its name, its verb, what the verb is given; none that is so already.

    The version is the ticket's own after the step before.
    """
    if macro.takes and ticket.responsible_id != by.pk:
        yield _("Take the ticket"), claim_ticket, {"version": ticket.version}
    to_lead = macro.lead is not None and not leads_already(ticket, macro.lead)
    if to_lead or (macro.category and macro.category != ticket.category):
        yield _("Class and lead department"), _route, {"macro": macro}
    if macro.assisting is not None:
        asked = {"department": macro.assisting, "task": macro.assisting_task}
        yield _("Assisting department"), ask_department, {"version": ticket.version, **asked}
    if macro.note:
        yield _("Internal note"), note_ticket, {"words": macro.note}
    if macro.waits_for:
        waits = {"version": ticket.version, "reason": macro.waits_for}
        yield _("Wait for the customer"), pause_clocks, waits


def _route(ticket: Ticket, *, macro: Macro, by: User, now: dt.datetime) -> None:
    """The class alone is judged only while no department leads: asking goes with it."""
    alone = macro.lead is None or leads_already(ticket, macro.lead)
    if alone and ticket.lead_department_id is not None:
        raise ValidationError(_("a department leads already"))
    fits = states.belongs_to(ticket.subcategory, macro.category)
    route_ticket(
        ticket,
        by=by,
        version=ticket.version,
        category=macro.category,
        subcategory=ticket.subcategory if fits else "",
        department=macro.lead,
        task=macro.lead_task,
        now=now,
    )


def _refusal(step: str, why: str) -> ValidationError:
    words = _("Nothing was done. %(step)s: %(why)s")
    return ValidationError(words % {"step": step, "why": why})
