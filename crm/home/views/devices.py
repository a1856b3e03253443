"""The devices one is signed in with."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.home.actions import accounts as actions
from crm.people.access import SignedInRequest
from crm.people.queues import devices_of


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
    now = timezone.now()
    device = get_object_or_404(devices_of(request.user, now), public_id=public_id)
    if device.session_key == request.session.session_key:
        logout(request)
        return redirect("people:sign_in")
    actions.end_device(device, by=request.user, now=now)
    messages.success(request, _("This device is signed out."))
    return redirect("home:devices")
