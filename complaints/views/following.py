"""A matter that goes on in a ticket of its own: as an opinion, or anew after the window (4.7)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints import access, actions, forms
from complaints.models import Ticket
from complaints.views.verbs import Verb, show_verb, versioned
from crm.people.access import SignedInRequest


def _anew(ticket: Ticket, form: forms.AnewForm, **common: Any) -> Ticket:
    return actions.register_anew(ticket, **form.told(), **common)


ANEW = Verb(
    forms.AnewForm,
    access.can_reopen,
    _anew,
    _("Back too late to reopen: register a new ticket"),
    _("Register the new ticket"),
    _("Registered; the closed one is linked with it."),
)
REJECT = Verb(
    forms.RejectForm,
    access.can_reject,
    versioned(actions.reject_ticket),
    _("No complaint"),
    _("Close as no complaint"),
    _("Closed as no complaint."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def register_anew(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Another ticket, linked with one closed too long ago (CP-32)."""
    return show_verb(request, public_id, ANEW)


@require_http_methods(["GET", "HEAD", "POST"])
def reject_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """It is no complaint (CP-32)."""
    return show_verb(request, public_id, REJECT)
