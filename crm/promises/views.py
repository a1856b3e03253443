"""Promises: the list, one promise, its answer and another date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from crm.promises import access, actions
from crm.promises.forms import AnswerForm, MoveForm
from crm.promises.models import Promise
from crm.promises.queues import (
    deeds_for,
    is_undecided,
    kept_with,
    promise_list,
    promise_queue,
    saved_promise,
)
from crm.records.middleware import both_texts


@require_safe
def promises(request: SignedInRequest) -> HttpResponse:
    """What is owed to customers within this person's scope (HP-01)."""
    if not access.can_see_promises(request.user):
        raise PermissionDenied
    now = timezone.now()
    listing = promise_list(request.user, now).show(promise_queue(request.user), request.GET)
    rows = [(row, shown_name(request.user, row.card)) for row in listing.page]
    context = {"listing": listing, "rows": rows, "now": now}
    return render(request, "promises/promises.html", context)


@require_safe
def promise(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One promise with its forms; outside scope there is none."""
    found = _promise(request, public_id)
    return _page(request, found)


@require_http_methods(["POST"])
def answer_promise(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down what the customer was told."""
    deeds = deeds_for(_promise(request, public_id), request.user)
    form = AnswerForm(request.POST, deeds=deeds)

    def refused(found: Promise) -> HttpResponse:
        return _page(request, found, form, status=422)

    done = _("The answer is saved.")
    return _save(request, public_id, form, actions.answer_promise, refused, done)


@require_http_methods(["POST"])
def move_promise(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Tell the customer another date."""
    form = MoveForm(request.POST)

    def refused(found: Promise) -> HttpResponse:
        return _page(request, found, move=form, status=422)

    done = _("The new date is saved.")
    return _save(request, public_id, form, actions.move_promise, refused, done)


def _promise(request: SignedInRequest, public_id: str) -> Promise:
    return get_object_or_404(promise_queue(request.user), public_id=public_id)


def _save(
    request: SignedInRequest,
    public_id: str,
    form: AnswerForm | MoveForm,
    verb: Callable[..., Any],
    refused: Callable[[Promise], HttpResponse],
    done: str,
) -> HttpResponse:
    found = _promise(request, public_id)
    if found.is_owed and not access.can_answer(request.user, found):
        raise PermissionDenied
    if not form.is_valid():
        return refused(found)
    try:
        with both_texts(form, lambda: saved_promise(_promise(request, public_id))):
            sent = form.cleaned_data
            verb(
                found,
                by=request.user,
                version=sent["version"],
                now=timezone.now(),
                request_id=sent["request_id"],
                **form.told(),
            )
    except ValidationError as error:
        form.refuse(error)
        return refused(found)
    messages.success(request, done)
    return redirect("promises:promise", found.public_id)


def _page(
    request: SignedInRequest,
    found: Promise,
    answer: AnswerForm | None = None,
    move: MoveForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    deeds = deeds_for(found, request.user)
    context = {
        "promise": found,
        "kept_with": kept_with(found, deeds),
        "name": shown_name(request.user, found.card),
        "form": answer or AnswerForm(deeds=deeds),
        "move_form": move or MoveForm(),
        "now": timezone.now(),
        "may_answer": access.can_answer(request.user, found),
        "undecided": is_undecided(found),
    }
    return render(request, "promises/promise.html", context, status=status)
