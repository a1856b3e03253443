"""How a complaint was verified, its head's opinion, and what the colleague it is about says."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints import access, actions, forms
from complaints.models import Verification
from complaints.queues import saved_ticket
from complaints.views.presses import press, press_common, ticket_of
from complaints.views.verbs import Verb, show_verb, versioned
from crm.people.access import SignedInRequest

VERIFY = Verb(
    forms.VerificationForm,
    access.can_verify,
    versioned(actions.verify_complaint),
    _("How it was verified"),
    _("Save the verification"),
    _("The verification is saved."),
    template="complaints/verification_form.html",
)
HEAR = Verb(
    forms.ColleagueForm,
    access.can_hear_colleague,
    versioned(actions.hear_colleague),
    _("What does the colleague say of the outcome?"),
    _("Save what they say"),
    _("It is saved."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def verify_complaint(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down a verification (CP-14)."""
    return show_verb(request, public_id, VERIFY)


@require_http_methods(["GET", "HEAD", "POST"])
def hear_colleague(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Enter what the colleague complained about says of the outcome (CP-22)."""
    return show_verb(request, public_id, HEAR)


@require_POST
def give_opinion(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The head of the department says what they think of a verification (CP-14)."""
    rows = Verification.objects.visible_to(request.user)
    found = get_object_or_404(
        rows.select_related("ticket__about", "ticket__responsible", "department"),
        public_id=public_id,
    )
    if not access.can_give_opinion(request.user, found):
        raise PermissionDenied
    form: Any = forms.OpinionForm(request.POST)
    ticket_id = found.ticket.public_id
    return press(
        request,
        ticket_id,
        form,
        lambda: actions.give_opinion(found, **press_common(request, form)),
        lambda: saved_ticket(ticket_of(request, ticket_id)),
        f"opinion_{found.public_id}",
    )
