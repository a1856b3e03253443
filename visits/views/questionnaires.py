"""Questionnaires: the list, a new one, one with its versions, retiring (RV-31)."""

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
from crm.people.models import Store
from crm.ui.lists import page_number
from crm.ui.versioned import SentOnceForm
from visits import access, actions
from visits.forms import BeginForm, NewForm
from visits.models import Questionnaire
from visits.queues import questionnaires as queues


@require_safe
def questionnaires(request: SignedInRequest) -> HttpResponse:
    """Every questionnaire of one's stores: what is asked now, what is being written."""
    user = request.user
    if not access.can_see_questionnaires(user):
        raise PermissionDenied
    page = queues.sheet_page(user, page_number(request.GET))
    context = {
        "page": page,
        "newer": queues.with_newer_ready(page.object_list),
        "may_write": access.can_write_questionnaires(user),
    }
    return render(request, "visits/questionnaires.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create_questionnaire(request: SignedInRequest) -> HttpResponse:
    """Begin a questionnaire: its name, for what and where, and the questions it starts with."""
    user = request.user
    if not access.can_write_questionnaires(user):
        raise PermissionDenied
    own = user.reach.stores_as(*access.WRITERS)
    stores = Store.objects.visible_to(user).filter(pk__in=own).order_by("name")
    form = NewForm(request.POST or None, stores=stores)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = actions.create_questionnaire(by=user, now=timezone.now(), **form.values())
        except ValidationError as error:
            form.refuse(error)
        else:
            return redirect("visits:write_version", sheet.versions.get().public_id)
    status = 422 if form.is_bound else 200
    return render(request, "visits/new_questionnaire.html", {"form": form}, status=status)


def _sheet(request: SignedInRequest, public_id: str) -> Questionnaire:
    rows = Questionnaire.objects.visible_to(request.user).select_related("store")
    return get_object_or_404(rows, public_id=public_id)


@require_safe
def questionnaire(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One questionnaire with its versions."""
    return _page(request, _sheet(request, public_id))


def _page(
    request: SignedInRequest, sheet: Questionnaire, refused: SentOnceForm | None = None
) -> HttpResponse:
    versions = list(queues.versions_of(sheet))
    in_use = sheet.in_use
    begin = BeginForm(in_use=in_use.body if in_use else None, initial={"version": sheet.version})
    free = not sheet.retired and not any(one.is_being_written for one in versions)
    context = {
        "sheet": sheet,
        "versions": versions,
        "rules": list(queues.rules_asking(request.user, sheet)),
        "begin_form": refused if isinstance(refused, BeginForm) else begin,
        "refused": refused,
        "may_begin": free and access.can_write_questionnaire(request.user, sheet),
        "newer": bool(queues.with_newer_ready([sheet])),
        "may_retire": access.decides_questionnaire(request.user, sheet),
    }
    return render(request, "visits/questionnaire.html", context, status=422 if refused else 200)


@require_POST
def begin_version(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Begin the next draft."""
    sheet = _sheet(request, public_id)
    if not access.can_write_questionnaire(request.user, sheet):
        raise PermissionDenied
    in_use = sheet.in_use
    form = BeginForm(request.POST, in_use=in_use.body if in_use else None)
    if form.is_valid():
        try:
            now = timezone.now()
            actions.begin_version(sheet, by=request.user, now=now, **form.values())
        except ValidationError as error:
            form.refuse(error)
        else:
            return redirect("visits:questionnaire", sheet.public_id)
    return _page(request, sheet, form)


@require_POST
def retire_questionnaire(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Let a questionnaire be asked no more."""
    return _retiring(request, public_id, actions.retire_questionnaire, _("Retired."))


@require_POST
def reopen_questionnaire(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Let a retired questionnaire be asked again."""
    return _retiring(request, public_id, actions.reopen_questionnaire, _("Asked again."))


def _retiring(
    request: SignedInRequest, public_id: str, verb: Callable[..., Any], done: str
) -> HttpResponse:
    sheet = _sheet(request, public_id)
    if not access.decides_questionnaire(request.user, sheet):
        raise PermissionDenied
    form = SentOnceForm(request.POST)
    if form.is_valid():
        try:
            verb(sheet, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, done)
            return redirect("visits:questionnaire", sheet.public_id)
    return _page(request, sheet, form)
