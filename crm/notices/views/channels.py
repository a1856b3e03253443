"""How each channel does, and what it may send (security matrix row 23)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.notices import actions, queues
from crm.notices.access import can_change_channels, can_read_channels
from crm.notices.channels import LABELS
from crm.notices.forms import ChannelForm
from crm.notices.models import Channel
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.records.states import Saved
from crm.ui.asked import version_of


@require_safe
def channels(request: SignedInRequest) -> HttpResponse:
    """Every channel with its limits; addresses and secrets are never shown."""
    if not can_read_channels(request.user):
        raise PermissionDenied
    now = timezone.now()
    context = {
        "channels": queues.channel_lines(now),
        "still": queues.standing_still(now),
        "may_change": can_change_channels(request.user),
        "now": now,
    }
    return render(request, "notices/channels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_channel(request: SignedInRequest, name: str) -> HttpResponse:
    """The limits of one channel."""
    if not can_change_channels(request.user):
        raise PermissionDenied
    channel = get_object_or_404(Channel.objects.visible_to(request.user), name=name)
    form = ChannelForm(request.POST or None, initial=limits_of(channel))
    if request.method == "POST" and form.is_valid():
        with both_texts(form, lambda: saved_channel(request, name)):
            actions.change_channel(
                channel,
                **form.cleaned_data,
                by=request.user,
                version=version_of(request.POST),
                now=timezone.now(),
            )
        messages.success(request, _("Limits saved."))
        return redirect("notices:channels")
    context = {"form": form, "channel": channel, "label": LABELS.get(name, name)}
    status = 422 if request.method == "POST" else 200
    return render(request, "notices/channel_form.html", context, status=status)


def limits_of(channel: Channel) -> dict[str, Any]:
    """What the form shows of a channel."""
    return {key: getattr(channel, key) for key in ChannelForm.base_fields}


def saved_channel(request: SignedInRequest, name: str) -> Saved:
    """A channel as it stands now, for the form that came second."""
    now = Channel.objects.visible_to(request.user).get(name=name)
    return Saved(limits_of(now), resend={"version": now.version}, link=request.path)


@require_POST
def resume_channel(request: SignedInRequest, name: str) -> HttpResponse:
    """Wake a channel before its rest is over."""
    if not can_change_channels(request.user):
        raise PermissionDenied
    channel = get_object_or_404(Channel.objects.visible_to(request.user), name=name)
    actions.resume_channel(
        channel,
        by=request.user,
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    messages.success(request, _("The channel sends again."))
    return redirect("notices:channels")
