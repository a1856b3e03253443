"""The administrator's pages on stores, teams and departments."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from crm.home.actions import places as actions
from crm.home.actions.guards import Replayed
from crm.home.forms import PLACE_FORMS
from crm.home.queues import with_people
from crm.home.views.users import sent
from crm.people.access import SignedInRequest, can_manage_users, can_read_users
from crm.people.models import Department, Store, Team
from crm.records.middleware import both_texts
from crm.records.queues import sent_before
from crm.records.states import Saved

FORM_METHODS = ["GET", "HEAD", "POST"]
Place = Store | Team | Department
HEADINGS: dict[type, tuple[Any, Any, Any]] = {  # the list, a new one, one that exists
    Store: (gettext_lazy("Stores"), gettext_lazy("New store"), gettext_lazy("Edit store")),
    Team: (gettext_lazy("Teams"), gettext_lazy("New team"), gettext_lazy("Edit team")),
    Department: (
        gettext_lazy("Departments"),
        gettext_lazy("New department"),
        gettext_lazy("Edit department"),
    ),
}


@require_safe
def stores(request: SignedInRequest) -> HttpResponse:
    """Stores with how many people work in each."""
    return place_list(request, Store, Store.objects.visible_to(request.user))


@require_safe
def teams(request: SignedInRequest) -> HttpResponse:
    """Teams with how many people are in each."""
    rows = Team.objects.visible_to(request.user).select_related("store")
    return place_list(request, Team, rows)


@require_safe
def departments(request: SignedInRequest) -> HttpResponse:
    """Departments with their heads."""
    rows = Department.objects.visible_to(request.user).select_related("head")
    return place_list(request, Department, rows)


def place_list(request: SignedInRequest, model: type[Place], rows: QuerySet[Any]) -> HttpResponse:
    """One list of places."""
    if not can_read_users(request.user):
        raise PermissionDenied
    now = timezone.now()
    context = {
        "places": with_people(rows, timezone.localdate(now)),
        "heading": HEADINGS[model][0],
        "can_manage": can_manage_users(request.user),
        "now": now,
    }
    return render(request, f"accounts/{model._meta.model_name}s.html", context)


@require_http_methods(FORM_METHODS)
def create_store(request: SignedInRequest) -> HttpResponse:
    """A new store."""
    return create_place(request, Store)


@require_http_methods(FORM_METHODS)
def create_team(request: SignedInRequest) -> HttpResponse:
    """A new team."""
    return create_place(request, Team)


@require_http_methods(FORM_METHODS)
def create_department(request: SignedInRequest) -> HttpResponse:
    """A new department."""
    return create_place(request, Department)


def create_place(request: SignedInRequest, model: type[Place]) -> HttpResponse:
    """The form of a new place."""
    must_manage(request)
    form = PLACE_FORMS[model](request.POST or None, viewer=request.user)
    request_id = request.POST.get("request_id", "")
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_place(
                model, form.cleaned_data, by=request.user, now=timezone.now(), request_id=request_id
            )
        except ValidationError as error:
            form.add_error(None, error)
        except Replayed:
            return redirect(f"home:{model._meta.model_name}s")
        else:
            messages.success(request, _("Saved."))
            return redirect(f"home:{model._meta.model_name}s")
    # The second copy of a form finds the name taken, by the first.
    if sent_before(request.user, f"create_{model._meta.model_name}", request_id):
        return redirect(f"home:{model._meta.model_name}s")
    return draw_form(request, model, form)


@require_http_methods(FORM_METHODS)
def change_store(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Correct a store."""
    must_manage(request)
    rows = Store.objects.visible_to(request.user)
    return change_place(request, get_object_or_404(rows, public_id=public_id))


@require_http_methods(FORM_METHODS)
def change_team(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Rename a team."""
    must_manage(request)
    rows = Team.objects.visible_to(request.user)
    return change_place(request, get_object_or_404(rows, public_id=public_id))


@require_http_methods(FORM_METHODS)
def change_department(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Rename a department or give it another head."""
    must_manage(request)
    rows = Department.objects.visible_to(request.user)
    return change_place(request, get_object_or_404(rows, public_id=public_id))


def change_place(request: SignedInRequest, place: Place) -> HttpResponse:
    """The form of a place that exists."""
    model = type(place)
    # The form writes into its instance; the verb compares with the untouched one.
    form = PLACE_FORMS[model](request.POST or None, instance=copy(place), viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: saved_place(request, place)):
                actions.change_place(place, form.cleaned_data, **sent(request))
        except Replayed:
            return redirect(f"home:{model._meta.model_name}s")
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"home:{model._meta.model_name}s")
    return draw_form(request, model, form, place)


def saved_place(request: SignedInRequest, place: Place) -> Saved:
    """A place as it stands now, for the form that came second."""
    now = type(place).objects.visible_to(request.user).get(pk=place.pk)
    values = PLACE_FORMS[type(place)](instance=now, viewer=request.user).initial
    return Saved(values, resend={"version": now.version}, link=request.path)


def must_manage(request: SignedInRequest) -> None:
    """Raises `PermissionDenied` unless this person administers."""
    if not can_manage_users(request.user):
        raise PermissionDenied


def draw_form(
    request: SignedInRequest, model: type[Place], form: Any, place: Place | None = None
) -> HttpResponse:
    """The form's page; 422 for one that was refused."""
    context = {
        "form": form,
        "place": place,
        "heading": HEADINGS[model][2 if place else 1],
        "back_url": reverse(f"home:{model._meta.model_name}s"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/place_form.html", context, status=status)
