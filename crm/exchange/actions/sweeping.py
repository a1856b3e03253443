"""Each minute: take up what a dead worker left, ring again for what nobody took, drop old files."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from crm.exchange import states
from crm.exchange.actions import jobs, lists, orders, working
from crm.exchange.actions.telling import tell_uploader
from crm.exchange.models import ExportJob, ImportJob
from crm.exchange.sheets.kept import Kept
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.saying import to_keep
from crm.notices.actions import cancel
from crm.notices.models import About
from crm.records import audit
from crm.records.actions import transition
from crm.records.states import Stale

SILENT = dt.timedelta(minutes=3)
# A confirmed import may wait for a long one before it.
UNHEARD = dt.timedelta(minutes=20)
FILES_KEPT = dt.timedelta(days=7)
OVER = (
    *(states.SAVED, states.UNREADABLE, states.FAILED, states.CHECKED),
    *(states.WAITING, states.UNDONE, states.CANCELLED),
)


def look_after_files(*, now: dt.datetime) -> None:
    """The whole round; each part may be done twice without harm."""
    working.take_up_again(silent=lambda job: is_silent(job, now), now=now)
    lists.take_up_again(since=now - SILENT, now=now)
    ring_again(now)
    drop_imports(now)
    lists.expire(now=now)


def is_silent(job: ImportJob, now: dt.datetime) -> bool:
    """Whether neither the row nor the job's files showed the worker alive for three minutes."""
    fresh = job.beat_at is not None and now - job.beat_at < SILENT
    return not fresh and Kept(job.folder).silent_for() > SILENT.total_seconds()


def ring_again(now: dt.datetime) -> None:
    """The queue may have lost a ring; a job that is taken twice is taken once."""
    for job in ImportJob.objects.filter(state__in=jobs.RING):
        if unheard((job.created_at, job.confirmed_at), now):
            jobs.ring_worker(job)
    for export in ExportJob.objects.filter(state=states.ORDERED):
        if unheard((export.asked_at, export.decided_at), now):
            orders.ring_writer(export)


def unheard(moments: Iterable[dt.datetime | None], now: dt.datetime) -> bool:
    """Whether the last of these lies a multiple of twenty minutes back."""
    last = max(moment for moment in moments if moment is not None)
    minutes = int((now - last) / dt.timedelta(minutes=1))
    step = int(UNHEARD / dt.timedelta(minutes=1))
    return minutes >= step and minutes % step == 0


def drop_imports(now: dt.datetime) -> None:
    """Files of an import go after a week; one that waits to be confirmed is given up."""
    old = ImportJob.objects.filter(
        state__in=OVER, files_gone_at=None, created_at__lt=now - FILES_KEPT
    )
    for job in old.select_related("uploaded_by")[:200]:
        with contextlib.suppress(Stale):
            drop_import(job, now=now)


def drop_import(job: ImportJob, *, now: dt.datetime) -> None:
    """Let go of one import's files, in nobody's name; raises `Stale` where somebody was first."""
    frm, to, reason = job.state, job.state, job.reason
    if frm in (states.CHECKED, states.WAITING):
        to = states.CANCELLED
        reason = to_keep(_("Nobody confirmed it within a week. Nothing was saved."))
    with transaction.atomic():
        gone = {"files_gone_at": now, "reason": reason}
        transition(job, frm=frm, to=to, version=job.version, **gone)
        audit.record("exchange.drop_import", by=None, obj=job, after={"state": to}, at=now)
        if to != frm:
            cancel(about=About.of(job), reason=to, now=now)
            tell_uploader(job, frm=frm, now=now)
    Kept(job.folder).remove()
