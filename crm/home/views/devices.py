"""The devices one is signed in with."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.home.actions import accounts as actions
from crm.home.actions.guards import Replayed
from crm.people.access import SignedInRequest
from crm.people.queues import devices_of
from crm.records.queues import sent_before


@require_safe
def devices(request: SignedInRequest) -> HttpResponse:
    """This device and the others, the latest seen first."""
    now = timezone.now()
    rows = list(devices_of(request.user, now))
    here = request.session.session_key
    context = {
        "here": [one for one in rows if one.session_key == here],
        "others": [one for one in rows if one.session_key != here],
        "now": now,
    }
    return render(request, "accounts/devices.html", context)


@require_POST
def end_device(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Sign one device out."""
    now, request_id = timezone.now(), request.POST.get("request_id", "")
    device = devices_of(request.user, now).filter(public_id=public_id).first()
    if device is None:
        # The other of two presses ended it: asked for after the row, or it may come between.
        if sent_before(request.user, "end_device", request_id):
            return redirect("home:devices")
        raise Http404
    if device.session_key == request.session.session_key:
        logout(request)
        return redirect("people:sign_in")
    try:
        actions.end_device(device, by=request.user, now=now, request_id=request_id)
    except Replayed:
        return redirect("home:devices")
    messages.success(request, _("This device is signed out."))
    return redirect("home:devices")
