"""What becomes of a ticket and of departments' tasks, each a small form of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints import access, actions, forms
from complaints.models import Ticket
from complaints.queues import saved_ticket, ticket_for_verb
from complaints.queues.ready import offered_templates
from complaints.views.inserting import inserted, is_inserting
from complaints.views.returning import queue_of, to_ticket
from complaints.views.tickets import around_of, name_of, phone_of
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts


@dataclass(frozen=True)
class Verb:
    """One verb: its form, who may, what is called, and the words of its page.

    Where the call returns another ticket, its page follows.
    """

    form: type[Any]
    may: Callable[[User, Ticket], bool]
    call: Callable[..., Any]
    title: Any
    button: Any
    done: Any
    # Whether ready texts are offered for its words.
    texts: bool = False
    template: str = "complaints/verb.html"


def show_verb(request: SignedInRequest, public_id: str, verb: Verb, **given: Any) -> HttpResponse:
    """Draw the form of a verb, or do it; `given` is what its form asks for besides."""

    def found() -> Ticket:
        return get_object_or_404(ticket_for_verb(request.user), public_id=public_id)

    ticket = found()
    if not verb.may(request.user, ticket):
        raise PermissionDenied
    inserts = verb.texts and is_inserting(request)
    form = (
        inserted(request, ticket, verb.form, **given)
        if inserts
        else verb.form(request.POST or None, request.FILES or None, ticket=ticket, **given)
    )
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: saved_ticket(found())):
                made = verb.call(
                    ticket,
                    form,
                    by=request.user,
                    now=timezone.now(),
                    request_id=form.cleaned_data["request_id"],
                )
            messages.success(request, verb.done)
            return to_ticket(request, (made or ticket).public_id)
        except ValidationError as error:
            form.refuse(error)
    return _draw(request, ticket, form, verb)


def _draw(request: SignedInRequest, ticket: Ticket, form: Any, verb: Verb) -> HttpResponse:
    user = request.user
    context = {
        "ticket": ticket,
        "name": name_of(user, ticket),
        "form": form,
        "verb": verb,
        "reads_words": access.reads_words(user, ticket),
        "around": around_of(user, ticket),
        "templates": offered_templates(user, ticket) if verb.texts else [],
        "phone": phone_of(user, ticket),
        "queue": queue_of(request),
    }
    return render(request, verb.template, context, status=422 if form.is_bound else 200)


def versioned(action: Callable[..., Any]) -> Callable[..., Any]:
    """An action that takes the version its reader saw."""

    def call(ticket: Ticket, form: Any, **common: Any) -> None:
        action(ticket, version=form.cleaned_data["version"], **form.told(), **common)

    return call


def _confirm(ticket: Ticket, form: forms.ConfirmForm, **common: Any) -> None:
    action = actions.confirm_ticket if form.is_yes else actions.reopen_ticket
    action(ticket, version=form.cleaned_data["version"], **form.told(), **common)


def _plan(ticket: Ticket, form: forms.StageForm, **common: Any) -> None:
    actions.plan_stage(ticket, **form.told(), **common)


ROUTE = Verb(
    forms.RouteForm,
    access.can_route,
    versioned(actions.route_ticket),
    _("Class and lead department"),
    _("Ask the department"),
    _("The department is told."),
)
ASK = Verb(
    forms.AskForm,
    access.can_ask,
    versioned(actions.ask_department),
    _("Ask another department to assist"),
    _("Ask the department"),
    _("The department is told."),
)
TELL = Verb(
    forms.TellForm,
    access.can_tell,
    versioned(actions.tell_customer),
    _("The customer was told the result"),
    _("Save the answer"),
    _("The answer is saved."),
    texts=True,
)
CONFIRM = Verb(
    forms.ConfirmForm,
    access.can_confirm,
    _confirm,
    _("Is it solved, in the customer's own words?"),
    _("Save what the customer says"),
    _("The customer's word is saved."),
)
CONVERT = Verb(
    forms.ConvertForm,
    access.can_convert,
    versioned(actions.convert_problem),
    _("Go on as a complaint"),
    _("Make it a complaint"),
    _("It is a complaint now, with a ledger number; the clocks run."),
)
OFFER = Verb(
    forms.OfferForm,
    access.can_offer,
    versioned(actions.offer_ticket),
    _("Hand over"),
    _("Ask to take it over"),
    _("Asked. Until it is accepted nothing changes."),
)
NAME = Verb(
    forms.NameForm,
    access.can_name,
    versioned(actions.name_colleague),
    _("Whom it is about"),
    _("Save whom it is about"),
    _("Saved. They see nothing of it any more."),
)
PLAN = Verb(
    forms.StageForm,
    access.can_ask,
    _plan,
    _("Add a stage"),
    _("Save the stage"),
    _("The stage is saved."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def route_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Judge the class and ask a department to lead (RV-34, RV-35)."""
    return show_verb(request, public_id, ROUTE)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_department(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask one more department (HP-05)."""
    return show_verb(request, public_id, ASK)


@require_http_methods(["GET", "HEAD", "POST"])
def tell_customer(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down what the customer was told (RV-36)."""
    return show_verb(request, public_id, TELL)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down whether the customer is content (RV-36)."""
    return show_verb(request, public_id, CONFIRM)


@require_http_methods(["GET", "HEAD", "POST"])
def convert_problem(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Go on with a problem as a complaint (4.6)."""
    return show_verb(request, public_id, CONVERT)


@require_http_methods(["GET", "HEAD", "POST"])
def offer_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask somebody else to answer for it (PR-21)."""
    return show_verb(request, public_id, OFFER)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_stage(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Add a stage to the timetable (RV-37)."""
    return show_verb(request, public_id, PLAN)


@require_http_methods(["GET", "HEAD", "POST"])
def name_colleague(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say whom a complaint is about (CP-15)."""
    return show_verb(request, public_id, NAME, user=request.user)
