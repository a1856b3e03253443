"""One planned contact: moved to another time, or given up."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.records.states import Saved
from crm.ui.versioned import SentOnceForm
from followups import access, actions
from followups.forms.plan import ReasonForm, RescheduleForm
from followups.models import PlannedContact
from followups.queues import saved_planned


def _planned(request: SignedInRequest, public_id: str) -> PlannedContact:
    card = ("plan__card", "card__customer", "card__owner", "card__product")
    rows = PlannedContact.objects.visible_to(request.user)
    rows = rows.select_related(*card, "assignee", "moved_to")
    return get_object_or_404(rows, public_id=public_id)


def _show(
    request: SignedInRequest, name: str, planned: PlannedContact, form: SentOnceForm
) -> HttpResponse:
    context = {"now": timezone.now(), "planned": planned, "card": planned.card, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, f"followups/{name}.html", context, status=status)


def _saved(request: SignedInRequest, public_id: str) -> Saved:
    """The contact as somebody else left it, for this same verb."""
    name = str(request.resolver_match.view_name) if request.resolver_match else ""
    return saved_planned(request.user, _planned(request, public_id), name)


@require_http_methods(["GET", "HEAD", "POST"])
def reschedule_planned(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Move a planned contact, with the reason."""
    planned = _planned(request, public_id)
    if not access.can_reschedule(request.user, planned):
        raise PermissionDenied
    form = RescheduleForm(request.POST or None, initial={"version": planned.version})
    if request.method == "POST" and form.is_valid():
        due_at, untimed = form.moment()
        try:
            with both_texts(form, lambda: _saved(request, public_id)):
                actions.reschedule_planned(
                    planned,
                    by=request.user,
                    version=form.cleaned_data["version"],
                    due_at=due_at,
                    untimed=untimed,
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                    request_id=form.cleaned_data["request_id"],
                )
            messages.success(request, _("The contact is moved."))
            return redirect("home:card", planned.card.public_id)
        except ValidationError as error:
            form.refuse(error)
    return _show(request, "reschedule_planned", planned, form)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_planned(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give a planned contact up, with the reason."""
    planned = _planned(request, public_id)
    if not access.can_cancel_planned(request.user, planned):
        raise PermissionDenied
    form = ReasonForm(request.POST or None, initial={"version": planned.version})
    if request.method == "POST" and form.is_valid():
        try:
            sent = form.cleaned_data
            with both_texts(form, lambda: _saved(request, public_id)):
                actions.cancel_planned(planned, by=request.user, now=timezone.now(), **sent)
            messages.success(request, _("The contact is given up."))
            return redirect("home:card", planned.card.public_id)
        except ValidationError as error:
            form.refuse(error)
    return _show(request, "cancel_planned", planned, form)
