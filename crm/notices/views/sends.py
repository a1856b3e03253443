"""Messages that failed, are in doubt or wait for a click, and the verbs on each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.notices import actions, queues
from crm.notices.access import can_release
from crm.notices.models import Delivery, Reminder
from crm.people.access import SignedInRequest
from crm.records.models import AuditEvent
from crm.ui import moments
from crm.ui.asked import ticked, version_of
from crm.ui.lists import PAGE_SIZE


@require_safe
def failures(request: SignedInRequest) -> HttpResponse:
    """What did not reach somebody for sure: who, what, why, how often (section 2)."""
    now = timezone.now()
    context = {
        "trouble": queues.in_trouble(request.user, request.GET),
        "paused": queues.paused_channels(now),
        "may_release": can_release(request.user),
        "now": now,
    }
    return render(request, "notices/failures.html", context)


@require_POST
def resend_delivery(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Send it once more."""
    return _decide(request, public_id, actions.resend_delivery, _("It is sent once more."))


@require_POST
def confirm_arrival(request: SignedInRequest, public_id: str) -> HttpResponse:
    """It did arrive."""
    return _decide(request, public_id, actions.confirm_arrival, _("Noted: it arrived."))


@require_POST
def cancel_delivery(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Leave it unsent."""
    return _decide(request, public_id, actions.cancel_delivery, _("It stays unsent."))


@require_POST
def release_deliveries(request: SignedInRequest) -> HttpResponse:
    """Let messages older than a day go after all; of each left it is said who was first."""
    seen = ticked(request.POST.getlist("delivery"), PAGE_SIZE)
    count, left = actions.release_deliveries(
        seen,
        by=request.user,
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    if not seen:
        messages.error(request, _("Tick at least one message."))
    if count:
        words = ngettext("%(n)d message goes out now.", "%(n)d messages go out now.", count)
        messages.success(request, words % {"n": count})
    for name, found in queues.decided_first(left).items():
        messages.error(request, _first(name, found))
    return redirect("notices:failures")


@require_POST
def retry_reminder(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ring it once more."""
    return _decide_reminder(
        request, public_id, actions.retry_reminder, _("The reminder rings once more.")
    )


@require_POST
def cancel_reminder(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Let it rest."""
    return _decide_reminder(
        request, public_id, actions.cancel_reminder, _("The reminder is given up.")
    )


def _first(name: str, found: Sequence[AuditEvent]) -> str:
    """Who decided how many of the ticked messages first, and when."""
    ago = moments.in_style("ago", found[-1].at, timezone.now())
    words = ngettext(
        "%(n)d message is not sent by you: %(name)s decided it %(ago)s.",
        "%(n)d messages are not sent by you: %(name)s decided them %(ago)s.",
        len(found),
    )
    return words % {"n": len(found), "name": name or _("the worker"), "ago": ago}


def _decide(
    request: SignedInRequest, public_id: str, verb: Callable[..., None], done: str
) -> HttpResponse:
    rows = Delivery.objects.visible_to(request.user)
    found = get_object_or_404(rows, public_id=public_id)
    return _do(request, found, verb, done)


def _decide_reminder(
    request: SignedInRequest, public_id: str, verb: Callable[..., None], done: str
) -> HttpResponse:
    rows = Reminder.objects.visible_to(request.user)
    found = get_object_or_404(rows, public_id=public_id)
    return _do(request, found, verb, done)


def _do(
    request: SignedInRequest, row: Delivery | Reminder, verb: Callable[..., None], done: str
) -> HttpResponse:
    verb(
        row,
        by=request.user,
        version=version_of(request.POST),
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    messages.success(request, done)
    return redirect("notices:failures")
