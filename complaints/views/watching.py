"""A page that stands open tells others so, and hears who else is before the same ticket."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from complaints import actions
from complaints.models import Ticket
from crm.people.access import SignedInRequest


@require_POST
def watch_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say that it is open, and who else has it: nothing where the page shows them already."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), public_id=public_id)
    writing = request.POST.get("writing") == "yes"
    others = actions.watch_ticket(ticket, by=request.user, is_writing=writing, now=timezone.now())
    if request.POST.get("known") == others.mark:
        return HttpResponse(status=204)
    return render(request, "complaints/_around.html", {"around": others})
