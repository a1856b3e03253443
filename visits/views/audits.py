"""Audits of visits: the list, one audit, the customer heard blind, the judgement (SA-01)."""

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
from django.views.decorators.http import require_http_methods, require_safe

from crm.customers.access import can_reveal_phone, shown_name
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from crm.rulebook.queues import house_name
from visits import access, actions, states
from visits.forms import (
    AppealForm,
    GiveUpAuditForm,
    HearForm,
    JudgeForm,
    PassOnForm,
    SettleForm,
    TryAuditForm,
)
from visits.forms.audits import OfAudit
from visits.models import VisitAudit
from visits.queues import audits as queues
from visits.queues.auditors import other_auditors
from visits.queues.corrections import correction_of, unsettled_count


@require_safe
def audits(request: SignedInRequest) -> HttpResponse:
    """The audits within this person's scope; what is due first stands on top."""
    user = request.user
    if not access.can_see_audits(user):
        raise PermissionDenied
    today = timezone.localdate()
    listing = queues.audit_list(user, today).show(queues.audit_queue(user), request.GET)
    rows = [(row, shown_name(user, row.visit.card)) for row in listing.page]
    context = {
        "listing": listing,
        "rows": rows,
        "samples": access.can_see_samples(user),
        "checks": access.can_see_checks(user),
        "corrections": unsettled_count(user),
    }
    return render(request, "visits/audits.html", context)


@require_safe
def audit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One audit: until the customer is heard its auditor reads nothing of the answers."""
    row, now = _row(request, public_id), timezone.now()
    context = {**_facts(request, row), **_may(request.user, row, now)}
    return render(request, "visits/audit.html", context)


def _row(request: SignedInRequest, public_id: str) -> VisitAudit:
    return get_object_or_404(queues.audit_queue(request.user), public_id=public_id)


def _facts(request: SignedInRequest, row: VisitAudit) -> dict[str, Any]:
    """What stands beside the work on every page of an audit."""
    user, card = request.user, row.visit.card
    reads = row.state not in states.BLIND and access.reads_words(user, row.visit)
    return {
        "row": row,
        "visit": row.visit,
        "card": card,
        "name": shown_name(user, card),
        "can_reveal": can_reveal_phone(user, card),
        "attempts": row.attempts.select_related("by"),
        "compared": queues.compared(row) if reads and row.heard_at else [],
        "found": queues.found_lines(row) if row.heard_at else [],
        "correction": correction_of(user, row),
    }


def _may(user: User, row: VisitAudit, now: Any) -> dict[str, Any]:
    """What this person may do with it now."""
    mine = access.audits(user, row)
    return {
        "hears": mine and row.state in states.AUDIT_MOVES["hear"],
        "judges": mine and row.state in states.AUDIT_MOVES["judge"],
        "passes_on": mine and row.state in states.AUDIT_MOVES["pass_on"],
        "appeals_until": queues.may_still_appeal(row, now)
        if access.was_audited(user, row)
        else None,
        "settles": row.state in states.AUDIT_MOVES["settle"] and access.can_settle(user, row),
        "opens_visit": not mine or row.state not in states.BLIND,
    }


@dataclass(frozen=True)
class Verb:
    """One verb of an audit: who may, its move, what is called, and its page."""

    may: Callable[[User, VisitAudit], bool]
    move: str
    call: Callable[..., Any]
    form: Callable[..., OfAudit]
    title: Any
    button: Any
    done: Any
    template: str = "visits/audit_verb.html"


def _show(request: SignedInRequest, public_id: str, verb: Verb) -> HttpResponse:
    """Draw the form of a verb, or do it; once it is over the page of the audit says how."""
    row = _row(request, public_id)
    if not verb.may(request.user, row):
        raise PermissionDenied
    if request.method != "POST" and row.state not in states.AUDIT_MOVES[verb.move]:
        return redirect("visits:audit", row.public_id)
    form = verb.form(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
        saved = lambda: queues.saved_audit(_row(request, public_id), verb.move)  # noqa: E731
        try:
            with both_texts(form, saved):
                verb.call(row, by=request.user, now=timezone.now(), **sent, **form.told())
            messages.success(request, verb.done)
            return _go_on(request.user, row)
        except ValidationError as error:
            form.refuse(error)
    context = {"form": form, "verb": verb, "house": house_name(row.store), **_facts(request, row)}
    return render(request, verb.template, context, status=422 if form.is_bound else 200)


def _go_on(user: User, row: VisitAudit) -> HttpResponse:
    """What was heard is judged at once; what was passed on is this person's no more."""
    if not VisitAudit.objects.visible_to(user).filter(pk=row.pk).exists():
        return redirect("visits:audits")
    judges = row.state in states.AUDIT_MOVES["judge"] and access.audits(user, row)
    return redirect("visits:judge_audit" if judges else "visits:audit", row.public_id)


def _hear_form(*args: Any, row: VisitAudit) -> HearForm:
    return HearForm(*args, row=row, questions=queues.key_questions(row.visit))


def _pass_on_form(*args: Any, row: VisitAudit) -> PassOnForm:
    return PassOnForm(*args, row=row, auditors=other_auditors(row, timezone.localdate()))


def _judge_form(*args: Any, row: VisitAudit) -> JudgeForm:
    return JudgeForm(*args, row=row, found=queues.findings_of(row))


HEAR = Verb(
    access.audits,
    "hear",
    actions.hear_audit,
    _hear_form,
    _("Audit call"),
    _("Save and see the record"),
    _("Saved. The record now stands beside it."),
    "visits/audit_call.html",
)
JUDGE = Verb(
    access.audits,
    "judge",
    actions.judge_audit,
    _judge_form,
    _("Judge the record"),
    _("Save"),
    _("The judgement is saved."),
    "visits/audit_judge.html",
)
TRY = Verb(
    access.audits,
    "try",
    actions.try_audit,
    TryAuditForm,
    _("Not reached"),
    _("Save the try"),
    _("The try is saved."),
)
GIVE_UP = Verb(
    access.audits,
    "give_up",
    actions.give_up_audit,
    GiveUpAuditForm,
    _("Close as not reached"),
    _("Close the audit"),
    _("The audit is closed."),
)
PASS_ON = Verb(
    access.can_pass_on,
    "pass_on",
    actions.pass_on_audit,
    _pass_on_form,
    _("Pass the audit on"),
    _("Pass it on"),
    _("The audit is passed on."),
)
APPEAL = Verb(
    access.was_audited,
    "appeal",
    actions.appeal_audit,
    AppealForm,
    _("Appeal"),
    _("Send the appeal"),
    _("The appeal is sent to the store's manager."),
)
SETTLE = Verb(
    access.can_settle,
    "settle",
    actions.settle_audit,
    SettleForm,
    _("Settle the appeal"),
    _("Save the decision"),
    _("The appeal is settled."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def hear_audit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask the customer again, the recorded answers out of sight."""
    return _show(request, public_id, HEAR)


@require_http_methods(["GET", "HEAD", "POST"])
def judge_audit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What was written down beside what was heard, and the judgement."""
    return _show(request, public_id, JUDGE)


@require_http_methods(["GET", "HEAD", "POST"])
def try_audit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down a call in vain."""
    return _show(request, public_id, TRY)


@require_http_methods(["GET", "HEAD", "POST"])
def give_up_audit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Close after enough tries."""
    return _show(request, public_id, GIVE_UP)


@require_http_methods(["GET", "HEAD", "POST"])
def pass_on_audit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give it to another auditor."""
    return _show(request, public_id, PASS_ON)


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_audit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Say why the result is wrong, once."""
    return _show(request, public_id, APPEAL)


@require_http_methods(["GET", "HEAD", "POST"])
def settle_audit(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Decide an appeal."""
    return _show(request, public_id, SETTLE)
