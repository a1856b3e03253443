"""Exports: the ledger, the request, the decision, the one download."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.exchange import access, levels
from crm.exchange.actions import orders
from crm.exchange.actions.approvers import FIGURES_ALONE
from crm.exchange.forms import DecisionForm, ExportForm, VerbForm
from crm.exchange.models import ExportJob
from crm.exchange.queues.columns import Asked, ListColumn
from crm.exchange.queues.filters import filter_words
from crm.exchange.queues.jobs import exports_for_page, exports_of, to_decide
from crm.exchange.queues.listings import EVERYTHING, LISTS, label_of, may_take_out
from crm.exchange.views.imports import attached
from crm.people.access import SignedInRequest
from crm.people.middleware import client_address
from crm.ui.forms import add_errors
from crm.ui.lists import PAGE_SIZE, page_number


def find_export(request: SignedInRequest, public_id: str) -> ExportJob:
    """An export one asked for or may decide on; 403 without any right, 404 outside the scope."""
    user = request.user
    if not (access.can_see_exports(user) or access.decides_exports(user)):
        raise PermissionDenied
    return get_object_or_404(exports_for_page(user), public_id=public_id)


@require_safe
def exports(request: SignedInRequest) -> HttpResponse:
    """The ledger: one's own exports, what waits for one's decision, all for privacy (D41)."""
    user = request.user
    if not access.can_see_exports(user):
        raise PermissionDenied
    page = Paginator(exports_of(user), PAGE_SIZE).get_page(page_number(request.GET))
    context = {
        "rows": [(job, label_of(job.list_key)) for job in page],
        "page": page,
        "waiting": [(job, label_of(job.list_key)) for job in to_decide(user)[:PAGE_SIZE]],
        "lists": [one for one in LISTS.values() if may_take_out(user, one.key)],
        "can_take_all": may_take_out(user, EVERYTHING),
        "now": timezone.now(),
    }
    return render(request, "exchange/exports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_export(request: SignedInRequest) -> HttpResponse:
    """Ask for a list as seen, or for the workbook."""
    if not access.can_export(request.user):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    key = sent.get("list", "")
    if key != EVERYTHING and key not in LISTS:
        key = next((one for one in LISTS if may_take_out(request.user, one)), "")
    if not key:
        return redirect("exchange:exports")
    if not may_take_out(request.user, key):
        raise PermissionDenied
    first = {"list": key, "query": asked_for(request)}
    if len(first["query"]) > orders.QUERY_AT_MOST:
        messages.error(request, orders.TOO_LONG)
        return redirect("exchange:exports")
    form = ExportForm(request.POST or None, user=request.user, key=key, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("exchange:export", ask(request, form, key).public_id)
        except ValidationError as error:
            add_errors(form, error)
    context = {"form": form, "label": label_of(key), **own_right(key)}
    status = 422 if request.method == "POST" else 200
    return render(request, "exchange/new_export.html", context, status=status)


def asked_for(request: SignedInRequest) -> str:
    """The filter of the page somebody came from, as its address says it."""
    query = QueryDict(mutable=True)
    for name, value in request.GET.items():
        if name not in ("list", "page") and value:
            query[name] = str(value)
    return query.urlencode()


def own_right(key: str) -> dict[str, object]:
    """What of a list is one's own right to take out."""
    return {
        "whole": key == EVERYTHING,
        "figures_alone": key in FIGURES_ALONE,
        "a_day": levels.ROWS_A_DAY,
        "by_manager": levels.ROWS_WITHOUT_GENERAL_MANAGER,
    }


def ask(request: SignedInRequest, form: ExportForm, key: str) -> ExportJob:
    """Order what the form says."""
    return orders.ask_export(
        key,
        form.asked_query(),
        by=request.user,
        purpose=form.cleaned_data["purpose"],
        unmasked=form.cleaned_data.get("unmasked", False),
        now=timezone.now(),
        request_id=form.cleaned_data["request_id"],
    )


@require_safe
def export(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One export: what, how much, what for, and what may be done with it."""
    return draw(request, find_export(request, public_id))


def columns_of(job: ExportJob, now: dt.datetime) -> Sequence[ListColumn]:
    """What the file holds of every row; nothing where the list is the whole workbook."""
    found = LISTS.get(job.list_key)
    return found.columns_for(Asked(job.requester, QueryDict(job.query), now)) if found else ()


def draw(request: SignedInRequest, job: ExportJob, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an export."""
    now = timezone.now()
    context: dict[str, Any] = {
        "job": job,
        "label": label_of(job.list_key),
        "filters": filter_words(job, now=now),
        "columns": columns_of(job, now),
        "can_decide": access.can_decide_export(request.user, job),
        "can_download": access.can_download(request.user, job),
        "form": DecisionForm(),
        "now": now,
        **more,
    }
    return render(request, "exchange/export.html", context, status=status)


@require_safe
def export_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The line alone, for the page that polls."""
    job = find_export(request, public_id)
    response = render(request, "exchange/_export_progress.html", {"job": job})
    if not job.is_at_work:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def approve_export(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Let it be written."""
    return decide(request, public_id, approve=True)


@require_POST
def refuse_export(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Decline it with words."""
    return decide(request, public_id, approve=False)


def decide(request: SignedInRequest, public_id: str, *, approve: bool) -> HttpResponse:
    """One decision; a refusal needs a reason."""
    job = find_export(request, public_id)
    if not access.can_decide_export(request.user, job):
        raise PermissionDenied
    form = DecisionForm(request.POST)
    form.fields["comment"].required = not approve
    if not form.is_valid():
        return draw(request, job, 422, form=form)
    orders.decide_export(
        job, by=request.user, approve=approve, now=timezone.now(), **form.cleaned_data
    )
    return redirect("exchange:export", job.public_id)


@require_POST
def download_export(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The file, once, within 24 hours; it is gone from the disk with this answer."""
    job = find_export(request, public_id)
    if job.requester_id != request.user.pk:
        raise PermissionDenied
    form = VerbForm(request.POST)
    if not form.is_valid():
        return redirect("exchange:export", job.public_id)
    try:
        data = orders.download_export(
            job,
            by=request.user,
            version=form.cleaned_data["version"],
            address=client_address(request),
            now=timezone.now(),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("exchange:export", job.public_id)
    return attached(data, job.file_name)
