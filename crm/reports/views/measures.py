"""Measures: the list, one measure, and each step of its life a small form of its own."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from crm.reports import access, actions, states
from crm.reports.forms import (
    BeginForm,
    CheckForm,
    CloseForm,
    DecideForm,
    DeclineForm,
    ProposeForm,
)
from crm.reports.forms.reports import OfMeasure
from crm.reports.models import Measure
from crm.reports.queues import reports as queues
from crm.reports.views.reports import report_of, report_page


@dataclass(frozen=True)
class Verb:
    """One verb: its form, who may, what is called, and the words of its page."""

    name: str
    form: type[OfMeasure]
    may: Callable[[User, Measure], bool]
    call: Callable[..., Any]
    title: Any
    button: Any
    done: Any


DECIDE = Verb(
    "decide",
    DecideForm,
    access.can_decide,
    actions.decide_measure,
    _("Decide"),
    _("Save the decision"),
    _("The decision is saved."),
)
DECLINE = Verb(
    "decline",
    DeclineForm,
    access.can_decide,
    actions.decline_measure,
    _("Not taken up"),
    _("Do not take it up"),
    _("The proposal is not taken up."),
)
BEGIN = Verb(
    "begin",
    BeginForm,
    access.can_begin,
    actions.begin_measure,
    _("Begin"),
    _("Begin"),
    _("The measure is in progress."),
)
CHECK = Verb(
    "check",
    CheckForm,
    access.can_check,
    actions.check_measure,
    _("Check the effect"),
    _("Save the check"),
    _("The check is saved."),
)
CLOSE = Verb(
    "close",
    CloseForm,
    access.can_decide,
    actions.close_measure,
    _("Close the measure"),
    _("Close the measure"),
    _("The measure is closed."),
)
VERBS = (DECIDE, DECLINE, BEGIN, CHECK, CLOSE)


@require_safe
def measures(request: SignedInRequest) -> HttpResponse:
    """What is still to be done, by day; one's own and those of one's stores."""
    if not access.can_see_measures(request.user):
        raise PermissionDenied
    now = timezone.now()
    spec = queues.measure_list(request.user, timezone.localdate(now))
    listing = spec.show(queues.measure_queue(request.user), request.GET)
    context = {
        "listing": listing,
        "now": now,
        "reads": access.can_see_reports(request.user),
    }
    return render(request, "reports/measures.html", context)


def _measure(request: SignedInRequest, public_id: str) -> Measure:
    return get_object_or_404(queues.measure_queue(request.user), public_id=public_id)


@require_safe
def measure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One measure with its steps and what may be done now."""
    found = _measure(request, public_id)
    open_verbs = [
        verb
        for verb in VERBS
        if found.state in states.MOVES[verb.name] and verb.may(request.user, found)
    ]
    context = {
        "measure": found,
        "verbs": [(f"reports:{verb.name}_measure", verb.title) for verb in open_verbs],
        "now": timezone.now(),
        "reads": access.can_see_reports(request.user),
    }
    return render(request, "reports/measure.html", context)


@require_POST
def propose_measure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Put a measure down under a report."""
    report, now = report_of(request, public_id), timezone.now()
    if not access.can_propose(request.user, report):
        raise PermissionDenied
    form = ProposeForm(
        request.POST,
        owners=queues.possible_owners(report.store_id, now),
        decides=access.decides_in(request.user, report.store_id),
    )
    if form.is_valid():
        try:
            request_id = form.cleaned_data["request_id"]
            actions.propose_measure(
                report, by=request.user, now=now, request_id=request_id, **form.told()
            )
            messages.success(request, _("The measure is saved."))
            return redirect("reports:visit_report", report.public_id)
        except ValidationError as error:
            form.refuse(error)
    return report_page(request, report, form, status=422)


def _show(request: SignedInRequest, public_id: str, verb: Verb) -> HttpResponse:
    """Draw the form of a verb, or do it."""
    found, now = _measure(request, public_id), timezone.now()
    if not verb.may(request.user, found):
        raise PermissionDenied
    owners = {"owners": queues.possible_owners(found.store_id, now)} if verb is DECIDE else {}
    form = verb.form(request.POST or None, measure=found, **owners)
    if request.method == "POST" and form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
        try:
            with both_texts(form, lambda: queues.saved_measure(_measure(request, public_id))):
                verb.call(found, by=request.user, now=now, **sent, **form.told())
            messages.success(request, verb.done)
            return redirect("reports:measure", found.public_id)
        except ValidationError as error:
            form.refuse(error)
    context = {"measure": found, "form": form, "verb": verb, "now": now}
    return render(
        request, "reports/measure_verb.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide_measure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What is done, by whom and until when."""
    return _show(request, public_id, DECIDE)


@require_http_methods(["GET", "HEAD", "POST"])
def decline_measure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A proposal is not taken up."""
    return _show(request, public_id, DECLINE)


@require_http_methods(["GET", "HEAD", "POST"])
def begin_measure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Its owner has begun."""
    return _show(request, public_id, BEGIN)


@require_http_methods(["GET", "HEAD", "POST"])
def check_measure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Whether it helped."""
    return _show(request, public_id, CHECK)


@require_http_methods(["GET", "HEAD", "POST"])
def close_measure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What has been checked is closed."""
    return _show(request, public_id, CLOSE)
