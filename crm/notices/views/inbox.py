"""The inbox, its verbs, and the address that says whether all is well."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.notices import actions, queues
from crm.notices.forms import SNOOZES, SnoozeForm
from crm.notices.models import Notice
from crm.people.access import SignedInRequest
from crm.ui.lists import PAGE_SIZE, page_number


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """A person's own lines, unread first (RM-07)."""
    now = timezone.now()
    lines = Paginator(queues.inbox(request.user, now=now), PAGE_SIZE)
    context = {"page": lines.get_page(page_number(request.GET)), "snoozes": SNOOZES, "now": now}
    return render(request, "notices/inbox.html", context)


@require_safe
def digest(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The lines folded into one digest after a standstill."""
    now = timezone.now()
    found = _own(request, public_id)
    lines = Paginator(queues.lines_of_digest(request.user, found, now=now), PAGE_SIZE)
    context = {
        "digest": found,
        "page": lines.get_page(page_number(request.GET)),
        "snoozes": SNOOZES,
        "now": now,
    }
    return render(request, "notices/inbox.html", context)


@require_POST
def open_notice(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Mark a line as read and go to what it is about."""
    found = _own(request, public_id)
    actions.mark_seen(found, by=request.user, now=timezone.now())
    return redirect(_target(found))


@require_POST
def mark_seen(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Mark a line as read and stay."""
    actions.mark_seen(_own(request, public_id), by=request.user, now=timezone.now())
    return redirect("notices:inbox")


@require_POST
def mark_all_seen(request: SignedInRequest) -> HttpResponse:
    """Mark everything as read."""
    count = actions.mark_all_seen(by=request.user, now=timezone.now())
    words = ngettext("%(n)d line marked as read.", "%(n)d lines marked as read.", count)
    messages.success(request, words % {"n": count})
    return redirect("notices:inbox")


@require_POST
def snooze_notice(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Put a line off; at most three times, never past the end of its due day."""
    found = _own(request, public_id)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how long to put it off."))
        return redirect("notices:inbox")
    until = actions.snooze_notice(
        found,
        minutes=form.cleaned_data["minutes"],
        version=form.cleaned_data["version"],
        by=request.user,
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    if until is None:
        messages.error(request, _("This reminder cannot be put off any further."))
    return redirect("notices:inbox")


def _own(request: SignedInRequest, public_id: str) -> Notice:
    return get_object_or_404(Notice.objects.visible_to(request.user), public_id=public_id)


def _target(notice: Notice) -> str:
    """The address of what a line is about; the inbox where this release has no page for it."""
    if notice.kind == "digest":
        return reverse("notices:digest", args=[notice.public_id])
    name, public_id = notice.link_name, notice.link_id
    thread, _colon, card_id = notice.subject.partition(":")
    if notice.kind == "contact_due" and thread == "card" and not notice.is_to_log():
        name, public_id = "home:card", card_id
    try:
        return reverse(name, args=[public_id] if public_id else [])
    except NoReverseMatch:
        return reverse("notices:inbox")
