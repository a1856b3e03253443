"""Corrective tasks: given on a complaint, listed, worked on, verified; errors that come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import access, actions, forms, states
from complaints.models import Correction, Ticket
from complaints.queues.corrections import (
    correction_list,
    correction_queue,
    errors_by_department,
    errors_by_person,
    saved_correction,
)
from complaints.views.verbs import Verb, show_verb, versioned
from crm.people import roles
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from crm.rulebook.queues import rules_for


def _give(ticket: Ticket, form: forms.CorrectionForm, **common: Any) -> None:
    actions.give_correction(ticket, **form.told(), **common)


GIVE = Verb(
    forms.CorrectionForm,
    access.can_correct,
    _give,
    gettext_lazy("Have something put right"),
    gettext_lazy("Give the task"),
    gettext_lazy("The task is given; its owner is told."),
)


WAIVE = Verb(
    forms.ReasonOfTicketForm,
    access.can_correct,
    versioned(actions.waive_correction),
    gettext_lazy("Our own fault, and nothing to be put right: why?"),
    gettext_lazy("Save the reason"),
    gettext_lazy("The reason is saved."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def give_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give a corrective task after a complaint (CP-10)."""
    return show_verb(request, public_id, GIVE)


@require_http_methods(["GET", "HEAD", "POST"])
def waive_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say why nothing is put right after our own fault (CP-10)."""
    return show_verb(request, public_id, WAIVE)


@require_safe
def corrections(request: SignedInRequest) -> HttpResponse:
    """What is to be put right, the nearest day on top; for supervisors whose errors come back."""
    user, now = request.user, timezone.now()
    if not access.can_see_corrections(user):
        raise PermissionDenied
    listing = correction_list(user, now).show(correction_queue(user), request.GET)
    context: dict[str, Any] = {"listing": listing, "now": now, "today": timezone.localdate(now)}
    if user.reach.has(*access.APPROVERS, roles.GENERAL_MANAGER):
        numbers, _calendar = rules_for(user.reach.main.store_id if user.reach.main else None)
        context["people"] = errors_by_person(user, numbers=numbers, now=now)
        context["departments"] = errors_by_department(user, numbers=numbers, now=now)
        context["numbers"] = numbers
    return render(request, "complaints/corrections.html", context)


@require_safe
def correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One corrective task; of the complaint it shows the number alone."""
    return _page(request, _found(request, public_id), {})


@require_POST
def start_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Its owner says that work on it goes on."""
    form, may = forms.SendForm(request.POST), access.can_report_correction
    return _press(request, public_id, form, may, actions.start_correction, "start_form")


@require_POST
def report_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Its owner says what was done."""
    form, may = forms.DoneForm(request.POST), access.can_report_correction
    return _press(request, public_id, form, may, actions.report_correction, "done_form")


@require_POST
def verify_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Somebody else says whether it is put right."""
    form, may = forms.VerifyForm(request.POST), access.can_verify_correction
    return _press(request, public_id, form, may, actions.verify_correction, "verify_form")


def _press(
    request: SignedInRequest,
    public_id: str,
    form: Any,
    may: Callable[[User, Correction], bool],
    action: Callable[..., None],
    slot: str,
) -> HttpResponse:
    found = _found(request, public_id)
    if not may(request.user, found):
        raise PermissionDenied
    if form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
        try:
            with both_texts(form, lambda: saved_correction(_found(request, public_id))):
                action(found, by=request.user, now=timezone.now(), **sent, **form.told())
            messages.success(request, _("Saved."))
            return redirect("complaints:correction", public_id)
        except ValidationError as error:
            form.refuse(error)
    return _page(request, found, {slot: form}, status=422)


def _found(request: SignedInRequest, public_id: str) -> Correction:
    return get_object_or_404(correction_queue(request.user), public_id=public_id)


def _page(
    request: SignedInRequest, found: Correction, bound: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    user, now = request.user, timezone.now()
    initial = {"version": found.version}
    works = access.can_report_correction(user, found)
    starts = works and found.state in states.CORRECTION_MOVES["start"]
    reports = works and found.state in states.CORRECTION_MOVES["report"]
    verifies = found.state == states.REPORTED and access.can_verify_correction(user, found)
    context = {
        "correction": found,
        "opens": Ticket.objects.visible_to(user).filter(pk=found.ticket_id).exists(),
        "shows_fault": found.at_fault is not None and found.at_fault_id != user.pk,
        "start_form": bound.get("start_form")
        or (forms.SendForm(initial=initial) if starts else None),
        "done_form": bound.get("done_form")
        or (forms.DoneForm(initial=initial) if reports else None),
        "verify_form": bound.get("verify_form")
        or (forms.VerifyForm(initial=initial) if verifies else None),
        "now": now,
        "today": timezone.localdate(now),
    }
    return render(request, "complaints/correction.html", context, status=status)
