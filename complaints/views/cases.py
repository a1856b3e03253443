"""The case library: the list with its search, one case, writing it, sending it, deciding on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import access, actions, forms, states
from complaints.models import Case, Ticket
from complaints.queues import case_list, case_queue, saved_case, ticket_for_page
from complaints.queues.page import subcategory_of
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.ui.texts import clean_line


@require_safe
def cases(request: SignedInRequest) -> HttpResponse:
    """The library, the newest first; all staff may learn from it (CP-26)."""
    if not access.can_read_cases(request.user):
        raise PermissionDenied
    query = clean_line(request.GET.get("q", "")[:60])
    listing = case_list(request.user).show(case_queue(request.user, query), request.GET)
    context = {"listing": listing, "query": query}
    return render(request, "complaints/cases.html", context)


@require_safe
def case(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One case; what is not published is shown to its author and to who may approve it."""
    return _page(request, _case(request, public_id), forms.DecideForm())


@require_http_methods(["GET", "HEAD", "POST"])
def draft_case(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write a case from a closed ticket (RV-38)."""
    ticket = get_object_or_404(ticket_for_page(request.user), public_id=public_id)
    if not access.can_draft_case(request.user, ticket):
        raise PermissionDenied
    form = forms.CaseForm(request.POST or None, ticket=ticket)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_case(
                ticket,
                by=request.user,
                now=timezone.now(),
                request_id=form.cleaned_data["request_id"],
                **form.told(),
            )
            messages.success(request, _("The draft is saved."))
            return redirect("complaints:case", made.public_id)
        except ValidationError as error:
            form.refuse(error)
    return _form(request, form, ticket=ticket)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_case(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write a draft or a returned case anew."""
    found = _case(request, public_id)
    if not access.can_edit_case(request.user, found):
        raise PermissionDenied
    form = forms.CaseForm(request.POST or None, case=found)
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: saved_case(_case(request, public_id))):
                actions.edit_case(found, **_common(request, form))
            messages.success(request, _("The draft is saved."))
            return redirect("complaints:case", found.public_id)
        except ValidationError as error:
            form.refuse(error)
    return _form(request, form, case=found)


@require_POST
def submit_case(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Send it for approval."""
    found, form = _case(request, public_id), forms.SendForm(request.POST)
    if not access.can_edit_case(request.user, found):
        raise PermissionDenied
    done = _("Sent for approval.")
    return _press(request, found, form, actions.submit_case, done)


@require_POST
def decide_case(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Publish it, or send it back with words."""
    found, form = _case(request, public_id), forms.DecideForm(request.POST)
    if not access.can_decide_case(request.user, found):
        raise PermissionDenied
    return _press(request, found, form, actions.decide_case, _("The decision is saved."))


@require_POST
def retire_case(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take it out of the library."""
    found, form = _case(request, public_id), forms.SendForm(request.POST)
    if not access.can_retire_case(request.user, found):
        raise PermissionDenied
    done = _("Taken out of the library.")
    return _press(request, found, form, actions.retire_case, done)


def _press(
    request: SignedInRequest, found: Case, form: Any, action: Any, done: str
) -> HttpResponse:
    if form.is_valid():
        try:
            with both_texts(form, lambda: saved_case(_case(request, found.public_id))):
                action(found, **_common(request, form))
            messages.success(request, done)
            return redirect("complaints:case", found.public_id)
        except ValidationError as error:
            form.refuse(error)
    return _page(request, found, form, status=422)


def _common(request: SignedInRequest, form: Any) -> dict[str, Any]:
    sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
    return {**sent, **form.told(), "by": request.user, "now": timezone.now()}


def _case(request: SignedInRequest, public_id: str) -> Case:
    return get_object_or_404(case_queue(request.user), public_id=public_id)


def _form(request: SignedInRequest, form: Any, **about: Any) -> HttpResponse:
    context = {"form": form, **about}
    status = 422 if form.is_bound else 200
    return render(request, "complaints/case_form.html", context, status=status)


def _page(request: SignedInRequest, found: Case, form: Any, *, status: int = 200) -> HttpResponse:
    tickets = Ticket.objects.visible_to(request.user).filter(cases=found)
    may_edit = access.can_edit_case(request.user, found)
    context = {
        "case": found,
        "form": form,
        "ticket": tickets.first(),
        "subcategory": subcategory_of(found.subcategory),
        "may_edit": may_edit and found.state in states.CASE_MOVES["edit"],
        "may_decide": found.state in states.CASE_MOVES["decide"]
        and access.can_decide_case(request.user, found),
        "may_retire": found.state in states.CASE_MOVES["retire"]
        and access.can_retire_case(request.user, found),
    }
    return render(request, "complaints/case.html", context, status=status)
