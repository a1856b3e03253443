"""Registering a complaint or an opinion, and the register form as a printed page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from complaints import access, actions, forms
from complaints.models import Ticket
from complaints.queues import similar_tickets, ticket_for_page
from complaints.queues.page import subcategory_of
from complaints.queues.similar import SHOWN, card_of_phone
from complaints.queues.verifications import verifications_of
from complaints.quick_dates import quick_dates
from complaints.views.picking import picked_card
from complaints.views.tickets import name_of, phone_of
from crm.customers.access import shown_name
from crm.customers.models import Card
from crm.people.access import SignedInRequest
from crm.records.queues import sent_before
from crm.rulebook.queues import rules_for
from crm.ui.forms import add_errors


@require_http_methods(["GET", "HEAD", "POST"])
def lodge_complaint(request: SignedInRequest) -> HttpResponse:
    """Write down what a customer says, open tickets of the same customer in sight (CP-32)."""
    if not access.can_register(request.user):
        raise PermissionDenied
    card = picked_card(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = forms.RegisterForm(*sent, user=request.user, has_card=card is not None)
    if request.method == "POST" and form.is_valid():
        found = card or card_of_phone(request.user, form.number)
        similar = _similar(request, form, found)
        if not similar:
            try:
                return _done(request, found, form)
            except ValidationError as error:
                add_errors(form, error)
        else:
            form.add_error(None, _("There is an open ticket of this customer already."))
    else:
        similar = list(similar_tickets(request.user, card=card)[:SHOWN])
    return _form(request, form, card, similar)


@require_safe
def complaint_sheet(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The register form as one A4 page (CP-04, CP-06)."""
    ticket = get_object_or_404(ticket_for_page(request.user), public_id=public_id)
    if ticket.by_departments or not access.reads_words(request.user, ticket):
        raise PermissionDenied
    context = {
        "ticket": ticket,
        "intake": getattr(ticket, "intake", None),
        "name": name_of(request.user, ticket),
        "phone": phone_of(request.user, ticket),
        "subcategory": subcategory_of(ticket.subcategory),
        "verifications": verifications_of(ticket),
        "entries": ticket.entries.exclude(kind="note").select_related("by").order_by("at", "id"),
        "now": timezone.now(),
    }
    return render(request, "complaints/sheet.html", context)


def _similar(request: SignedInRequest, form: forms.RegisterForm, card: Card | None) -> list[Ticket]:
    """What is to be looked at first: nothing once somebody said that it is another matter.

    Nor where the same form is sent once more.
    """
    sent = form.cleaned_data
    if sent["other_matter"] or sent_before(request.user, "lodge_complaint", sent["request_id"]):
        return []
    rows = similar_tickets(request.user, card=card, phone=form.number, plate=sent["plate"])
    return list(rows[:SHOWN])


def _form(
    request: SignedInRequest,
    form: forms.RegisterForm,
    card: Card | None,
    similar: list[Ticket],
) -> HttpResponse:
    now, post = timezone.now(), request.user.reach.main
    context = {
        "form": form,
        "card": card,
        "name": shown_name(request.user, card) if card else "",
        "similar": similar,
        "guidance": forms.GUIDANCE,
        "quick": quick_dates(now, rules_for(post.store_id if post else None)[1]),
        "now": now,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/register.html", context, status=status)


def _done(request: SignedInRequest, card: Card | None, form: forms.RegisterForm) -> HttpResponse:
    ticket = actions.lodge_complaint(card, by=request.user, now=timezone.now(), **form.told())
    number = {"number": ticket.ledger_no or ticket.ticket_no}
    messages.success(request, _("Registered as %(number)s. The clocks run.") % number)
    if ticket.severity != form.cleaned_data["severity"]:
        messages.warning(
            request,
            _("The words make it critical: the manager is told. If not so, judge it anew."),
        )
    return redirect("complaints:ticket", ticket.public_id)
