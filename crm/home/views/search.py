"""The search box of every page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from crm.customers.access import can_list_cards
from crm.home.queues import page_of_number
from crm.people.access import SignedInRequest

LONGEST_QUERY = 100


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """Search is the customer list with words; a number leads to the page of what bears it."""
    if not can_list_cards(request.user):
        raise PermissionDenied
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    page = page_of_number(request.user, words)
    if page:
        return redirect(page)
    query = f"?{urlencode({'q': words})}" if words else ""
    return redirect(reverse("customers:list") + query)
