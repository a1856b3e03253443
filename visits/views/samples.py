"""How the visits to audit were drawn: each month, and one of them by visitor."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from crm.people.access import SignedInRequest
from crm.ui.lists import PAGE_SIZE, page_number
from visits import access
from visits.queues import samples as queues


@require_safe
def samples(request: SignedInRequest) -> HttpResponse:
    """Every draw of one's stores, the latest month first."""
    if not access.can_see_samples(request.user):
        raise PermissionDenied
    pages = Paginator(queues.sample_lines(request.user), PAGE_SIZE)
    context = {"page": pages.get_page(page_number(request.GET))}
    return render(request, "visits/samples.html", context)


@require_safe
def sample(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One draw: its seed, who was drawn from how many, and whether it repeats."""
    found = get_object_or_404(queues.sample_lines(request.user), public_id=public_id)
    context = {"sample": found, "facts": queues.sample_facts(found)}
    return render(request, "visits/sample.html", context)
