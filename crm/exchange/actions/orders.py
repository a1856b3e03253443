"""What a person does with an export: ask for it, approve or refuse it, download it once."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.tasks import async_task

from crm.exchange import access, states
from crm.exchange.actions.approvers import whom_to_ask
from crm.exchange.models import ExportJob
from crm.exchange.queues.columns import Asked
from crm.exchange.queues.listings import EVERYTHING, LISTS, may_take_out
from crm.exchange.queues.stored import StoredRows
from crm.exchange.queues.window import Window, limited
from crm.notices.actions import Desk, cancel, tell
from crm.notices.models import About
from crm.people import roles
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, free_number, one_at_a_time, transition
from crm.records.actions.attaching import unlink
from crm.worker import SLOW

WRITE = "crm.exchange.tasks.write_export"
QUERY_AT_MOST = 500
FOLDER = "exports"
TOO_LONG = gettext_lazy("The filter is too long to be kept in the ledger. Search for fewer words.")


def exports_root() -> Path:
    """Where files wait for their one download; never served."""
    return Path(settings.MEDIA_ROOT) / FOLDER


def ring_writer(job: ExportJob) -> None:
    """Tell the slow cluster once this is committed."""
    pk = job.pk
    transaction.on_commit(lambda: async_task(WRITE, pk, cluster=SLOW, save=False))


def window_of(job: ExportJob) -> Window:
    """The part of the workbook an export takes."""
    query = QueryDict(job.query)

    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(query[name]) if query.get(name) else None

    return Window(day("from"), day("to"), query.get("store", ""))


def count_rows(job: ExportJob, *, now: dt.datetime) -> int:
    """How many rows it would hold now."""
    if job.list_key == EVERYTHING:
        window, stored = window_of(job), StoredRows()
        return sum(limited(table, window, stored).count() for table in stored.tables.values())
    found = LISTS[job.list_key]
    return found.count(Asked(job.requester, QueryDict(job.query), now))


def columns_of(key: str, asked: Asked) -> list[str]:
    """The keys of a list's columns, for the ledger."""
    return ["*"] if key == EVERYTHING else [one.key for one in LISTS[key].columns_for(asked)]


@transaction.atomic
def ask_export(
    list_key: str,
    query: str,
    *,
    by: User,
    purpose: str,
    unmasked: bool,
    now: dt.datetime,
    request_id: str = "",
) -> ExportJob:
    """Order the file, or ask somebody above first (matrix row 16, P6).

    Raises PermissionDenied, and ValidationError for a list without rows, a filter too long to be
    kept, or where nobody works who could approve it.
    """
    if not may_take_out(by, list_key):
        raise PermissionDenied
    if len(query) > QUERY_AT_MOST:
        raise ValidationError(TOO_LONG)
    if not claim_request(by, "ask_export", request_id):
        return ExportJob.objects.filter(requester=by).latest("pk")
    one_at_a_time(by)  # or two tabs would each see what the other has not taken yet
    job = wish(list_key, query, by=by, purpose=purpose, unmasked=unmasked, now=now)
    job.rows = count_rows(job, now=now)
    if not job.rows:
        raise ValidationError(_("There is nothing to export."))
    job.asked_of = whom_to_ask(job, now=now)
    job.state = states.ASKED if job.asked_of else states.ORDERED
    year = timezone.localdate(now).year
    job.number = free_number(ExportJob, "number", kind="export", prefix="EXP", year=year)
    job.save(force_insert=True)
    audit.record("exchange.ask_export", by=by, obj=job, after=facts_of(job), at=now)
    if job.asked_of:
        tell_approver(job, now=now)
    else:
        ring_writer(job)
    return job


def wish(
    list_key: str, query: str, *, by: User, purpose: str, unmasked: bool, now: dt.datetime
) -> ExportJob:
    """What is asked for, not saved yet; the workbook always holds numbers in full."""
    post = next(post for post in by.reach.posts if post.role in access.export_roles(by))
    return ExportJob(
        requester=by,
        team_id=post.team_id,
        store_id=post.store_id,
        list_key=list_key,
        query=query,
        columns=columns_of(list_key, Asked(by, QueryDict(query), now)),
        unmasked=unmasked or list_key == EVERYTHING,
        purpose=purpose,
        asked_at=now,
    )


def facts_of(job: ExportJob) -> dict[str, object]:
    """What the trail keeps of it."""
    return {
        "number": job.number,
        "list": job.list_key,
        "query": job.query,
        "columns": job.columns,
        "rows": job.rows,
        "unmasked": job.unmasked,
        "purpose": job.purpose,
        "asked_of": job.asked_of,
    }


def tell_approver(job: ExportJob, *, now: dt.datetime) -> None:
    """Whoever stands above who asked, and the privacy officer."""
    for desk, kind in (
        (Desk(job.asked_of, job.store_id, job.team_id), "export_to_approve"),
        (Desk(roles.PRIVACY_OFFICER), "export_asked_for"),
    ):
        tell(
            to=desk,
            kind=kind,
            occasion=f"export:{job.public_id}/{desk.role}",
            about=About.of(job),
            link=("exchange:export", job.public_id),
            data={"by": job.requester.name, "number": job.number, "rows": job.rows},
            now=now,
        )


@transaction.atomic
def decide_export(
    job: ExportJob,
    *,
    by: User,
    version: int,
    approve: bool,
    comment: str,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Approve or refuse; never one's own (1.4, 10). Raises PermissionDenied and `Stale`."""
    if not access.can_decide_export(by, job):
        raise PermissionDenied
    if not claim_request(by, "decide_export", request_id):
        return
    to = states.ORDERED if approve else states.REFUSED
    transition(
        job,
        frm=states.ASKED,
        to=to,
        version=version,
        decided_by=by,
        decided_at=now,
        comment=comment,
    )
    verb = "approve" if approve else "refuse"
    audit.record(f"exchange.{verb}_export", by=by, obj=job, after={"comment": comment}, at=now)
    cancel(occasion=f"export:{job.public_id}/{job.asked_of}", reason=to, now=now)
    tell(
        to=job.requester,
        kind="export_decided",
        occasion=f"export:{job.public_id}/decided",
        about=About.of(job),
        link=("exchange:export", job.public_id),
        data={"by": by.name, "number": job.number, "approved": approve},
        now=now,
    )
    if approve:
        ring_writer(job)


@transaction.atomic
def download_export(
    job: ExportJob, *, by: User, version: int, address: str, now: dt.datetime
) -> bytes:
    """What the file holds, once: for whoever asked for it, within 24 hours; the file goes then.

    Raises PermissionDenied, `Stale` when it was downloaded before, and
    ValidationError when its day is over, or where the file cannot be read here: it then stays to
    be downloaded.
    """
    if job.requester_id != by.pk or not access.can_export(by):
        raise PermissionDenied
    if job.expires_at is not None and now >= job.expires_at:
        raise ValidationError(_("The file was kept for 24 hours. Ask for it again."))
    transition(
        job,
        frm=states.READY,
        to=states.DOWNLOADED,
        version=version,
        downloaded_at=now,
        downloaded_from=address or None,
    )
    facts = {"number": job.number, "sha256": job.sha256, "ip": address}
    audit.record("exchange.download_export", by=by, obj=job, after=facts, at=now)
    cancel(occasion=f"export:{job.public_id}/v{version}", reason=states.DOWNLOADED, now=now)
    path = exports_root() / job.stored_as
    transaction.on_commit(partial(unlink, [path]))
    try:
        return path.read_bytes()
    except OSError as error:  # another host has it: nothing is used up
        raise ValidationError(
            _("The file is not here. Tell the administrator; it can still be downloaded later.")
        ) from error
