"""The supervisor's page: plan against reality, accuracy and opinions of each visitor (SA-13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from crm.records.periods import OWN, Period
from crm.ui.asked import public_id
from crm.ui.lists import PAGE_SIZE, page_number
from visits import access
from visits.forms.supervision import KINDS, MonthsForm
from visits.queues import supervision as queues
from visits.queues.corrections import opinions_open, overdue


@dataclass(frozen=True)
class AskedMonths:
    """The period a page is about, and how it stands in the address."""

    form: MonthsForm
    kind: str
    period: Period

    @property
    def query(self) -> str:
        """The period as a query string without its question mark."""
        dates = {"first": str(self.period.first), "last": str(self.period.last)}
        return urlencode({"period": self.kind, **(dates if self.kind == OWN else {})})

    @property
    def kinds(self) -> list[tuple[str, Any, bool]]:
        """The kinds of periods to choose: query string, words, whether it is on."""
        return [(f"period={kind}", words, kind == self.kind) for kind, words in KINDS.items()]


def _asked(request: SignedInRequest) -> AskedMonths:
    if not access.can_supervise_visits(request.user):
        raise PermissionDenied
    form = MonthsForm(request.GET)
    kind, period = form.read(timezone.localdate(), timezone.get_default_timezone())
    return AskedMonths(form, kind, period)


@require_safe
def supervision(request: SignedInRequest) -> HttpResponse:
    """Every visitor's numbers of a period, each opening its rows."""
    asked = _asked(request)
    lines = queues.visitor_lines(request.user, asked.period, timezone.now())
    context = {
        "asked": asked,
        "lines": lines,
        "totals": queues.totals(lines),
        "measures": queues.measures(timezone.localdate()),
        "late_corrections": overdue(request.user, timezone.localdate()).count(),
        "open_opinions": opinions_open(request.user),
    }
    return render(request, "visits/supervision.html", context)


@require_safe
def supervision_rows(request: SignedInRequest) -> HttpResponse:
    """The visits or complaints behind one number."""
    asked, user = _asked(request), request.user
    known = queues.measures(timezone.localdate())
    measure = known.get(request.GET.get("of", "due"))
    wanted = request.GET.get("visitor", "")
    visitor = queues.visitor_of(user, public_id(wanted)) if wanted else None
    if measure is None or (wanted and visitor is None):
        raise Http404
    rows, count = queues.rows_of(user, measure, asked.period, visitor)
    pages = Paginator(rows, PAGE_SIZE)
    page = pages.get_page(page_number(request.GET))
    context = {
        "asked": asked,
        "measure": measure,
        "visitor": visitor,
        "page": page,
        "rows": [(row, shown_name(user, row.card) if row.card else "") for row in page],
        "count": count,
        "hidden": count - pages.count,
    }
    return render(request, "visits/supervision_rows.html", context)
