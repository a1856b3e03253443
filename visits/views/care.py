"""Greetings, words of something due and thanks: the list, one task, the rules (RB-08)."""

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

from crm.customers.access import can_reveal_phone, shown_name
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from visits import access, actions, states
from visits.forms import AssignCareForm, CareRuleForm, CompleteCareForm, SkipCareForm
from visits.models import CareOccasion, CareRule, CareTask
from visits.queues import care_lists as queues
from visits.queues.carers import carers_of, carers_or_holder


@require_safe
def care(request: SignedInRequest) -> HttpResponse:
    """The care tasks within this person's scope, one's own first (RB-08)."""
    user = request.user
    if not access.can_see_care(user):
        raise PermissionDenied
    listing = queues.care_list(user, timezone.localdate()).show(
        queues.care_queue(user), request.GET
    )
    rows = [
        (task, shown_name(user, task.card), queues.newcomer_of(user, task)) for task in listing.page
    ]
    context = {
        "listing": listing,
        "rows": rows,
        "occasions": CareOccasion.choices,
        "may_see_rules": access.can_see_rules(user),
    }
    return render(request, "visits/care.html", context)


@require_safe
def care_task(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One task: who, what for, what to say, and what came of it."""
    return _page(request, _found(request, public_id))


@require_POST
def complete_care(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Log the greeting."""
    task = _asked(request, public_id)
    form = CompleteCareForm(request.POST, task=task)
    verb = actions.complete_care
    return _do(request, task, form, verb, "complete", _("Logged."))


@require_POST
def skip_care(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Leave it out, with the reason."""
    task = _asked(request, public_id)
    return _do(request, task, SkipCareForm(request.POST, task=task), actions.skip_care, "skip",
               _("Left out."))  # fmt: skip


@require_POST
def assign_care(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give it to somebody else."""
    task = _found(request, public_id)
    if not access.can_assign_care(request.user, task):
        raise PermissionDenied
    people = carers_or_holder(task, timezone.localdate())
    form = AssignCareForm(request.POST, task=task, people=people)
    return _do(request, task, form, actions.assign_care, "assign", _("Given."))


def _do(
    request: SignedInRequest,
    task: CareTask,
    form: Any,
    verb: Callable[..., Any],
    place: str,
    said: str,
) -> HttpResponse:
    """Run a verb with what the form says; refused, the page shows it with what was typed."""
    if form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_care(_found(request, task.public_id))):
                verb(task, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, said)
            return redirect("visits:care_task", task.public_id)
    return _page(request, task, status=422, **{place: form})


def _found(request: SignedInRequest, public_id: str) -> CareTask:
    found: CareTask = get_object_or_404(queues.care_queue(request.user), public_id=public_id)
    return found


def _asked(request: SignedInRequest, public_id: str) -> CareTask:
    """The task, if doing it is this person's work."""
    found = _found(request, public_id)
    if not access.does_care(request.user, found):
        raise PermissionDenied
    return found


def _page(
    request: SignedInRequest, task: CareTask, *, status: int = 200, **bound: Any
) -> HttpResponse:
    user, is_open = request.user, task.state == states.OPEN
    people = carers_of(task, timezone.localdate())
    context = {
        "task": task,
        "name": shown_name(user, task.card),
        "newcomer": queues.newcomer_of(user, task),
        "can_reveal": can_reveal_phone(user, task.card),
        "does": is_open and access.does_care(user, task),
        "assigns": is_open and access.can_assign_care(user, task),
        "complete": CompleteCareForm(task=task),
        "skip": SkipCareForm(task=task),
        "assign": AssignCareForm(task=task, people=people),
        **bound,
    }
    return render(request, "visits/care_task.html", context, status=status)


@require_safe
def care_rules(request: SignedInRequest) -> HttpResponse:
    """Every rule of care of one's stores, and what it made lately."""
    if not access.can_see_rules(request.user):
        raise PermissionDenied
    context = {"rules": queues.care_rule_lines(request.user, timezone.now())}
    return render(request, "visits/care_rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_care_rule(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One rule, what it would make now, and its settings."""

    def found() -> CareRule:
        rows = CareRule.objects.visible_to(request.user)
        row: CareRule = get_object_or_404(rows, public_id=public_id)
        return row

    rule, now = found(), timezone.now()
    if not access.can_edit_rule(request.user, rule):
        raise PermissionDenied
    form = CareRuleForm(request.POST or None, rule=rule)
    if request.method == "POST" and form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
        try:
            with both_texts(form, lambda: queues.saved_care_rule(found())):
                actions.change_care_rule(rule, by=request.user, now=now, **sent, **form.values())
            messages.success(request, _("The rule is saved."))
            return redirect("visits:change_care_rule", rule.public_id)
        except ValidationError as error:
            form.refuse(error)
    context = {"rule": rule, "form": form, "events": queues.care_preview(rule, now)}
    return render(request, "visits/care_rule.html", context, status=422 if form.is_bound else 200)
