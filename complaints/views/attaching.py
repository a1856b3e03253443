"""Files added to a ticket and to a department's task, each on the ticket's own page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from complaints import access, actions, forms
from complaints.models import DepartmentTask
from complaints.queues import saved_ticket, task_queue
from complaints.views.presses import press, press_common, ticket_of
from crm.people.access import SignedInRequest
from crm.records.models import Attachment


def _form(request: SignedInRequest, parent: Model) -> forms.FilesForm:
    there = Attachment.objects.visible_to(request.user).of(parent).there()
    return forms.FilesForm(request.POST, request.FILES, there=there)


def _common(request: SignedInRequest, form: Any) -> dict[str, Any]:
    """A file changes nothing of the row it belongs to: no version is asked for."""
    common = press_common(request, form)
    del common["version"]
    return common


@require_POST
def attach_files(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Keep files with a ticket (CP-06)."""
    ticket = ticket_of(request, public_id)
    if not access.can_attach(request.user, ticket):
        raise PermissionDenied
    form = _form(request, ticket)
    return press(
        request,
        public_id,
        form,
        lambda: actions.attach_files(ticket, **_common(request, form)),
        lambda: saved_ticket(ticket),
        "files",
    )


@require_POST
def attach_to_task(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Keep files with what a department was asked to do (CP-14)."""
    tasks = task_queue(request.user)
    task: DepartmentTask = get_object_or_404(tasks, public_id=public_id)
    if not access.can_handle(request.user, task):
        raise PermissionDenied
    form = _form(request, task)
    return press(
        request,
        task.ticket.public_id,
        form,
        lambda: actions.attach_to_task(task, **_common(request, form)),
        lambda: saved_ticket(task.ticket),
        f"files_{task.public_id}",
    )
