"""Messages that failed, are in doubt or wait for a click, and the verbs on each of them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.notices import actions, queues, states
from crm.notices.access import can_release
from crm.notices.models import Delivery, Reminder
from crm.people.access import SignedInRequest
from crm.ui.asked import public_ids, version_of
from crm.ui.lists import PAGE_SIZE, Chip, ListSpec, Sort

SENDS = ListSpec(
    sorts=(Sort("newest", gettext_lazy("Newest"), ("-wanted_at", "-id")),),
    chips=(
        Chip("all", gettext_lazy("All")),
        Chip("doubt", gettext_lazy("In doubt"), Q(state=states.UNKNOWN), icon="help"),
        Chip("held", gettext_lazy("Waits for a click"), Q(state=states.HELD), icon="clock"),
        Chip("failed", gettext_lazy("Failed"), Q(state=states.DEAD), icon="alert-triangle"),
    ),
)


@require_safe
def failures(request: SignedInRequest) -> HttpResponse:
    """What did not reach somebody for sure: who, what, why, how often (section 2)."""
    now = timezone.now()
    listing = SENDS.show(queues.sends_in_trouble(request.user), request.GET)
    context = {
        "listing": listing,
        "reminders": queues.dead_reminders(request.user)[:PAGE_SIZE],
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
    """Let messages older than a day go after all."""
    count = actions.release_deliveries(
        public_ids(request.POST.getlist("delivery")[:PAGE_SIZE]),
        by=request.user,
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    words = ngettext("%(n)d message goes out now.", "%(n)d messages go out now.", count)
    messages.success(request, words % {"n": count})
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
