"""What each role sees first. Where a room has the right page already, that is where it leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from complaints.access import can_see_tickets
from complaints.views.ticket_rows import Drawing
from complaints.views.tickets import lines_of
from crm.customers.access import shown_name
from crm.exchange.queues.grants import is_first_import
from crm.home import queues
from crm.people import roles
from crm.people.access import SignedInRequest
from visits.access import can_see_care, can_see_visits

LINES = 15
ELSEWHERE = {
    roles.SALESPERSON: "followups:my_day",
    roles.SALES_SUPERVISOR: "reports:dashboard",
    roles.MANAGER: "reports:dashboard",
    roles.GENERAL_MANAGER: "reports:dashboard",
    roles.RECEPTION: "reception:log",
}


@require_safe
def first_page(request: SignedInRequest) -> HttpResponse:
    """The page of a person's main role; who has none yet is told whom to ask."""
    main = request.user.reach.main
    if main is None:
        return render(request, "home/no_role.html")
    if main.role in ELSEWHERE:
        return redirect(ELSEWHERE[main.role])
    return PAGES[main.role](request)


def service_page(request: SignedInRequest) -> HttpResponse:
    """Return visits due and tickets open, each with a way to the whole list."""
    user, now = request.user, timezone.now()
    today = timezone.localdate(now)
    context: dict[str, Any] = {"now": now, "today": today}
    if can_see_visits(user):
        due = queues.visits_due(user, today)
        context |= {
            "visits": [(visit, shown_name(user, visit.card)) for visit in due[:LINES]],
            "visit_counts": queues.visit_counts(user, today),
        }
    if can_see_care(user):
        greet = queues.care_waiting(user, today)
        context |= {
            "care": [(task, shown_name(user, task.card)) for task in greet[:LINES]],
            "care_count": greet.count(),
        }
    if can_see_tickets(user):
        lines = lines_of(user, list(queues.tickets_open(user)[:LINES]), now)
        context |= {
            "tickets": [phone for _row, phone in Drawing(now, (), ()).rows(lines)],
            "ticket_counts": queues.ticket_counts(user, now),
        }
    return render(request, "home/service.html", context)


def marketing_page(request: SignedInRequest) -> HttpResponse:
    """Cards opened this month in the own stores, by source: counts alone, no customer."""
    now = timezone.now()
    rows = queues.sources_this_month(request.user, now)
    context = {
        "rows": rows,
        "total": sum(row.cards for row in rows),
        "ordered": sum(row.ordered for row in rows),
        "since": timezone.localdate(now).replace(day=1),
        "now": now,
    }
    return render(request, "home/marketing.html", context)


def privacy_page(request: SignedInRequest) -> HttpResponse:
    """Who signed in, who was refused, how often phones were shown, which roles changed."""
    now = timezone.now()
    context = {
        "figures": queues.privacy_figures(now),
        "events": queues.latest_role_events(now),
        "waiting": queues.grants_to_decide(request.user),
        "now": now,
    }
    return render(request, "home/privacy.html", context)


def admin_page(request: SignedInRequest) -> HttpResponse:
    """Stores and users in figures, and what has to be done next."""
    now = timezone.now()
    context = {
        "figures": queues.admin_figures(timezone.localdate(now)),
        "backups": queues.backup_state(now),
        "may_begin": is_first_import(),
        "now": now,
    }
    return render(request, "home/admin.html", context)


PAGES: dict[str, Callable[[SignedInRequest], HttpResponse]] = {
    roles.SERVICE_AGENT: service_page,
    roles.SERVICE_SUPERVISOR: service_page,
    roles.HANDLER: service_page,
    roles.AUDITOR: service_page,
    roles.MARKETER: marketing_page,
    roles.MARKETING_SUPERVISOR: marketing_page,
    roles.PRIVACY_OFFICER: privacy_page,
    roles.ADMIN: admin_page,
}
