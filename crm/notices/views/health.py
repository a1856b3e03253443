"""The address that says whether all is well."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.notices import queues


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Whether database and worker are well: 200, or 503 with the part that failed (RM-13)."""
    try:
        status = queues.worker_status()
    except DatabaseError:
        connection.close()
        broken = {"database": "failed", "worker": "unknown"}
        return JsonResponse({**broken, "worker_seen_s": None, "reminders_late": None}, status=503)
    worker = "failed" if status.level == "red" else "ok"
    body = {"database": "ok", "worker": worker, "worker_seen_s": status.seen_s}
    body["reminders_late"] = status.late
    return JsonResponse(body, status=503 if worker == "failed" else 200)
