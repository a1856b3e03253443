"""Ready texts and ready steps: the lists, a new one, one changed."""

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

from complaints import access, actions, forms
from complaints.models import Macro, ReplyTemplate
from complaints.queues.ready import ready_list, ready_rows, saved_macro, saved_template, stores_kept
from crm.people.access import SignedInRequest
from crm.records.middleware import both_texts


@dataclass(frozen=True)
class Kind:
    """Texts or steps: what their pages say and call."""

    model: Any
    form: type[forms.TemplateForm] | type[forms.MacroForm]
    create: Callable[..., Any]
    change: Callable[..., Any]
    saved: Callable[[Any], Any]
    title: Any
    about: Any
    new: Any
    back: str
    add: str
    open: str


TEMPLATES = Kind(
    ReplyTemplate,
    forms.TemplateForm,
    actions.create_template,
    actions.change_template,
    saved_template,
    _("Reply templates"),
    _("What customers are told again and again, in three languages"),
    _("New template"),
    *("complaints:reply_templates", "complaints:create_template", "complaints:change_template"),
)
MACROS = Kind(
    Macro,
    forms.MacroForm,
    actions.create_macro,
    actions.change_macro,
    saved_macro,
    _("Macros"),
    _("Steps on a ticket carried out in one press, all of them or none"),
    _("New macro"),
    *("complaints:macros", "complaints:create_macro", "complaints:change_macro"),
)


@require_safe
def reply_templates(request: SignedInRequest) -> HttpResponse:
    """The texts of one's stores and those for all."""
    return _list(request, TEMPLATES)


@require_http_methods(["GET", "HEAD", "POST"])
def create_template(request: SignedInRequest) -> HttpResponse:
    """Word a new one."""
    return _create(request, TEMPLATES)


@require_http_methods(["GET", "HEAD", "POST"])
def change_template(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Word one anew."""
    return _change(request, TEMPLATES, public_id)


@require_safe
def macros(request: SignedInRequest) -> HttpResponse:
    """The steps of one's stores and those for all."""
    return _list(request, MACROS)


@require_http_methods(["GET", "HEAD", "POST"])
def create_macro(request: SignedInRequest) -> HttpResponse:
    """Choose new ones."""
    return _create(request, MACROS)


@require_http_methods(["GET", "HEAD", "POST"])
def change_macro(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Choose others."""
    return _change(request, MACROS, public_id)


def _list(request: SignedInRequest, kind: Kind) -> HttpResponse:
    if not access.can_keep_ready(request.user):
        raise PermissionDenied
    rows = ready_rows(kind.model.objects.visible_to(request.user))
    listing = ready_list().show(rows, request.GET)
    lines = [(row, access.can_keep_for(request.user, row.store_id)) for row in listing.page]
    context = {"listing": listing, "lines": lines, "kind": kind, "is_text": kind is TEMPLATES}
    return render(request, "complaints/ready.html", context)


def _create(request: SignedInRequest, kind: Kind) -> HttpResponse:
    if not access.can_keep_ready(request.user):
        raise PermissionDenied
    form = _form(request, kind, None)
    if request.method == "POST" and form.is_valid():
        try:
            kind.create(
                by=request.user,
                store=form.store_chosen,
                now=timezone.now(),
                request_id=form.cleaned_data["request_id"],
                **form.values(),
            )
            messages.success(request, _("Saved."))
            return redirect(kind.back)
        except ValidationError as error:
            form.refuse(error)
    return _draw(request, kind, form)


def _change(request: SignedInRequest, kind: Kind, public_id: str) -> HttpResponse:
    def found() -> Any:
        return get_object_or_404(kind.model.objects.visible_to(request.user), public_id=public_id)

    row = found()
    if not access.can_keep_for(request.user, row.store_id):
        raise PermissionDenied
    form = _form(request, kind, row)
    if request.method == "POST" and form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
        try:
            with both_texts(form, lambda: kind.saved(found())):
                kind.change(row, by=request.user, now=timezone.now(), **sent, **form.values())
            messages.success(request, _("Saved."))
            return redirect(kind.back)
        except ValidationError as error:
            form.refuse(error)
    return _draw(request, kind, form)


def _form(request: SignedInRequest, kind: Kind, row: Any) -> forms.TemplateForm | forms.MacroForm:
    stores = stores_kept(request.user)
    for_all = access.can_keep_for(request.user, None)
    return kind.form(request.POST or None, row=row, stores=stores, for_all=for_all)


def _draw(request: SignedInRequest, kind: Kind, form: Any) -> HttpResponse:
    context = {
        "form": form,
        "kind": kind,
        "row": form.row,
        "is_text": kind is TEMPLATES,
    }
    status = 422 if form.is_bound else 200
    return render(request, "complaints/ready_form.html", context, status=status)
