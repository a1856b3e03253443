"""Verbs on an import: confirm, second, return, cancel, undo."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.exchange import access
from crm.exchange.actions import jobs
from crm.exchange.forms import CommentForm, ConfirmForm, VerbForm
from crm.exchange.views.imports import draw, find_import
from crm.people.access import SignedInRequest
from crm.ui.forms import add_errors


@require_POST
def confirm_import(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Save what the preview shows, or ask the manager first."""
    job = find_import(request, public_id)
    if not access.can_edit_import(request.user, job):
        raise PermissionDenied
    form = ConfirmForm(request.POST)
    if form.is_valid():
        try:
            jobs.confirm_import(job, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("exchange:import", job.public_id)
    return draw(request, job, 422, form=form)


@require_POST
def approve_import(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The second person lets it be saved."""
    job = find_import(request, public_id)
    form = VerbForm(request.POST)
    if not access.can_approve_import(request.user, job):
        raise PermissionDenied
    if form.is_valid():
        jobs.approve_import(job, by=request.user, now=timezone.now(), **form.cleaned_data)
    return redirect("exchange:import", job.public_id)


@require_POST
def return_import(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The second person gives it back."""
    job = find_import(request, public_id)
    form = CommentForm(request.POST)
    if not access.can_approve_import(request.user, job):
        raise PermissionDenied
    if not form.is_valid():
        return draw(request, job, 422, comment=form)
    jobs.return_import(job, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Returned to %(name)s.") % {"name": job.uploaded_by.name})
    return redirect("exchange:import", job.public_id)


@require_POST
def cancel_import(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give it up before it is saved."""
    job = find_import(request, public_id)
    form = VerbForm(request.POST)
    if not access.can_edit_import(request.user, job):
        raise PermissionDenied
    if form.is_valid():
        version = form.cleaned_data["version"]
        jobs.cancel_import(job, by=request.user, version=version, now=timezone.now())
        messages.success(request, _("The import is cancelled. Nothing was saved."))
    return redirect("exchange:imports")


@require_POST
def undo_import(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take the whole import back, within 24 hours."""
    job = find_import(request, public_id)
    form = VerbForm(request.POST)
    if not access.can_edit_import(request.user, job):
        raise PermissionDenied
    if form.is_valid():
        try:
            jobs.ask_undo(job, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("exchange:import", job.public_id)
