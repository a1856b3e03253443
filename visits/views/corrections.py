"""Corrections after audits: the list, one correction, and each verb a small form (SA-04)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from visits import access, actions, states
from visits.forms import CallOffForm, FinishForm, HandOverForm, VerifyForm
from visits.forms.corrections import OfCorrection
from visits.models import Correction, Visit, VisitAudit
from visits.queues import corrections as queues


@dataclass(frozen=True)
class Verb:
    """One verb of a correction: its form, who may, what is called, the words of its page."""

    name: str
    form: type[OfCorrection]
    may: Callable[[User, Correction], bool]
    call: Callable[..., Any]
    title: Any
    button: Any
    done: Any


FINISH = Verb(
    "finish",
    FinishForm,
    access.can_finish,
    actions.finish_correction,
    pgettext_lazy("correction", "Say what was done"),
    _("Save and have it verified"),
    _("Saved. Somebody else verifies it now."),
)
VERIFY = Verb(
    "verify",
    VerifyForm,
    access.can_verify,
    actions.verify_correction,
    pgettext_lazy("correction", "Verify"),
    _("Save the verification"),
    _("The verification is saved."),
)
HAND_OVER = Verb(
    "hand_over",
    HandOverForm,
    access.leads_correction,
    actions.hand_over_correction,
    pgettext_lazy("correction", "Owner, day and task"),
    pgettext_lazy("correction", "Save the task"),
    pgettext_lazy("correction", "The task is saved."),
)
CALL_OFF = Verb(
    "call_off",
    CallOffForm,
    access.leads_correction,
    actions.call_off_correction,
    pgettext_lazy("correction", "Call it off"),
    pgettext_lazy("correction", "Call it off"),
    _("The correction is called off."),
)
VERBS = (FINISH, VERIFY, HAND_OVER, CALL_OFF)


@require_safe
def corrections(request: SignedInRequest) -> HttpResponse:
    """What audits found wrong and is still to be put right; the nearest day stands on top."""
    if not access.can_see_audits(request.user):
        raise PermissionDenied
    spec = queues.correction_list(request.user, timezone.localdate())
    listing = spec.show(queues.correction_queue(request.user), request.GET)
    rows = [(row, queues.wrong_words(row)) for row in listing.page]
    return render(request, "visits/corrections.html", {"listing": listing, "rows": rows})


def _row(request: SignedInRequest, public_id: str) -> Correction:
    return get_object_or_404(queues.correction_queue(request.user), public_id=public_id)


@require_safe
def correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One correction: what was wrong, what became of it and what may be done now."""
    row = _row(request, public_id)
    verbs = [
        verb
        for verb in VERBS
        if row.state in states.CORRECTION_MOVES[verb.name] and verb.may(request.user, row)
    ]
    context = {
        **_facts(request, row),
        "verbs": [(f"visits:{verb.name}_correction", verb.title) for verb in verbs],
    }
    return render(request, "visits/correction.html", context)


def _facts(request: SignedInRequest, row: Correction) -> dict[str, Any]:
    """What stands beside the work on every page of a correction."""
    facts: dict[str, Any] = {"row": row, "wrong": queues.wrong_words(row)}
    if row.is_opinion:
        visits = Visit.objects.visible_to(request.user).filter(pk=row.visit_id)
        return {**facts, "opens_visit": visits.exists()}
    audits = VisitAudit.objects.visible_to(request.user).filter(correction=row)
    return {**facts, "opens_audit": audits.exists()}


def _show(request: SignedInRequest, public_id: str, verb: Verb) -> HttpResponse:
    """Draw the form of a verb, or do it; once it is over the page says how it stands."""
    row, today = _row(request, public_id), timezone.localdate()
    if not verb.may(request.user, row):
        raise PermissionDenied
    if request.method != "POST" and row.state not in states.CORRECTION_MOVES[verb.name]:
        return redirect("visits:correction", row.public_id)
    owners = {"owners": queues.possible_owners(row, today)} if verb is HAND_OVER else {}
    form = verb.form(request.POST or None, row=row, **owners)
    if request.method == "POST" and form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
        saved = lambda: queues.saved_correction(_row(request, public_id), verb.name)  # noqa: E731
        try:
            with both_texts(form, saved):
                verb.call(row, by=request.user, now=timezone.now(), **sent, **form.told())
            messages.success(request, verb.done)
            return redirect("visits:correction", row.public_id)
        except ValidationError as error:
            form.refuse(error)
    context = {"form": form, "verb": verb, **_facts(request, row)}
    status = 422 if form.is_bound else 200
    return render(request, "visits/correction_verb.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def finish_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Its owner says what was done."""
    return _show(request, public_id, FINISH)


@require_http_methods(["GET", "HEAD", "POST"])
def verify_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Somebody else looks whether it is put right."""
    return _show(request, public_id, VERIFY)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Who puts it right, until when and how."""
    return _show(request, public_id, HAND_OVER)


@require_http_methods(["GET", "HEAD", "POST"])
def call_off_correction(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Nothing is to be put right."""
    return _show(request, public_id, CALL_OFF)
