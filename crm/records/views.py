"""The auditor's pages: the whole trail, and its technical part alone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.people.access import SignedInRequest
from crm.records import access
from crm.records.audit import reading, words
from crm.records.audit.telling import told
from crm.records.models import AuditQuerySet


@require_safe
def trail(request: SignedInRequest) -> HttpResponse:
    """Who did what to which row: filtered, newest first, with how far it is sealed (row 21)."""
    if not access.can_read_trail(request.user):
        raise PermissionDenied
    now = timezone.now()
    chosen, seal = reading.Chosen.of(request.GET, now), reading.seal_state(now)
    context = {
        **lines(request, reading.trail(request.user, chosen), chosen),
        "watched": reading.watched(chosen),
        "rooms": words.ROOMS.items(),
        "actions": words.actions_by_room(),
        "seal": seal,
        "now": now,
    }
    reading.note_reading(request.user, chosen, now=now)
    return render(request, "records/trail.html", context)


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
