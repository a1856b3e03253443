"""The yearly file of finished complaints, and who decides on what (CP-10, CP-21)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints import access
from complaints.queues.authority import authority_rows
from complaints.queues.closing import filed, years_filed
from complaints.views.tickets import name_of
from crm.people.access import SignedInRequest
from crm.rulebook.queues import rules_for
from crm.ui.lists import PAGE_SIZE, page_number
from crm.ui.texts import clean_line

LONGEST_QUERY = 60


@require_safe
def files(request: SignedInRequest) -> HttpResponse:
    """The file of one year, searched by number and words (CP-21)."""
    if not access.can_see_files(request.user):
        raise PermissionDenied
    this_year = timezone.localdate().year
    years = years_filed(request.user) or [this_year]
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), years[0])
    query = clean_line(request.GET.get("q", "")[:LONGEST_QUERY])
    page = Paginator(filed(request.user, year, query), PAGE_SIZE).get_page(page_number(request.GET))
    rows = [(one, name_of(request.user, one.ticket)) for one in page]
    unread = [one.pk for one in page if not access.reads_words(request.user, one.ticket)]
    context = {"page": page, "rows": rows, "unread": unread, "years": years, "year": year}
    return render(request, "complaints/files.html", {**context, "query": query})


@require_safe
def authority(request: SignedInRequest) -> HttpResponse:
    """Class by severity: the least who decides, and up to which amounts (CP-10, CP-13)."""
    if not access.can_see_authority(request.user):
        raise PermissionDenied
    main = request.user.reach.main
    numbers, _calendar = rules_for(main.store_id if main else None)
    context = {"rows": authority_rows(), "numbers": numbers}
    return render(request, "complaints/authority.html", context)
