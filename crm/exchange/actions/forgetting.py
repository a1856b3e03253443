"""What imports and exports let go of when a customer is erased (D48)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.db import transaction

from crm.exchange import states
from crm.exchange.actions.orders import exports_root
from crm.exchange.actions.telling import tell_requester, tell_uploader
from crm.exchange.models import ExportJob, HeaderName, ImportedRows, ImportJob
from crm.exchange.sheets.kept import Kept
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.saying import to_keep
from crm.notices.actions import cancel
from crm.notices.models import About
from crm.records import audit
from crm.records.actions import holds_any, transition
from crm.records.actions.attaching import unlink
from crm.records.fates import HIDDEN

OFFERED = (states.CHECKED, states.WAITING)


def is_at_work() -> bool:
    """Whether a file is being read or written: what is in it would come back."""
    return (
        ImportJob.objects.at_work().exists()
        or ExportJob.objects.filter(state__in=(states.ORDERED, states.WRITING)).exists()
    )


def forget(rows: Mapping[str, Collection[int]], words: Collection[str], *, now: dt.datetime) -> int:
    """Let go of these rows (by model) and of files and filters that hold any of `words`.

    Every file waiting to be downloaded goes, since nobody knows whom its list names, and so does
    every upload that is done with; one still to be confirmed goes where it holds one of the words.
    Files are removed once the transaction has ended. Returns how many go.
    """
    for line in ImportedRows.objects.filter(model__in=list(rows)).iterator(20):
        keys = {str(pk) for pk in rows[line.model]} & line.before.keys()
        if keys:
            line.before = {pk: row for pk, row in line.before.items() if pk not in keys}
            line.save(update_fields=["before"])
    for job in ExportJob.objects.exclude(query=""):
        if holds_any(job.query, words):
            ExportJob.objects.filter(pk=job.pk).update(query="")
    count = _drop_exports(now) + _drop_uploads(words, now)
    _take_out(words)
    return count


def _drop_exports(now: dt.datetime) -> int:
    jobs = list(ExportJob.objects.filter(state=states.READY).select_related("requester"))
    reason = to_keep(_("A customer was erased, and every file with them. Ask for it again."))
    for job in jobs:
        cancel(occasion=f"export:{job.public_id}/v{job.version}", reason=states.EXPIRED, now=now)
        transition(job, frm=states.READY, to=states.EXPIRED, version=job.version, reason=reason)
        facts = {"number": job.number}
        audit.record("exchange.expire_export", by=None, obj=job, after=facts, at=now)
        tell_requester(job, now=now)
    paths = [exports_root() / job.stored_as for job in jobs if job.stored_as]
    transaction.on_commit(partial(unlink, paths))
    return len(paths)


def _drop_uploads(words: Collection[str], now: dt.datetime) -> int:
    kept = ImportJob.objects.filter(files_gone_at=None).exclude(state__in=states.IMPORT_AT_WORK)
    kept = kept.select_related("uploaded_by")
    jobs = [job for job in kept if job.state not in OFFERED or _may_name(job, words)]
    why = to_keep(_("A customer in the file was erased. Nothing was saved; upload it anew."))
    for job in jobs:
        frm, is_offered = job.state, job.state in OFFERED
        to, reason = (states.CANCELLED, why) if is_offered else (frm, job.reason)
        gone = {"files_gone_at": now, "reason": reason}
        transition(job, frm=frm, to=to, version=job.version, **gone)
        audit.record("exchange.drop_import", by=None, obj=job, after={"state": to}, at=now)
        if is_offered:
            cancel(about=About.of(job), reason=to, now=now)
            tell_uploader(job, frm=frm, now=now)
        transaction.on_commit(Kept(job.folder).remove)
    return len(jobs)


def _may_name(job: ImportJob, words: Collection[str]) -> bool:
    """Whether an upload still to be confirmed holds one of these."""
    return _is_in(job.summary, words) or _holds(Kept(job.folder), words)


def _take_out(words: Collection[str]) -> None:
    """Sentences and headers that quote a cell with one of these: the file's header may be a row."""
    for job in ImportJob.objects.only("pk", "summary", "reason").iterator(20):
        summary = _without(job.summary, words)
        reason = "" if _is_in(job.reason, words) else job.reason
        if (summary, reason) != (job.summary, job.reason):
            ImportJob.objects.filter(pk=job.pk).update(summary=summary, reason=reason)
    loosened = [loose(word) for word in words]
    for header in HeaderName.objects.all():
        if _is_in(header.name, loosened):
            HeaderName.objects.filter(pk=header.pk).update(name=f"{HIDDEN}{header.pk}")


def _without(tree: Any, words: Collection[str]) -> Any:
    """The same with each text that holds one of these hidden."""
    if isinstance(tree, dict):
        return {key: _without(value, words) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_without(value, words) for value in tree]
    return HIDDEN if isinstance(tree, str) and _is_in(tree, words) else tree


def _holds(kept: Kept, words: Collection[str]) -> bool:
    """Whether the preview of an upload holds one of these; yes where it cannot be told."""
    try:
        with kept.rows.open() as file:
            return any(_is_in(json.loads(line), words) for line in file)
    except (OSError, ValueError):
        return True


def _is_in(line: object, words: Collection[str]) -> bool:
    """Whether one of them stands in a line, however its digits are grouped."""
    text = json.dumps(line, ensure_ascii=False)
    digits = re.sub(r"[^0-9]", "", text)
    return any(word in text or (word.isdigit() and word in digits) for word in words)
