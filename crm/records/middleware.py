"""What a lost race looks like: the 409 page that says who was first, and the 503 of an import."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import OperationalError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from crm.records.models import AuditEvent
from crm.records.queues import last_change_of
from crm.records.states import Stale
from crm.ui.forms import differences

RETRY_AFTER_S = 5
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "request_id", "version"})


class Conflicts:
    """Turns `Stale` into a 409 page and a locked database into a 503 that says what happens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for the two errors that are nobody's fault; leave the rest alone."""
        if isinstance(error, Stale):
            return conflict_page(request, last_change(error))
        if isinstance(error, OperationalError) and is_locked(error):
            response = render(request, "503.html", status=503)
            response["Retry-After"] = str(RETRY_AFTER_S)
            return response
        return None


def last_change(error: Stale) -> AuditEvent | None:
    """The latest event on the row somebody else changed first, from the trail."""
    model = apps.get_model(error.model_label)
    row = model._default_manager.filter(pk=error.pk).first()
    return None if row is None else last_change_of(row)


def conflict_page(
    request: HttpRequest,
    event: AuditEvent | None,
    *,
    form: BaseForm | None = None,
    version: int = 0,
) -> HttpResponse:
    """Say who changed the row and when, and lead back to it (habit 4).

    With the valid `form` of an edit, both texts stand side by side and the own one can be saved
    over the row as it now stands at `version` (D32).
    """
    context: dict[str, Any] = {
        "changed_by": event.actor.name if event and event.actor else "",
        "changed_at": event.at if event else None,
        "back_url": way_back(request),
    }
    if form is not None:
        typed = [pair for pair in request.POST.items() if pair[0] not in NOT_TYPED]
        context["differences"] = differences(form)
        context["resend"] = {"url": request.path, "version": version, "fields": typed}
    return render(request, "409.html", context, status=409)


def way_back(request: HttpRequest) -> str:
    """The page the form stood on, so that a person sees the row as it is now."""
    source = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(source, hosts, require_https=request.is_secure())
    return source if is_ours else "/"


def is_locked(error: OperationalError) -> bool:
    """Whether SQLite gave up waiting for its turn to write."""
    return "database is locked" in str(error) or "database table is locked" in str(error)
