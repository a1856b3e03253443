"""When the last good backup was, and whether one was restored on trial (D49, D50)."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.home.access import can_read_backups
from crm.home.queues import backups as queues
from crm.people.access import SignedInRequest


@require_safe
def backups(request: SignedInRequest) -> HttpResponse:
    """The state of the backups and the latest of them; where they lie is not shown."""
    if not can_read_backups(request.user):
        raise PermissionDenied
    now = timezone.now()
    context = {
        "state": queues.backup_state(now),
        "rows": queues.latest_backups(),
        "late_hours": settings.BACKUP_LATE_HOURS,
        "hour": settings.BACKUP_HOUR,
        "now": now,
    }
    return render(request, "home/backups.html", context)
