"""The approval queue and the supervisor's verbs on plans (mockup 03, FP-02)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts
from crm.records.periods import week_so_far
from crm.records.states import Saved
from crm.ui import undo
from crm.ui.asked import ticked
from crm.ui.counted import CountedChip
from crm.ui.lists import PAGE_SIZE, page_number
from followups import access, actions, states
from followups.forms.approval import DecisionForm
from followups.models import Plan, PlanDecision
from followups.queues import (
    Review,
    decided,
    last_results,
    reviews,
    saved_plan,
    to_review,
    waiting_beyond,
)

WAITING, WARNED, LEVEL_H, RETURNED, APPROVED = "waiting", "warned", "h", "returned", "approved"


@require_safe
def approval_queue(request: SignedInRequest) -> HttpResponse:
    """Plans waiting for this supervisor, what the system checked, and one of them in full."""
    if not access.decides(request.user):
        raise PermissionDenied
    return _queue(request, timezone.now(), DecisionForm())


def _queue(
    request: SignedInRequest, now: dt.datetime, form: DecisionForm, refused: str = ""
) -> HttpResponse:
    """The page; `refused` names the plan whose decision was sent back to be mended."""
    week = week_so_far(timezone.localdate(now), timezone.get_default_timezone())
    waiting = reviews(request.user, now)
    past = {
        kind.value: decided(request.user, kind, week.begin)
        for kind in (PlanDecision.Kind.RETURNED, PlanDecision.Kind.APPROVED)
    }
    show = request.GET.get("show", WAITING)
    rows = _rows(waiting, show)
    page = Paginator(rows, PAGE_SIZE).get_page(page_number(request.GET))
    chosen = _chosen(list(page), refused or request.GET.get("plan", ""))
    context = {
        "now": now,
        "show": show if show in (WARNED, LEVEL_H, RETURNED, APPROVED) else WAITING,
        "chips": _chips(waiting, past, show),
        "waiting": waiting,
        "beyond": waiting_beyond(request.user, len(waiting)),
        "late": sum(review.late for review in waiting),
        "page": page,
        "decisions": _page_of(past.get(show), request),
        "review": chosen,
        "position": rows.index(chosen) + 1 if chosen else 0,
        "results": last_results(chosen.plan.card) if chosen else [],
        "form": form,
    }
    status = 422 if refused else 200
    return render(request, "followups/approval_queue.html", context, status=status)


def _rows(waiting: list[Review], show: str) -> list[Review]:
    if show == WARNED:
        return [review for review in waiting if not review.passes]
    if show == LEVEL_H:
        return [review for review in waiting if review.plan.card.level == "H"]
    return waiting


def _chosen(rows: list[Review], public_id: str) -> Review | None:
    """The plan asked for, else the first of the queue."""
    named = (review for review in rows if review.plan.public_id == public_id)
    return next(named, rows[0] if rows else None)


def _chips(waiting: list[Review], past: dict[Any, Any], show: str) -> list[CountedChip]:
    found = (
        (WAITING, _("Awaiting approval"), len(waiting)),
        (WARNED, _("With warnings"), len(_rows(waiting, WARNED))),
        (LEVEL_H, _("Level H"), len(_rows(waiting, LEVEL_H))),
        (RETURNED, _("Returned this week"), past[PlanDecision.Kind.RETURNED].count()),
        (APPROVED, _("Approved this week"), past[PlanDecision.Kind.APPROVED].count()),
    )
    keys = [key for key, _label, _count in found]
    current = show if show in keys else WAITING
    return [
        CountedChip(key, label, "", "", count, is_on=key == current, href=f"?show={key}")
        for key, label, count in found
    ]


def _page_of(decisions: Any, request: SignedInRequest) -> Any:
    if decisions is None:
        return None
    return Paginator(decisions, PAGE_SIZE).get_page(page_number(request.GET))


def _back(request: SignedInRequest) -> HttpResponseRedirect:
    """To the next plan of the queue, under the filter that was on."""
    show = request.GET.get("show", "")
    query = f"?{urlencode({'show': show})}" if show in (WARNED, LEVEL_H) else ""
    return HttpResponseRedirect(reverse("followups:approval_queue") + query)


def _saved(request: SignedInRequest, plan: Plan, verb: str, now: dt.datetime) -> Saved:
    """The plan as it stands now, for a decision that came second."""
    fresh = get_object_or_404(Plan.objects.visible_to(request.user), pk=plan.pk)
    saved = saved_plan(fresh, verb, now=now)
    if fresh.state not in states.WAITING:
        return saved
    query = urlencode({"plan": fresh.public_id})
    return replace(saved, link=f"{reverse('followups:approval_queue')}?{query}#plan")


@require_POST
def approve_plan(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Approve as seen, then the next plan; ten seconds to undo."""
    now = timezone.now()
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _queue(request, now, form, public_id)
    with both_texts(form, lambda: _saved(request, plan, "approve", now)):
        actions.approve_plan(plan, by=request.user, now=now, **form.cleaned_data)
    undo.offer(
        request,
        _("Approved: %(customer)s") % {"customer": plan.card.customer.name},
        reverse("followups:undo_approval", args=[plan.public_id]),
        version=plan.version,
    )
    return _back(request)


@require_POST
def return_plan(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give a plan back with words, then the next one."""
    now = timezone.now()
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    form = DecisionForm(request.POST)
    try:
        if form.is_valid():
            with both_texts(form, lambda: _saved(request, plan, "return", now)):
                actions.return_plan(plan, by=request.user, now=now, **form.cleaned_data)
            words = _("Returned to %(author)s") % {"author": plan.author.name}
            messages.success(request, words)
            return _back(request)
    except ValidationError as error:
        form.add_error(None, error)
    return _queue(request, now, form, public_id)


@require_POST
def undo_approval(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take back the approval given a moment ago."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return redirect("followups:approval_queue")
    sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
    actions.undo_approval(plan, by=request.user, now=timezone.now(), **sent)
    messages.success(request, _("The approval is undone."))
    url = reverse("followups:approval_queue")
    return HttpResponseRedirect(f"{url}?{urlencode({'plan': plan.public_id})}")


@require_POST
def approve_plans(request: SignedInRequest) -> HttpResponse:
    """Approve the ticked plans that pass every check; say which were left for a closer look."""
    if not access.decides(request.user):
        raise PermissionDenied
    chosen = ticked(request.POST.getlist("plan"))
    plans = to_review(request.user).filter(public_id__in=chosen).select_related("card__customer")
    pairs = [(plan, chosen[plan.public_id]) for plan in plans]
    approved, left = actions.approve_plans(pairs, by=request.user, now=timezone.now())
    if not pairs:
        messages.error(request, _("Tick at least one plan that is still waiting."))
    if approved:
        words = ngettext("%(count)d plan approved", "%(count)d plans approved", len(approved))
        messages.success(request, words % {"count": len(approved)})
    for plan in left:
        words = _("Not approved, look closer: %(customer)s")
        messages.error(request, words % {"customer": plan.card.customer.name})
    return redirect("followups:approval_queue")
