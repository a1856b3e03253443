"""Asking a department for help from the customer's card (HP-04)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints import access, actions
from complaints.forms import HelpForm
from crm.customers.access import shown_name
from crm.customers.models import Card
from crm.people.access import SignedInRequest
from crm.ui.forms import add_errors


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_help(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask a department about the customer of a card in scope; leads to the request."""
    cards = Card.objects.visible_to(request.user).with_case(request.user.reach)
    card = get_object_or_404(cards.select_related("customer", "product"), public_id=public_id)
    if not access.can_ask_help(request.user):
        raise PermissionDenied
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ticket = actions.ask_for_help(card, by=request.user, now=timezone.now(), **form.told())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The department is asked."))
            return redirect("complaints:ticket", ticket.public_id)
    context = {"card": card, "name": shown_name(request.user, card), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "complaints/help_form.html", context, status=status)
