"""Working through the queue: take a ticket, open the next one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from complaints import access, actions, forms
from complaints.queues import saved_ticket, ticket_queue
from complaints.queues.claiming import next_for
from complaints.queues.position import kept_query
from complaints.views.presses import press, press_common, ticket_of
from complaints.views.returning import asked_of, to_queue, to_ticket
from crm.people.access import SignedInRequest
from crm.records.queues import sent_before
from crm.ui.asked import ticked
from crm.ui.lists import PAGE_SIZE


@require_POST
def claim_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take it: whoever comes second is told who was first and when."""
    ticket, form = ticket_of(request, public_id), forms.AcceptForm(request.POST)
    if not access.can_claim(request.user, ticket):
        if sent_before(request.user, "claim_ticket", request.POST.get("request_id", "")):
            return to_ticket(request, public_id)  # pressed twice
        raise PermissionDenied
    return press(
        request,
        public_id,
        form,
        lambda: actions.claim_ticket(ticket, **press_common(request, form)),
        lambda: saved_ticket(ticket_of(request, public_id)),
        "claim",
    )


@require_safe
def next_ticket(request: SignedInRequest) -> HttpResponse:
    """Lead to what expires first and is nobody's or one's own."""
    if not access.can_work_queue(request.user):
        raise PermissionDenied
    after = request.GET.get("after", "")[:22]
    asked, now = asked_of(request), timezone.now()
    found = next_for(request.user, now, after=after, query=asked)
    if found is not None:
        queue = kept_query(request.user, asked, now)
        return redirect(f"{reverse('complaints:ticket', args=[found])}{queue}")
    messages.info(request, _("Nothing else waits for you."))
    return to_queue(request)


@require_POST
def claim_tickets(request: SignedInRequest) -> HttpResponse:
    """Take all that are ticked, or the one pressed; of each left it is said who has it."""
    if not access.can_work_queue(request.user):
        raise PermissionDenied
    chosen = ticked(request.POST.getlist("one") or request.POST.getlist("ticket"), PAGE_SIZE)
    tickets = ticket_queue(request.user).filter(public_id__in=chosen)
    pairs = [(ticket, chosen[ticket.public_id]) for ticket in tickets]
    taken, left = actions.claim_tickets(pairs, by=request.user, now=timezone.now())
    if not pairs:
        messages.error(request, _("Tick at least one ticket."))
    if taken:
        words = ngettext("%(count)d ticket taken", "%(count)d tickets taken", len(taken))
        messages.success(request, words % {"count": len(taken)})
    for ticket in left:
        who = ticket.responsible.name if ticket.responsible else "—"
        said = {"number": ticket.ticket_no, "who": who}
        messages.error(request, _("%(number)s was not taken: %(who)s has it.") % said)
    return to_queue(request)
