"""Forms that stand on a ticket's own page: a yes, a no, a note, a department's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import access, actions, forms
from complaints.models import DepartmentTask, Stage, Ticket
from complaints.queues import saved_task, saved_ticket, task_queue, ticket_for_verb
from complaints.views.returning import to_ticket
from complaints.views.tickets import show_ticket
from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from crm.records.queues import sent_before
from crm.records.states import Saved

Press = Callable[..., Any]


def press(
    request: SignedInRequest,
    public_id: str,
    form: Any,
    call: Callable[[], Any],
    saved: Callable[[], Saved],
    slot: str,
) -> HttpResponse:
    """Do it, or draw the ticket again with what is wrong in its place."""
    if form.is_valid():
        try:
            with both_texts(form, saved):
                call()
            messages.success(request, _("Saved."))
            return _back(request, public_id)
        except ValidationError as error:
            form.refuse(error)
    return show_ticket(request, ticket_of(request, public_id), {slot: form}, status=422)


def _back(request: SignedInRequest, public_id: str) -> HttpResponse:
    """To the ticket, or to the queue of whoever no longer has to do with it."""
    seen = Ticket.objects.visible_to(request.user).filter(public_id=public_id).exists()
    return to_ticket(request, public_id) if seen else redirect("complaints:tasks")


def ticket_of(request: SignedInRequest, public_id: str) -> Ticket:
    """The ticket a press is about; outside scope there is none."""
    return get_object_or_404(ticket_for_verb(request.user), public_id=public_id)


def _on_task(
    request: SignedInRequest,
    public_id: str,
    form: Any,
    action: Press,
    slot: str,
    may: Callable[[User, DepartmentTask], bool] = access.works_for,
) -> HttpResponse:
    """A press on a department's task: by the department, unless `may` says otherwise."""

    def found() -> DepartmentTask:
        return get_object_or_404(task_queue(request.user), public_id=public_id)

    task = found()
    if getattr(task, "ticket", None) is None:  # refused: the department reads its ticket no more
        form.is_valid()
        return redirect("complaints:tasks")
    if not may(request.user, task):
        raise PermissionDenied
    return press(
        request,
        task.ticket.public_id,
        form,
        lambda: action(task, **press_common(request, form)),
        lambda: saved_task(found()),
        f"{slot}_{task.public_id}",
    )


def press_common(request: SignedInRequest, form: Any) -> dict[str, Any]:
    """What every press carries."""
    sent = {name: form.cleaned_data[name] for name in ("version", "request_id")}
    return {**sent, **form.told(), "by": request.user, "now": timezone.now()}


@require_POST
def accept_task(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The department takes it on."""
    form = forms.AcceptForm(request.POST)
    return _on_task(request, public_id, form, actions.accept_task, "accept")


@require_POST
def refuse_task(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The department does not, and says why."""
    form = forms.ReasonForm(request.POST)
    return _on_task(request, public_id, form, actions.refuse_task, "refuse")


@require_POST
def report_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The department says how far it is (HP-06)."""
    form = forms.WordsForm(request.POST)
    return _on_task(request, public_id, form, actions.report_progress, "progress")


@require_POST
def complete_task(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The department is done; of the lead it is the solution."""
    form = forms.OutcomeForm(request.POST)
    return _on_task(request, public_id, form, actions.complete_task, "outcome")


@require_POST
def call_off_task(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Service takes back what was asked of an assisting department."""
    form, action = forms.ReasonForm(request.POST), actions.call_off_task
    return _on_task(request, public_id, form, action, "call_off", access.can_call_off)


@require_POST
def note_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """An internal note."""
    ticket, form = ticket_of(request, public_id), forms.WordsForm(request.POST)
    if not access.can_note(request.user, ticket):
        raise PermissionDenied

    def call() -> None:
        common = press_common(request, form)
        del common["version"]  # a note changes nothing of the ticket
        actions.note_ticket(ticket, **common)

    return press(request, public_id, form, call, lambda: saved_ticket(ticket), "note")


@require_POST
def take_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Accept a hand-over: from now on one answers for it (PR-21)."""
    form = forms.AcceptForm(request.POST)
    return _on_offer(request, public_id, form, actions.take_ticket, "take")


@require_POST
def decline_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Decline a hand-over, with the reason."""
    form = forms.ReasonForm(request.POST)
    return _on_offer(request, public_id, form, actions.decline_ticket, "decline")


def _on_offer(
    request: SignedInRequest, public_id: str, form: Any, action: Press, slot: str
) -> HttpResponse:
    ticket = ticket_of(request, public_id)
    form.is_valid()  # a second copy that comes late sent nothing that was not asked for
    if not access.can_take(request.user, ticket):
        if sent_before(request.user, action.__name__, request.POST.get("request_id", "")):
            return _back(request, public_id)  # pressed twice
        raise PermissionDenied
    return press(
        request,
        public_id,
        form,
        lambda: action(ticket, **press_common(request, form)),
        lambda: saved_ticket(ticket_of(request, public_id)),
        slot,
    )


@require_POST
def complete_stage(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A stage of the timetable is done (RV-37)."""
    stages = Stage.objects.visible_to(request.user)
    stage = get_object_or_404(stages.select_related("ticket", "owner"), public_id=public_id)
    if not access.can_end_stage(request.user, stage):
        raise PermissionDenied
    ticket, form = ticket_of(request, stage.ticket.public_id), forms.AcceptForm(request.POST)
    action = actions.complete_stage
    return press(
        request,
        ticket.public_id,
        form,
        lambda: action(stage, **press_common(request, form)),
        lambda: saved_ticket(ticket),
        f"stage_{stage.public_id}",
    )
