"""One verb on several tickets, each a transaction of its own; of those left it is said why."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from complaints import access
from complaints.actions.handing import offer_ticket
from complaints.actions.routing import leads_already, route_ticket
from complaints.models import Ticket
from crm.people.models import Department, User
from crm.records.states import Stale

Chosen = Iterable[tuple[Ticket, int]]


@dataclass
class Outcome:
    """What came of it: the tickets it was done to, and the others each with the reason."""

    done: list[Ticket] = field(default_factory=list)
    left: list[tuple[Ticket, str]] = field(default_factory=list)


def offer_tickets(
    chosen: Chosen, *, to: User, reason: str, by: User, now: dt.datetime, request_id: str = ""
) -> Outcome:
    """Ask somebody to answer for each, with the version seen; until they accept nothing moves.

    Sent twice, each is asked once.
    """
    verb = partial(offer_ticket, to=to, reason=reason, by=by, now=now)
    return _each(chosen, lambda _ticket: verb, request_id)


def route_tickets(
    chosen: Chosen,
    *,
    department: Department,
    task: str,
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> Outcome:
    """Ask a department to lead each, whose class stays as it is. Sent twice, it is asked once.

    Where it leads already nothing is done.
    """

    def verb(ticket: Ticket) -> Callable[..., None]:
        if access.can_route(by, ticket) and leads_already(ticket, department):
            return _nothing
        return partial(
            route_ticket,
            category=ticket.category,
            subcategory=ticket.subcategory,
            department=department,
            task=task,
            by=by,
            now=now,
        )

    return _each(chosen, verb, request_id)


def _each(chosen: Chosen, verb: Callable[[Ticket], Callable[..., Any]], request_id: str) -> Outcome:
    found = Outcome()
    for ticket, version in chosen:
        try:
            verb(ticket)(ticket, version=version, request_id=_own(request_id, ticket))
        except PermissionDenied:
            found.left.append((ticket, _("you may not do that on this ticket")))
        except ValidationError as error:
            found.left.append((ticket, " ".join(error.messages)))
        except Stale:
            found.left.append((ticket, _("somebody changed it meanwhile")))
        else:
            found.done.append(ticket)
    return found


def _nothing(_ticket: Ticket, **_given: Any) -> None:
    """It is so already."""


def _own(request_id: str, ticket: Ticket) -> str:
    """The request id of one ticket's part of the form."""
    whole = f"{request_id}/{ticket.public_id}"
    return hashlib.sha256(whole.encode()).hexdigest()[:36] if request_id else ""
