"""A salesperson's plans: the list, one plan, its steps, submitting and taking back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.customers.models import Card
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from crm.records.states import Saved
from crm.ui.versioned import SentOnceForm
from followups import access, actions, checks, states
from followups.forms.plan import ReasonForm, StepForm, SubmitForm
from followups.models import Plan, PlannedContact
from followups.queues import (
    check,
    last_results,
    open_steps,
    plan_list,
    saved_for_adding,
    saved_plan,
    saved_step,
    with_steps,
)

VERBS: dict[str, Callable[..., None]] = {
    "submit": actions.submit_plan,
    "take_back": actions.take_back,
    "cancel": actions.cancel_plan,
}


@require_safe
def plans(request: SignedInRequest) -> HttpResponse:
    """Plans in scope by state, those that need something first."""
    if not access.reads_plans(request.user):
        raise PermissionDenied
    context = {"now": timezone.now(), "listing": plan_list(request.user, request.GET)}
    return render(request, "followups/plans.html", context)


@require_safe
def plan(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One plan: its steps, what the system checks, every decision."""
    return _page(request, _plan(request, public_id))


def _plan(request: SignedInRequest, public_id: str) -> Plan:
    rows = with_steps(Plan.objects.visible_to(request.user))
    return get_object_or_404(rows, public_id=public_id)


def _page(
    request: SignedInRequest, found: Plan, refused: SentOnceForm | None = None, step_id: str = ""
) -> HttpResponse:
    """The plan's page, with a refused form in its place (422)."""
    now = timezone.now()
    kept = check(found, now=now)
    may_edit = access.can_edit_plan(request.user, found)
    is_step = isinstance(refused, StepForm)
    context = {
        "now": now,
        "plan": found,
        "card": found.card,
        "checks": kept,
        "blocked": checks.blocking(kept),
        "steps": _steps(found, refused if is_step else None, step_id, may_edit=may_edit),
        "add_form": refused if is_step and not step_id else _new_step(found),
        "submit_form": refused if isinstance(refused, SubmitForm) else _submission(found),
        "cancel_form": refused if isinstance(refused, ReasonForm) else _reason(found),
        "may_edit": may_edit,
        **_rights(request.user, found),
        "results": last_results(found.card),
        "decisions": list(found.decisions.select_related("by")),
        "revisions": list(found.revisions.select_related("by")),
    }
    return render(request, "followups/plan.html", context, status=422 if refused else 200)


def _rights(user: User, found: Plan) -> dict[str, bool]:
    """Which verbs the page offers to this person."""
    leads, worked = access.leads(user, found), access.worked_on(user, found)
    waits = found.state in states.WAITING
    return {
        "may_plan": access.can_plan(user, found.card),
        "may_log": access.can_log(user, found.card),
        "may_give_up": access.can_cancel_planned(user, found),
        "may_take_back": access.can_take_back(user, found),
        "may_decide": waits and leads and not worked,
        "others_decide": waits and leads and worked,
        "may_cancel": access.can_cancel_plan(user, found),
    }


def _steps(
    found: Plan, refused: SentOnceForm | None, step_id: str, *, may_edit: bool
) -> list[dict[str, Any]]:
    """Each step with the form that changes it, where it may be changed."""
    editable = open_steps(found) if may_edit else []
    return [
        {
            "step": step,
            "form": (refused if step.public_id == step_id else StepForm.of(step))
            if step in editable
            else None,
        }
        for step in found.steps.all()
        if step.state != states.CANCELLED
    ]


def _new_step(found: Plan) -> StepForm:
    return StepForm(initial={"version": found.version, "method": "phone"})


def _submission(found: Plan) -> SubmitForm:
    initial = {"version": found.version, "exception_reason": found.exception_reason}
    return SubmitForm(initial=initial, auto_id="id_submit_%s")


def _reason(found: Plan) -> ReasonForm:
    return ReasonForm(initial={"version": found.version}, auto_id="id_cancel_%s")


@require_POST
def begin_plan(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The card's live plan, begun if there is none."""
    rows = Card.objects.visible_to(request.user).select_related("customer", "owner")
    card = get_object_or_404(rows, public_id=public_id)
    try:
        found = actions.begin_plan(card, by=request.user, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("home:card", card.public_id)
    return redirect("followups:plan", found.public_id)


@require_POST
def add_step(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Add a step to a draft or returned plan."""
    found = _plan(request, public_id)
    _or_forbidden(access.can_plan(request.user, found.card))
    form = StepForm(request.POST)
    if form.is_valid():
        try:
            now, sent = timezone.now(), _ids(form)
            with both_texts(form, lambda: saved_for_adding(_plan(request, public_id), now=now)):
                actions.add_step(found, form.step(), by=request.user, now=now, **sent)
            return redirect("followups:plan", public_id)
        except ValidationError as error:
            form.refuse(error)
    return _page(request, found, form)


def _ids(form: SentOnceForm) -> dict[str, Any]:
    """The version a form was drawn from, and its own id."""
    return {name: form.cleaned_data[name] for name in ("version", "request_id")}


@require_POST
def change_step(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Change a step of a draft or returned plan."""
    step = _step(request, public_id)
    _or_forbidden(access.can_plan(request.user, step.card))
    form = StepForm(request.POST, auto_id=f"id_{public_id}_%s")
    if form.is_valid():
        now, sent = timezone.now(), _ids(form)
        try:
            with both_texts(form, lambda: saved_step(_step(request, public_id))):
                actions.change_step(step, form.step(), by=request.user, now=now, **sent)
            return redirect("followups:plan", step.plan.public_id)
        except ValidationError as error:
            form.refuse(error)
    return _page(request, _plan(request, step.plan.public_id), form, public_id)


@require_POST
def remove_step(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take a step out of a draft or returned plan."""
    step = _step(request, public_id)
    form = SentOnceForm(request.POST)
    _or_forbidden(access.can_plan(request.user, step.card))
    if form.is_valid():
        actions.remove_step(step, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Step removed."))
    return redirect("followups:plan", step.plan.public_id)


def _step(request: SignedInRequest, public_id: str) -> PlannedContact:
    rows = PlannedContact.objects.visible_to(request.user)
    related = ("plan__card", "card__customer", "card__owner", "assignee")
    return get_object_or_404(rows.select_related(*related), public_id=public_id)


def _or_forbidden(right: bool) -> None:  # noqa: FBT001
    if not right:
        raise PermissionDenied


@require_POST
def submit_plan(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask the supervisor to decide."""
    found = _plan(request, public_id)
    _or_forbidden(access.can_plan(request.user, found.card))
    return _verb(request, found, SubmitForm, "submit", _("Sent for approval."))


@require_POST
def take_back(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take a submitted plan back to work on it."""
    found = _plan(request, public_id)
    _or_forbidden(access.can_plan(request.user, found.card))
    return _verb(request, found, SentOnceForm, "take_back", _("Back to draft."))


@require_POST
def cancel_plan(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give a plan up, with a reason."""
    found = _plan(request, public_id)
    _or_forbidden(access.leads(request.user, found))
    return _verb(request, found, ReasonForm, "cancel", _("Plan given up."))


def _verb(
    request: SignedInRequest,
    found: Plan,
    form_class: type[SentOnceForm],
    verb: str,
    done: str,
) -> HttpResponse:
    """Run one verb of a plan with what its form carries; say what happened."""
    form = form_class(request.POST)
    now: dt.datetime = timezone.now()
    if form.is_valid():
        try:
            with both_texts(form, lambda: _saved(request, found, verb, now)):
                VERBS[verb](found, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, done)
            return redirect("followups:plan", found.public_id)
    return _page(request, found, form)


def _saved(request: SignedInRequest, found: Plan, verb: str, now: dt.datetime) -> Saved:
    """The plan as somebody else left it, for one of its verbs."""
    return saved_plan(_plan(request, found.public_id), verb, now=now)
