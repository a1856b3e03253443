"""A sales team's response to feedback on its follow-up (RV-42)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.reports import access, actions, states
from crm.reports.forms import AnswerTeamForm, AskTeamForm, CheckResponseForm
from crm.reports.models import TeamResponse
from crm.reports.queues import responses as queues
from crm.ui.forms import add_errors


@require_http_methods(["GET", "HEAD", "POST"])
def ask_team(request: SignedInRequest) -> HttpResponse:
    """Pass the feedback of some days on to a team's supervisor."""
    if not access.can_ask_teams(request.user):
        raise PermissionDenied
    form = AskTeamForm(request.POST or None, teams=queues.teams_asked_by(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask_team(by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The team's supervisor is told."))
            return redirect("reports:response", asked.public_id)
    status = 422 if form.is_bound else 200
    return render(request, "reports/ask_team.html", {"form": form}, status=status)


@require_safe
def response(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One response: what was asked, what was done, what has changed."""
    return _page(request, _found(request, public_id))


@require_POST
def answer_team(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The supervisor says what was done."""
    found = _found(request, public_id)
    if not access.can_answer_team(request.user, found):
        raise PermissionDenied
    form = AnswerTeamForm(request.POST, response=found)
    return _do(request, found, form, actions.answer_team, "answer")


@require_POST
def check_response(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Service or the management says what has changed."""
    found = _found(request, public_id)
    if not access.can_check_response(request.user, found):
        raise PermissionDenied
    form = CheckResponseForm(request.POST, response=found)
    return _do(request, found, form, actions.check_response, "check")


def _do(
    request: SignedInRequest, found: TeamResponse, form: Any, verb: Callable[..., Any], place: str
) -> HttpResponse:
    if form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_response(_found(request, found.public_id))):
                verb(found, by=request.user, now=timezone.now(), **form.told())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("reports:response", found.public_id)
    return _page(request, found, status=422, **{place: form})


def _found(request: SignedInRequest, public_id: str) -> TeamResponse:
    row: TeamResponse = get_object_or_404(queues.response_queue(request.user), public_id=public_id)
    return row


def _page(
    request: SignedInRequest, found: TeamResponse, *, status: int = 200, **bound: Any
) -> HttpResponse:
    user = request.user
    context = {
        "response": found,
        "may_answer": found.state == states.ASKED and access.can_answer_team(user, found),
        "may_check": found.state == states.ANSWERED and access.can_check_response(user, found),
        "answer": AnswerTeamForm(response=found),
        "check": CheckResponseForm(response=found),
        **bound,
    }
    return render(request, "reports/response.html", context, status=status)
