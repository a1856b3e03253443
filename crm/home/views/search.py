"""The search box of every page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from crm.people.access import SignedInRequest

LONGEST_QUERY = 100


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """Search is the customer list with words."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    query = f"?{urlencode({'q': words})}" if words else ""
    return redirect(reverse("customers:list") + query)
