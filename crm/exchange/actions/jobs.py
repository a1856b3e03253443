"""What a person does with an uploaded import: name headers, confirm, second, cancel, undo.

Each verb checks the right, moves the job by a conditional update and rings the worker; the
worker looks at the row, never at the ring.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from crm.exchange import access, states
from crm.exchange.actions.telling import tell_returned
from crm.exchange.models import HeaderName, ImportJob
from crm.exchange.queues.jobs import seconders
from crm.exchange.sheets.kept import Kept
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.saying import to_keep
from crm.notices.actions import cancel, tell
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, transition
from crm.worker import SLOW

READ = "crm.exchange.tasks.read_import"
SAVE = "crm.exchange.tasks.save_import"
UNDO = "crm.exchange.tasks.undo_import"
RING = {states.UPLOADED: READ, states.QUEUED: SAVE, states.UNDO_ASKED: UNDO}
UNDO_WITHIN = dt.timedelta(hours=24)
NAME_AT_MOST = 120


def ring_worker(job: ImportJob) -> None:
    """Tell the slow cluster once this is committed; the job's row says what is to do."""
    path, pk = RING[job.state], job.pk
    transaction.on_commit(lambda: async_task(path, pk, cluster=SLOW, save=False))


@transaction.atomic
def name_headers(
    job: ImportJob,
    names: Mapping[tuple[str, str], str],
    *,
    by: User,
    version: int,
    now: dt.datetime,
) -> None:
    """Remember what the store's own names of sheets and columns mean, and read again.

    `names` maps (our sheet, their name) to our column, and ("", their name) to our sheet; an
    empty meaning is remembered as "not read".
    """
    if not access.can_edit_import(by, job):
        raise PermissionDenied
    store = job.store
    assert store is not None, "every importer works in a store"
    for (sheet, name), means in sorted(names.items()):
        HeaderName.objects.update_or_create(
            store=store,
            sheet=sheet,
            name=loose(name)[:NAME_AT_MOST],
            defaults={"means": means, "by": by, "at": now},
        )
    transition(
        job, frm=states.CHECKED, to=states.UPLOADED, version=version, attempts=0, beat_at=None
    )
    facts = {"names": [[*key, means] for key, means in sorted(names.items())]}
    audit.record("exchange.name_headers", by=by, obj=job, after=facts, at=now)
    cancel(about=About.of(job), reason=states.UPLOADED, now=now)
    ring_worker(job)


@transaction.atomic
def confirm_import(
    job: ImportJob,
    *,
    by: User,
    version: int,
    now: dt.datetime,
    skip_invalid: bool = False,
    request_id: str = "",
) -> None:
    """Let it be saved, or ask a second person first (matrix row 18).

    Raises PermissionDenied, `Stale`, and ValidationError where rows are refused and
    `skip_invalid` was not chosen, or nothing would be written.
    """
    if not access.can_edit_import(by, job):
        raise PermissionDenied
    if not claim_request(by, "confirm_import", request_id):
        return
    refused, good = job.summary.get("refused", 0), job.summary.get("good", 0)
    if refused and not skip_invalid:
        raise ValidationError(_("Rows are refused. Mend the file, or choose the good rows only."))
    if not good:
        raise ValidationError(_("There is nothing to save."))
    to = states.WAITING if job.needs_second else states.QUEUED
    transition(
        job,
        frm=states.CHECKED,
        to=to,
        version=version,
        skip_invalid=skip_invalid,
        confirmed_at=now,
        approved_by=None,
        attempts=0,
        beat_at=None,
        reason="",
    )
    facts = {"skip_invalid": skip_invalid, "needs_second": job.needs_second}
    audit.record("exchange.confirm_import", by=by, obj=job, after=facts, at=now)
    cancel(about=About.of(job), reason=to, now=now)
    if to == states.QUEUED:
        ring_worker(job)
    else:
        ask_second(job, by=by, now=now)


def ask_second(job: ImportJob, *, by: User, now: dt.datetime) -> None:
    """Tell whoever may confirm that an import waits for a second person."""
    for to in seconders(job, timezone.localdate(now)):
        tell(
            to=to,
            kind="import_to_approve",
            occasion=f"import:{job.public_id}/v{job.version}",
            about=About.of(job),
            link=("exchange:import", job.public_id),
            data={"by": by.name, "file": job.file_name},
            now=now,
        )


@transaction.atomic
def approve_import(
    job: ImportJob, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """The second person lets it be saved; never who uploaded it (1.4, 11)."""
    if not access.can_approve_import(by, job):
        raise PermissionDenied
    if not claim_request(by, "approve_import", request_id):
        return
    transition(job, frm=states.WAITING, to=states.QUEUED, version=version, approved_by=by)
    audit.record("exchange.approve_import", by=by, obj=job, after={"sha256": job.sha256}, at=now)
    cancel(about=About.of(job), reason=states.QUEUED, now=now)
    ring_worker(job)


@transaction.atomic
def return_import(
    job: ImportJob, *, by: User, version: int, comment: str, now: dt.datetime, request_id: str = ""
) -> None:
    """The second person gives it back with words."""
    if not access.can_approve_import(by, job):
        raise PermissionDenied
    if not claim_request(by, "return_import", request_id):
        return
    words = _("Returned by %(name)s: %(comment)s") % {"name": by.name, "comment": comment}
    transition(job, frm=states.WAITING, to=states.CHECKED, version=version, reason=to_keep(words))
    audit.record("exchange.return_import", by=by, obj=job, after={"comment": comment}, at=now)
    cancel(about=About.of(job), reason=states.CHECKED, now=now)
    tell_returned(job, by=by, now=now)


@transaction.atomic
def cancel_import(job: ImportJob, *, by: User, version: int, now: dt.datetime) -> None:
    """Give it up before it is saved; its files go."""
    if not access.can_edit_import(by, job):
        raise PermissionDenied
    frm = states.IMPORT_CANCELLABLE
    transition(job, frm=frm, to=states.CANCELLED, version=version, files_gone_at=now)
    audit.record("exchange.cancel_import", by=by, obj=job, at=now)
    cancel(about=About.of(job), reason=states.CANCELLED, now=now)
    transaction.on_commit(Kept(job.folder).remove)


@transaction.atomic
def ask_undo(
    job: ImportJob, *, by: User, version: int, now: dt.datetime, request_id: str = ""
) -> None:
    """Ask the worker to take the whole import back, within 24 hours of its saving (D39)."""
    if not access.can_edit_import(by, job):
        raise PermissionDenied
    if not may_undo(job, now):
        raise ValidationError(_("An import can be undone for 24 hours."))
    if not claim_request(by, "undo_import", request_id):
        return
    changes: dict[str, Any] = {"attempts": 0, "beat_at": None, "reason": ""}
    transition(job, frm=states.SAVED, to=states.UNDO_ASKED, version=version, **changes)
    audit.record("exchange.ask_undo", by=by, obj=job, at=now)
    ring_worker(job)


def may_undo(job: ImportJob, now: dt.datetime) -> bool:
    """Whether the day in which it can be undone is not over."""
    return (
        job.state == states.SAVED and job.saved_at is not None and now - job.saved_at < UNDO_WITHIN
    )
