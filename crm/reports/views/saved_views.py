"""The page of all reports, and the views somebody keeps of them (RP-10 to RP-13)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.records.queues import sent_before
from crm.records.states import Saved
from crm.reports import access, actions
from crm.reports.forms import SaveViewForm, ViewForm
from crm.reports.models import ReportView
from crm.reports.queues import saved_views as queues
from crm.ui.forms import add_errors
from crm.ui.versioned import SentOnceForm


@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """Every report one may open, and one's own views of them."""
    return hub_page(request, None)


def hub_page(
    request: SignedInRequest, form: SaveViewForm | None, *, status: int = 200
) -> HttpResponse:
    """The page; a name that was refused stands on it with what was typed."""
    if not access.can_see_board(request.user):
        raise PermissionDenied
    context = {
        "offered": queues.reports_for(request.user),
        "views": queues.views_of(request.user),
        "sees_managers": access.can_open_archive(request.user),
        "form": form,
        "now": timezone.now(),
    }
    return render(request, "reports/reports.html", context, status=status)


@require_POST
def save_view(request: SignedInRequest) -> HttpResponse:
    """Keep the page one looks at."""
    if not access.can_see_board(request.user):
        raise PermissionDenied
    form = SaveViewForm(request.POST)
    if form.is_valid():
        try:
            actions.save_view(by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The view is kept under Reports."))
            return redirect("reports:reports")
        except ValidationError as error:
            form.refuse(error)
    return hub_page(request, form, status=422)


def view_of(request: SignedInRequest, public_id: str) -> ReportView:
    """One's own view; nobody else has it."""
    if not access.can_see_board(request.user):
        raise PermissionDenied
    return get_object_or_404(ReportView.objects.visible_to(request.user), public_id=public_id)


@require_safe
def open_view(request: SignedInRequest, public_id: str) -> HttpResponse:
    """To its page: as of today, or of the day one was told of it."""
    found, day = queues.day_of(public_id)
    return redirect(queues.address_of(view_of(request, found), day))


def _saved(view: ReportView) -> Saved:
    return Saved({"name": view.name, "weekday": view.weekday, "by_mail": view.by_mail})


@require_http_methods(["GET", "HEAD", "POST"])
def change_view(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Its name and the day one is told of it."""
    view = view_of(request, public_id)
    form = ViewForm(request.POST or None, facts=queues.facts_of(view))
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: _saved(view_of(request, public_id))):
                actions.change_view(view, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The view is saved."))
            return redirect("reports:reports")
        except ValidationError as error:
            add_errors(form, error)
    status = 422 if request.method == "POST" else 200
    return render(request, "reports/report_view.html", {"view": view, "form": form}, status=status)


@require_POST
def drop_view(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Keep it no longer."""
    form, user = SentOnceForm(request.POST), request.user
    try:
        view = view_of(request, public_id)
    except Http404:
        # The other of two presses dropped it: asked for after the row, or it may come between.
        if form.is_valid() and sent_before(user, "drop_view", form.cleaned_data["request_id"]):
            return redirect("reports:reports")
        raise
    if form.is_valid():
        with both_texts(form, lambda: _saved(view)):
            actions.drop_view(view, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The view is dropped."))
    return redirect("reports:reports")
