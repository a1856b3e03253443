"""Several ticked tickets handed over or passed to a department: first it is asked to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from complaints import access, actions, forms
from complaints.queues import ticket_queue
from complaints.views.returning import queue_of, to_queue
from complaints.views.tickets import name_of
from crm.people.access import SignedInRequest
from crm.ui.asked import ticked
from crm.ui.lists import PAGE_SIZE


@dataclass(frozen=True)
class Together:
    """A form over ticked tickets, the field by which it is told from the ticks alone, its call."""

    form: type[forms.TogetherForm]
    asks: str
    call: Callable[..., actions.Outcome]
    title: Any
    button: Any


OFFERS = Together(
    forms.OfferTogetherForm,
    "to",
    actions.offer_tickets,
    gettext_lazy("Hand over the ticked ones"),
    gettext_lazy("Ask to take them over"),
)
ROUTES = Together(
    forms.RouteTogetherForm,
    "department",
    actions.route_tickets,
    gettext_lazy("Pass the ticked ones to a department"),
    gettext_lazy("Ask the department"),
)


@require_POST
def offer_tickets(request: SignedInRequest) -> HttpResponse:
    """Ask somebody to answer for all that are ticked (PR-21)."""
    return _show(request, OFFERS)


@require_POST
def route_tickets(request: SignedInRequest) -> HttpResponse:
    """Ask a department to lead all that are ticked (RV-35)."""
    return _show(request, ROUTES)


def _show(request: SignedInRequest, what: Together) -> HttpResponse:
    if not access.can_work_queue(request.user):
        raise PermissionDenied
    chosen = ticked(request.POST.getlist("ticket"), PAGE_SIZE)
    tickets = list(ticket_queue(request.user).filter(public_id__in=chosen))
    if not tickets:
        messages.error(request, _("Tick at least one ticket."))
        return to_queue(request)
    sent = request.POST if what.asks in request.POST else None
    form = what.form(sent, tickets=tickets)
    if form.is_valid():
        pairs = [(one, chosen[one.public_id]) for one in tickets]
        _tell(request, what.call(pairs, by=request.user, now=timezone.now(), **form.told()))
        return to_queue(request)
    rows = [(one, chosen[one.public_id], name_of(request.user, one)) for one in tickets]
    context = {"form": form, "what": what, "rows": rows, "queue": queue_of(request)}
    status = 422 if form.is_bound else 200
    return render(request, "complaints/together.html", context, status=status)


def _tell(request: SignedInRequest, outcome: actions.Outcome) -> None:
    """Of how many it is done, and of each that is left why."""
    count = len(outcome.done)
    if count:
        words = ngettext("Done for %(count)d ticket.", "Done for %(count)d tickets.", count)
        messages.success(request, words % {"count": count})
    for ticket, why in outcome.left:
        said = {"number": ticket.ticket_no, "why": why}
        messages.error(request, _("%(number)s was left as it is: %(why)s") % said)
