"""The answer on paper, and one that was not sent sent once more (CP-20)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints import access, actions
from complaints.models import ReplyMail
from complaints.queues import ticket_for_page
from complaints.views.tickets import name_of
from crm.people.access import SignedInRequest
from crm.ui.asked import version_of


@require_safe
def reply_letter(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The answer as a letter of one page; none before the customer was given one (CP-12)."""
    ticket = get_object_or_404(ticket_for_page(request.user), public_id=public_id)
    if ticket.by_departments or not access.reads_words(request.user, ticket):
        raise PermissionDenied
    context = {
        "ticket": ticket,
        "name": name_of(request.user, ticket),
        "now": timezone.now(),
    }
    return render(request, "complaints/letter.html", context)


@require_POST
def resend_reply(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Send once more what was not sent, or perhaps not."""
    rows = ReplyMail.objects.visible_to(request.user)
    mail = get_object_or_404(
        rows.select_related("ticket__card__customer", "ticket__responsible"), public_id=public_id
    )
    try:
        actions.resend_reply(
            mail,
            by=request.user,
            version=version_of(request.POST),
            now=timezone.now(),
            request_id=request.POST.get("request_id", ""),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is sent within a minute or two."))
    return redirect("complaints:ticket", mail.ticket.public_id)
