"""What else becomes of a visit, each a small form of its own."""

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

from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from visits import access, actions
from visits.forms import (
    AppointForm,
    AssignForm,
    CancelForm,
    DeclineForm,
    GiveUpForm,
    ReopenForm,
    TryForm,
)
from visits.forms.verbs import OfVisit
from visits.models import Visit
from visits.queues import screens
from visits.views.going_on import NEXT, go_on


@dataclass(frozen=True)
class Verb:
    """One verb: its form, who may, what is called, and the words of its page."""

    form: type[OfVisit]
    may: Callable[[User, Visit], bool]
    call: Callable[..., Any]
    title: Any
    button: Any
    done: Any


def show_verb(request: SignedInRequest, public_id: str, verb: Verb) -> HttpResponse:
    """Draw the form of a verb, or do it."""

    def found() -> Visit:
        return get_object_or_404(screens.visit_for_page(request.user), public_id=public_id)

    visit = found()
    if not verb.may(request.user, visit):
        raise PermissionDenied
    then = request.GET.get("then")
    form = verb.form(request.POST or None, request.FILES or None, visit=visit)
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: screens.saved_visit(found())):
                verb.call(
                    visit,
                    by=request.user,
                    version=form.cleaned_data["version"],
                    now=timezone.now(),
                    request_id=form.cleaned_data["request_id"],
                    **form.told(),
                )
            messages.success(request, verb.done)
            return go_on(request, visit, then)
        except ValidationError as error:
            form.refuse(error)
    name = shown_name(request.user, visit.card)
    context = {"visit": visit, "name": name, "form": form, "verb": verb, "goes_on": then == NEXT}
    return render(request, "visits/verb.html", context, status=422 if form.is_bound else 200)


TRY = Verb(
    TryForm,
    access.makes,
    actions.try_visit,
    _("Not reached"),
    _("Save the try"),
    _("The try is saved."),
)
APPOINT = Verb(
    AppointForm,
    access.makes,
    actions.appoint_visit,
    _("Appointment"),
    _("Save the appointment"),
    _("The appointment is saved."),
)
DECLINE = Verb(
    DeclineForm,
    access.makes,
    actions.decline_visit,
    _("Customer declines"),
    _("Close the visit"),
    _("The visit is closed."),
)
GIVE_UP = Verb(
    GiveUpForm,
    access.makes,
    actions.give_up_visit,
    _("Close as not reached"),
    _("Close the visit"),
    _("The visit is closed."),
)
CANCEL = Verb(
    CancelForm,
    access.may_plan,
    actions.cancel_visit,
    _("Call off"),
    _("Call the visit off"),
    _("The visit is called off."),
)
REOPEN = Verb(
    ReopenForm,
    access.may_reopen,
    actions.reopen_visit,
    _("Enter anew"),
    _("Give it back to be entered anew"),
    _("The visit is given back to be entered anew."),
)
ASSIGN = Verb(
    AssignForm,
    access.may_plan,
    actions.assign_visit,
    _("Assign"),
    _("Assign the visit"),
    _("The visit is assigned."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def try_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down a try in vain."""
    return show_verb(request, public_id, TRY)


@require_http_methods(["GET", "HEAD", "POST"])
def appoint_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Agree a time with the customer."""
    return show_verb(request, public_id, APPOINT)


@require_http_methods(["GET", "HEAD", "POST"])
def decline_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The customer would not be visited."""
    return show_verb(request, public_id, DECLINE)


@require_http_methods(["GET", "HEAD", "POST"])
def give_up_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Close after enough tries."""
    return show_verb(request, public_id, GIVE_UP)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Call a visit off."""
    return show_verb(request, public_id, CANCEL)


@require_http_methods(["GET", "HEAD", "POST"])
def assign_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give a visit to a visitor."""
    return show_verb(request, public_id, ASSIGN)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_visit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Have a wrong entry made anew."""
    return show_verb(request, public_id, REOPEN)
