"""The house's own lists: one at a time, one of its choices, and what is done with it (CC-29)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.people.access import SignedInRequest
from crm.records.audit.telling import told
from crm.records.middleware import both_texts
from crm.rulebook import access, actions
from crm.rulebook.forms import AddOptionForm, MoveOptionForm, OptionVerbForm, RenameOptionForm
from crm.rulebook.models import Option, OptionKind
from crm.rulebook.queues import label_of
from crm.rulebook.queues import options as queues


def seen(request: SignedInRequest, public_id: str) -> Option:
    """One choice, for whoever reads the rulebook."""
    if not access.can_see_rulebook(request.user):
        raise PermissionDenied
    found = queues.option_of(public_id)
    if found is None:
        raise Http404
    return found


def settable(request: SignedInRequest, public_id: str) -> Option:
    """One choice, for whoever sets the lists."""
    found = seen(request, public_id)
    if not access.can_set_options(request.user):
        raise PermissionDenied
    return found


@require_safe
def options(request: SignedInRequest) -> HttpResponse:
    """One list: what is offered in its order, what is retired."""
    if not access.can_see_rulebook(request.user):
        raise PermissionDenied
    shown = queues.option_list(request.GET.get("kind", ""))
    return options_page(request, shown, AddOptionForm(kind=shown.kind))


def options_page(
    request: SignedInRequest, shown: queues.OptionList, form: AddOptionForm, *, status: int = 200
) -> HttpResponse:
    """The page of a list, with the form for a new choice as it stands."""
    context = {
        "kinds": OptionKind.choices,
        "shown": shown,
        "form": form,
        "may_set": access.can_set_options(request.user),
    }
    return render(request, "rulebook/options.html", context, status=status)


def _list_of(kind: str) -> str:
    return f"{reverse('rulebook:options')}?kind={kind}"


@require_POST
def add_option(request: SignedInRequest) -> HttpResponse:
    """Put a choice at the end of a list."""
    if not access.can_set_options(request.user):
        raise PermissionDenied
    shown = queues.option_list(request.POST.get("kind", ""))
    form = AddOptionForm(request.POST, kind=shown.kind)
    if form.is_valid():
        try:
            actions.add_option(shown.kind, by=request.user, now=timezone.now(), **form.told())
            messages.success(request, _("The choice is on the list."))
            return redirect(_list_of(shown.kind))
        except ValidationError as error:
            form.refuse(error)
    return options_page(request, shown, form, status=422)


@require_safe
def option(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One choice: its words, whether it is offered, what became of it."""
    found = seen(request, public_id)
    return option_page(request, found, RenameOptionForm(option=found))


def option_page(
    request: SignedInRequest,
    found: Option,
    form: RenameOptionForm,
    *,
    status: int = 200,
    verb_form: OptionVerbForm | None = None,
) -> HttpResponse:
    """The page of a choice with the form for its words as it stands."""
    context = {
        "option": found,
        "words": label_of(found),
        "form": form,
        "verb_form": verb_form or OptionVerbForm(),
        "may_set": access.can_set_options(request.user),
        "changes": told(queues.changes_of_option(found), request.user),
        "now": timezone.now(),
    }
    return render(request, "rulebook/option.html", context, status=status)


@require_POST
def rename_option(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Word a choice anew."""
    found = settable(request, public_id)
    form = RenameOptionForm(request.POST, option=found)
    if form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_option(public_id)):
                actions.rename_option(found, by=request.user, now=timezone.now(), **form.told())
            messages.success(request, _("The words are set, on old rows too."))
            return redirect(_list_of(found.kind))
        except ValidationError as error:
            form.refuse(error)
    return option_page(request, found, form, status=422)


@require_POST
def retire_option(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Offer a choice no more."""
    found = settable(request, public_id)
    form = OptionVerbForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    try:
        actions.retire_option(found, by=request.user, now=timezone.now(), **form.told())
    except ValidationError as error:
        form.refuse(error)
        words = RenameOptionForm(option=found)
        return option_page(request, found, words, status=422, verb_form=form)
    messages.success(request, _("The choice is offered no more; old rows keep it."))
    return redirect(_list_of(found.kind))


@require_POST
def bring_back_option(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Offer a retired choice again."""
    found = settable(request, public_id)
    form = OptionVerbForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    actions.bring_back_option(found, by=request.user, now=timezone.now(), **form.told())
    messages.success(request, _("The choice is offered again."))
    return redirect(_list_of(found.kind))


@require_POST
def move_option(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Let a choice change places with its neighbour."""
    found = settable(request, public_id)
    form = MoveOptionForm(request.POST)
    if form.is_valid():
        actions.move_option(found, by=request.user, now=timezone.now(), **form.told())
    return redirect(f"{_list_of(found.kind)}#{found.public_id}")
