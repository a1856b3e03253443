"""The auditor's pages: the whole trail, and its technical part alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records import access
from crm.records.audit import exporting, reading, words
from crm.records.audit.telling import told
from crm.records.forms import TrailExportForm
from crm.records.models import AuditQuerySet


@require_safe
def trail(request: SignedInRequest) -> HttpResponse:
    """Who did what to which row: filtered, newest first, with how far it is sealed (row 21)."""
    if not access.can_read_trail(request.user):
        raise PermissionDenied
    now = timezone.now()
    chosen = reading.Chosen.of(request.GET, now)
    answer = draw(request, chosen, TrailExportForm(), now)
    reading.note_reading(request.user, chosen, now=now)
    return answer


def draw(
    request: SignedInRequest,
    chosen: reading.Chosen,
    form: TrailExportForm,
    now: dt.datetime,
    status: int = 200,
) -> HttpResponse:
    """The page of the trail under these filters."""
    context = {
        **lines(request, reading.trail(request.user, chosen), chosen),
        "watched": reading.watched(chosen),
        "rooms": words.ROOMS.items(),
        "actions": words.actions_by_room(),
        "seal": reading.seal_state(now),
        "form": form if access.can_export_trail(request.user) else None,
        "here": chosen.query(),
        "now": now,
    }
    return render(request, "records/trail.html", context, status=status)


@require_POST
def export_trail(request: SignedInRequest) -> HttpResponseBase:
    """The events under these filters as a file, with the reason kept (row 21, export)."""
    if not access.can_export_trail(request.user):
        raise PermissionDenied
    now = timezone.now()
    chosen, form = reading.Chosen.of(request.GET, now), TrailExportForm(request.POST)
    if form.is_valid():
        sent = request.POST.get("request_id", "")
        try:
            file = exporting.export_trail(
                chosen, by=request.user, now=now, request_id=sent, **form.cleaned_data
            )
        except exporting.TooMany:
            most = exporting.ROWS_AT_MOST
            text = _("More than %(most)d events fit. Choose fewer days.") % {"most": most}
            form.add_error(None, text)
        except exporting.Replayed:
            return redirect("records:trail")
        else:
            name = f"audit-events-{timezone.localtime(now):%Y%m%d-%H%M}.csv"
            return FileResponse(
                file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
            )
    return draw(request, chosen, form, now, status=422)


@require_safe
def sign_ins(request: SignedInRequest) -> HttpResponse:
    """How accounts were used; no contents of any row (row 21, administrator)."""
    if not access.can_read_sign_ins(request.user):
        raise PermissionDenied
    now = timezone.now()
    chosen = reading.Chosen.of(request.GET, now)
    rows = reading.trail(request.user, chosen).of_accounts()
    context = {**lines(request, rows, chosen), "now": now}
    return render(request, "records/sign_ins.html", context)


def lines(request: SignedInRequest, rows: AuditQuerySet, chosen: reading.Chosen) -> dict[str, Any]:
    """One page of events in words, and the ways to the pages beside it."""
    page = reading.page_of(rows, request.GET)
    return {
        "chosen": chosen,
        "lines": told(page.events, request.user),
        "newer": chosen.query(after=page.newer) if page.newer else "",
        "older": chosen.query(before=page.older) if page.older else "",
    }
