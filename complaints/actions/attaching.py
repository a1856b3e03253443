"""Files of a ticket and of what departments do for it: letters, photos, reports (CP-06, CP-14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from complaints import access
from complaints.actions.thread import enter, hold
from complaints.models import DepartmentTask, Entry, Ticket
from crm.people.models import User
from crm.records.actions import Kept, Limits, add_files, claim_request, kept_files
from crm.records.models import Attachment
from crm.rulebook.queues import rules_for

Uploads: TypeAlias = "Sequence[UploadedFile[Any]]"
MEGABYTE, MEGAPIXEL = 2**20, 1_000_000


def limits_of(store_id: int | None) -> Limits:
    """What this store's rulebook says of files (N-55, D36)."""
    numbers, _calendar = rules_for(store_id)
    return Limits(
        size=numbers.attachment_megabytes * MEGABYTE,
        count=numbers.attachments_at_most,
        pixels=numbers.attachment_megapixels * MEGAPIXEL,
    )


def add_to(
    ticket: Ticket,
    kept: Sequence[Kept],
    limits: Limits,
    *,
    by: User | None,
    now: dt.datetime,
    task: DepartmentTask | None = None,
    is_original: bool = True,
    replaces: Attachment | None = None,
) -> list[Attachment]:
    """Rows of files that were kept, and a line on the thread, in the caller's transaction."""
    if not kept:
        return []
    made = add_files(
        task or ticket,
        kept,
        by=by,
        store_id=ticket.store_id,
        limits=limits,
        now=now,
        is_original=is_original,
        replaces=replaces,
    )
    department = task.department if task else None
    enter(ticket, Entry.Kind.ATTACHED, by=by, now=now, department=department, files=len(made))
    return made


def attach_files(
    ticket: Ticket,
    *,
    by: User,
    files: Uploads,
    now: dt.datetime,
    is_original: bool = False,
    replaces: Attachment | None = None,
    request_id: str = "",
) -> list[Attachment]:
    """Keep files with a ticket as they came; none for a form sent twice.

    Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_attach(by, ticket):
        raise PermissionDenied
    limits = limits_of(ticket.store_id)
    marks: dict[str, Any] = {"is_original": is_original, "replaces": replaces}
    with kept_files(files, limits) as kept, transaction.atomic():
        if not claim_request(by, "attach_files", request_id):
            return []
        hold(ticket)
        return add_to(ticket, kept, limits, by=by, now=now, **marks)


def attach_to_task(
    task: DepartmentTask,
    *,
    by: User,
    files: Uploads,
    now: dt.datetime,
    is_original: bool = False,
    replaces: Attachment | None = None,
    request_id: str = "",
) -> list[Attachment]:
    """The same with a department's task: its on-site report, for that department and service.

    Raises `PermissionDenied`, `ValidationError` by field.
    """
    if not access.can_handle(by, task):
        raise PermissionDenied
    ticket = task.ticket
    limits = limits_of(ticket.store_id)
    marks: dict[str, Any] = {"is_original": is_original, "replaces": replaces}
    with kept_files(files, limits) as kept, transaction.atomic():
        if not claim_request(by, "attach_to_task", request_id):
            return []
        hold(ticket)
        return add_to(ticket, kept, limits, by=by, now=now, task=task, **marks)
