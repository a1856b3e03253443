"""The worker's part of an export: write the file, drop it after a day, take up what stopped."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import Http404, QueryDict
from django.utils import timezone, translation
from django.utils.crypto import get_random_string

from crm.exchange import states
from crm.exchange.actions.exports import sheets_of
from crm.exchange.actions.orders import exports_root, ring_writer, window_of
from crm.exchange.actions.telling import tell_requester
from crm.exchange.models import ExportJob
from crm.exchange.queues.columns import Asked
from crm.exchange.queues.listings import EVERYTHING, LISTS, label_of, may_take_out
from crm.exchange.queues.stored import StoredRows
from crm.exchange.queues.window import rows_in
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.saying import to_keep
from crm.exchange.sheets.writing import Written, write_xlsx
from crm.notices.actions import cancel
from crm.records import audit
from crm.records.actions import transition
from crm.records.states import Stale

log = logging.getLogger("showfloor.exchange")

KEPT = dt.timedelta(hours=24)
ATTEMPTS_AT_MOST = 3


def write_export(pk: int, *, now: dt.datetime) -> bool:
    """Write the file of an ordered export, as whoever asked for it may see it now.

    False where there was nothing to write any more.
    """
    job = ExportJob.objects.select_related("requester", "store", "decided_by").filter(pk=pk).first()
    if job is None:
        return False
    try:
        transition(
            job, frm=states.ORDERED, to=states.WRITING, attempts=job.attempts + 1, beat_at=now
        )
    except Stale:
        return False
    with translation.override(job.requester.language or settings.LANGUAGE_CODE):
        try:
            written = write_file(job, now=now)
        except Stale:
            log.warning("export %s was taken over", job.number)
            return True
        except (OSError, DatabaseError, ValueError):
            log.exception("export %s could not be written", job.number)
            finish(job, states.FAILED, now=now, reason=_("The file could not be written."))
            return True
    if written is None:
        finish(job, states.FAILED, now=now, reason=_("The right to this list has ended."))
    return True


def write_file(job: ExportJob, *, now: dt.datetime) -> int | None:
    """Write, hash and offer the file; returns its rows, None where the right has ended.

    What cannot be offered does not stay: nobody would ever drop it.
    """
    if not may_take_out(job.requester, job.list_key):
        return None
    root = exports_root()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = root / f"{get_random_string(32)}.xlsx"
    try:
        return offer_file(job, path, now=now)
    except Http404:  # whose figures these were is beyond this person's reach by now
        path.unlink(missing_ok=True)
        return None
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def offer_file(job: ExportJob, path: Path, *, now: dt.datetime) -> int:
    """Write into `path` and let it be downloaded; raises `Stale` where another was first."""
    mark = watermark(job, now)
    written = (
        write_workbook(job, path, mark)
        if job.list_key == EVERYTHING
        else write_list(job, path, mark, now)
    )
    path.chmod(0o600)
    with transaction.atomic():
        transition(
            job,
            frm=states.WRITING,
            to=states.READY,
            version=job.version,
            beat_at=None,
            written=written,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            stored_as=path.name,
            file_name=f"{job.number} {label_of(job.list_key)}.xlsx",
            ready_at=now,
            expires_at=now + KEPT,
        )
        facts = {"number": job.number, "rows": written, "sha256": job.sha256}
        audit.record("exchange.write_export", by=job.requester, obj=job, after=facts, at=now)
        tell_requester(job, now=now)
    return written


def watermark(job: ExportJob, now: dt.datetime) -> str:
    """Who took what out and when: stands in the file and in its properties."""
    return f"{job.number} · {job.requester.name} · {timezone.localtime(now):%Y-%m-%d %H:%M}"


def write_list(job: ExportJob, path: Path, mark: str, now: dt.datetime) -> int:
    """The rows of a list, as its page shows them."""
    found = LISTS[job.list_key]
    asked = Asked(job.requester, QueryDict(job.query), now, unmasked=job.unmasked)
    lines = list(found.lines(asked, job.rows))
    header = [str(column.label) for column in found.columns_for(asked)]
    sheet = Written(label_of(job.list_key)[:31], header, lines, top=mark)
    write_xlsx(path, [sheet], mark=mark)
    return len(lines)


def write_workbook(job: ExportJob, path: Path, mark: str) -> int:
    """The exchange workbook of a store, or of all."""
    rows = rows_in(window_of(job), StoredRows())
    write_xlsx(path, sheets_of(rows), mark=mark)
    return sum(len(found) for found in rows.values())


def finish(job: ExportJob, to: str, *, now: dt.datetime, reason: str) -> None:
    """Lay the job down, say why and tell who asked, unless somebody else has it by now."""
    reason = to_keep(reason)
    try:
        with transaction.atomic():
            transition(job, frm=job.state, to=to, version=job.version, beat_at=None, reason=reason)
            tell_requester(job, now=now)
    except Stale:
        log.warning("export %s was taken over", job.number)


def take_up_again(*, since: dt.datetime, now: dt.datetime) -> int:
    """Put exports whose worker has died back in line; the third death ends them."""
    count = 0
    dead = ExportJob.objects.filter(state=states.WRITING, beat_at__lt=since)
    for job in dead.select_related("requester"):
        with contextlib.suppress(Stale):
            take_up(job, now=now)
            count += 1
    return count


@transaction.atomic
def take_up(job: ExportJob, *, now: dt.datetime) -> None:
    """Back in line, or to its end and the reason after the third death; raises `Stale`."""
    over = job.attempts >= ATTEMPTS_AT_MOST
    to = states.FAILED if over else states.ORDERED
    why = _("The worker stopped three times over it. Ask for it again.") if over else ""
    reason = to_keep(why)
    transition(job, frm=states.WRITING, to=to, version=job.version, beat_at=None, reason=reason)
    if over:
        tell_requester(job, now=now)
    else:
        ring_writer(job)


def expire(*, now: dt.datetime) -> None:
    """After 24 hours the file goes; what nobody approved within a week lapses."""
    rows = ExportJob.objects.select_related("requester")
    over = rows.filter(state=states.READY, expires_at__lt=now)
    lapsed = rows.filter(state=states.ASKED, asked_at__lt=now - 7 * KEPT)
    for job in [*over[:200], *lapsed[:200]]:
        with contextlib.suppress(Stale):
            expire_export(job, now=now)


def expire_export(job: ExportJob, *, now: dt.datetime) -> None:
    """End one export and its file, in nobody's name; raises `Stale` where somebody was first."""
    if job.state == states.ASKED:
        told, why = job.asked_of, _("Nobody approved it within a week. Ask for it again.")
    else:
        told, why = f"v{job.version}", _("The file was kept for 24 hours. Ask for it again.")
    reason = to_keep(why)
    with transaction.atomic():
        transition(job, frm=job.state, to=states.EXPIRED, version=job.version, reason=reason)
        facts = {"number": job.number}
        audit.record("exchange.expire_export", by=None, obj=job, after=facts, at=now)
        cancel(occasion=f"export:{job.public_id}/{told}", reason=states.EXPIRED, now=now)
        tell_requester(job, now=now)
    if job.stored_as:
        (exports_root() / job.stored_as).unlink(missing_ok=True)
