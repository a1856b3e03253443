"""Return visits: the list, by what is due first, and one visit."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.customers.access import shown_name
from crm.customers.queues import calls_refused, refusals_of
from crm.people.access import SignedInRequest
from crm.records.queues import files_of
from crm.ui import moments
from visits import access, states
from visits.queues import screens, visit_list, visit_queue
from visits.queues.mails import mails_of
from visits.queues.tries import tried_enough


@require_safe
def visits(request: SignedInRequest) -> HttpResponse:
    """The return visits within this person's scope (RV-16)."""
    if not access.can_see_visits(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    listing = visit_list(request.user, today).show(visit_queue(request.user), request.GET)
    rows = [(visit, shown_name(request.user, visit.card)) for visit in listing.page]
    may = {
        "rules": access.can_see_rules(request.user),
        "plan": access.can_plan_visits(request.user),
        "visitors": access.can_see_visitors(request.user),
        "findings": access.can_see_findings(request.user),
        "invitations": access.can_see_invitations(request.user),
        "links": access.can_see_links(request.user),
        "questionnaires": access.can_see_questionnaires(request.user),
        "supervision": access.can_supervise_visits(request.user),
    }
    stands_in_for = request.user.reach.stands_in_for
    context = {"listing": listing, "rows": rows, "may": may, "stands_in_for": stands_in_for}
    return render(request, "visits/visits.html", context)


@require_safe
def visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One visit with its tries and answers; outside scope there is none."""
    user = request.user
    found = get_object_or_404(screens.visit_for_page(user), public_id=public_id)
    reads = access.reads_words(user, found)
    refusals = refusals_of(found.card.customer_id)
    context = {
        "visit": found,
        "name": shown_name(user, found.card),
        "makes": found.state in states.MOVES["complete"] and access.makes(user, found),
        "is_visitor": access.makes(user, found),
        "outing": screens.outing_of(found),
        "files": files_of(user, [found]).get(found.public_id, []) if reads else [],
        "assigns": access.can_assign(user, found),
        "cancels": access.can_cancel(user, found),
        "reopens": access.can_reopen(user, found),
        "invites": access.can_invite(user, found),
        "response": found.responses.select_related("entered_by").first(),
        "attempts": screens.attempts_of(found),
        "gives_up": found.state in states.MOVES["give_up"] and tried_enough(found),
        "reads_words": reads,
        "tickets": list(screens.tickets_of(user, found)),
        "answers": screens.answers_of(found) if reads else [],
        "length": moments.span(found.length) if found.length else "",
        "refusals": refusals,
        "calls_refused": calls_refused(refusals),
        "mails": mails_of(found, user, timezone.localdate()) if reads else [],
    }
    return render(request, "visits/visit.html", context)
