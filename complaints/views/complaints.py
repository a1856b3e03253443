"""What is done for a complaint or an opinion, each a small form of its own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints import access, actions, forms, states
from complaints.models import Ticket
from complaints.queues import saved_ticket
from complaints.views.inserting import inserted, is_inserting
from complaints.views.presses import press, press_common, ticket_of
from complaints.views.tickets import show_ticket
from complaints.views.verbs import Verb, show_verb, versioned
from crm.people.access import SignedInRequest
from crm.people.models import User


def _may_answer(user: User, ticket: Ticket) -> bool:
    return ticket.kind in states.OPINIONS and access.can_work(user, ticket)


VISIT = Verb(
    forms.SiteVisitForm,
    access.can_work,
    versioned(actions.visit_site),
    _("Looked at on site"),
    _("Save the visit"),
    _("The visit is saved."),
)
MISS = Verb(
    forms.MissForm,
    access.can_miss,
    versioned(actions.miss_customer),
    _("Customer not reached"),
    _("Save the try"),
    _("The try is saved."),
)
WAIVE = Verb(
    forms.ReasonOfTicketForm,
    access.can_work,
    versioned(actions.waive_visit),
    _("No on-site visit makes sense"),
    _("Save the reason"),
    _("No on-site visit is waited for any more."),
)
PAUSE = Verb(
    forms.ReasonOfTicketForm,
    access.can_work,
    versioned(actions.pause_clocks),
    _("Wait for the customer"),
    _("Let the clocks stand still"),
    _("The clocks stand still."),
)
ANSWER = Verb(
    forms.AnswerForm,
    _may_answer,
    versioned(actions.answer_opinion),
    _("Answer and close"),
    _("Save the answer"),
    _("The answer is saved."),
    texts=True,
)
MERGE = Verb(
    forms.MergeForm,
    access.can_work,
    versioned(actions.merge_ticket),
    _("Merge into another ticket"),
    _("Merge"),
    _("Merged: the other ticket goes on."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_site(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down the on-site visit (CP-07)."""
    return show_verb(request, public_id, VISIT)


@require_http_methods(["GET", "HEAD", "POST"])
def miss_customer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Nobody was reached (RV-30)."""
    return show_verb(request, public_id, MISS)


@require_http_methods(["GET", "HEAD", "POST"])
def waive_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say why no visit makes sense (CP-07)."""
    return show_verb(request, public_id, WAIVE)


@require_http_methods(["GET", "HEAD", "POST"])
def pause_clocks(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Wait for the customer (CP-31)."""
    return show_verb(request, public_id, PAUSE)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_opinion(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Answer praise, a suggestion or an inquiry (CP-29)."""
    return show_verb(request, public_id, ANSWER)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Go on with one of two tickets about one matter (CP-32)."""
    return show_verb(request, public_id, MERGE, user=request.user)


@require_POST
def contact_customer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down what the customer was told (CP-18)."""
    ticket = ticket_of(request, public_id)
    if is_inserting(request) and access.can_work(request.user, ticket):
        typed = inserted(request, ticket, forms.ContactForm)
        return show_ticket(request, ticket, {"contact": typed})
    form = forms.ContactForm(request.POST, ticket=ticket)
    return _press(request, ticket, form, actions.contact_customer, "contact")


@require_POST
def resume_clocks(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The customer answered (CP-31)."""
    ticket, form = ticket_of(request, public_id), forms.AcceptForm(request.POST)
    return _press(request, ticket, form, actions.resume_clocks, "resume")


def _press(
    request: SignedInRequest, ticket: Ticket, form: Any, action: Any, slot: str
) -> HttpResponse:
    if not access.can_work(request.user, ticket):
        raise PermissionDenied
    return press(
        request,
        ticket.public_id,
        form,
        lambda: action(ticket, **press_common(request, form)),
        lambda: saved_ticket(ticket_of(request, ticket.public_id)),
        slot,
    )
