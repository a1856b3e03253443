"""Links by which customers complain themselves: made and shown once, listed, taken back (D43)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import access, actions
from complaints.models import AnswerLink, IntakeLink
from complaints.queues.answers import (
    complain_address_of,
    live_answer_links,
    live_intake_links,
)
from complaints.views.picking import picked_card
from complaints.views.tickets import name_of
from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from crm.ui.asked import version_of
from crm.ui.lists import PAGE_SIZE, page_number
from crm.ui.qr import qr_code


@require_safe
def intake_links(request: SignedInRequest) -> HttpResponse:
    """Every link a customer may still complain by, the first to close on top."""
    user, now = request.user, timezone.now()
    if not access.can_see_intake_links(user):
        raise PermissionDenied
    page = Paginator(live_intake_links(user, now), PAGE_SIZE).get_page(page_number(request.GET))
    rows = [
        (
            link,
            shown_name(user, link.card) if link.card else "",
            access.can_revoke_intake(user, link),
        )
        for link in page
    ]
    context = {"page": page, "rows": rows, "can_make": access.can_ask_help(user), "now": now}
    context["sees_answer_links"] = access.can_see_answer_links(user)
    return render(request, "complaints/intake_links.html", context)


@require_safe
def answer_links(request: SignedInRequest) -> HttpResponse:
    """Every link by which a customer may still confirm an answer."""
    user, now = request.user, timezone.now()
    if not access.can_see_answer_links(user):
        raise PermissionDenied
    page = Paginator(live_answer_links(user, now), PAGE_SIZE).get_page(page_number(request.GET))
    rows = [
        (link, name_of(user, link.ticket), access.can_revoke_answer(user, link)) for link in page
    ]
    return render(request, "complaints/answer_links.html", {"page": page, "rows": rows, "now": now})


@require_POST
def revoke_answer_link(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take one of them back."""
    rows = AnswerLink.objects.visible_to(request.user).select_related("ticket")
    link = get_object_or_404(rows, public_id=public_id)
    actions.revoke_answer_link(
        link,
        by=request.user,
        version=version_of(request.POST),
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    messages.success(request, _("The link is taken back."))
    return redirect("complaints:answer_links")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_intake_link(request: SignedInRequest) -> HttpResponse:
    """Make a link; address and QR code are shown this once."""
    if not access.can_ask_help(request.user):
        raise PermissionDenied
    card, now = picked_card(request), timezone.now()
    name = shown_name(request.user, card) if card else ""
    context: dict[str, Any] = {"card": card, "name": name, "now": now}
    if request.method != "POST":
        return render(request, "complaints/intake_link.html", context)
    sent = request.POST.get("request_id", "")
    made = actions.make_intake_link(card, by=request.user, now=now, request_id=sent)
    if made is None:
        messages.info(request, _("This link was shown once. Make another one."))
        return redirect("complaints:intake_links")
    address = complain_address_of(made[1])
    context |= {"link": made[0], "address": address, "qr": qr_code(address)}
    return render(request, "complaints/intake_link.html", context)


@require_POST
def revoke_intake_link(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take one link back."""
    rows = IntakeLink.objects.visible_to(request.user)
    link = get_object_or_404(rows, public_id=public_id)
    actions.revoke_intake_link(
        link,
        by=request.user,
        version=version_of(request.POST),
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    messages.success(request, _("The link is taken back."))
    return redirect("complaints:intake_links")
