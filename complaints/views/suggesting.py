"""What was learnt before, suggested while the next complaint is written down (CP-26)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from complaints import access, alarms
from complaints.likeness import LONGEST
from complaints.models import Ticket
from complaints.queues.similar_cases import similar_cases
from crm.people.access import SignedInRequest


@require_POST
def suggest_cases(request: SignedInRequest) -> HttpResponse:
    """The cases most like the words typed so far; it keeps nothing.

    Sent as a form, so that no word of a customer stands in an address. A form with several
    matters says by what names it sends the words and the class of this one.
    """
    if not access.can_register(request.user):
        raise PermissionDenied
    category = request.POST.get(request.POST.get("class_in", "category"), "")
    known = category if category in Ticket.Category.values else ""
    said = request.POST.get(request.POST.get("words_in", "description"), "")[:LONGEST]
    found = similar_cases(request.user, said, known)
    context = {"similar_cases": found, "alarms": alarms.makes_critical(known, said)}
    context["place"] = request.POST.get("words_in", "")
    return render(request, "complaints/_suggested.html", context)
