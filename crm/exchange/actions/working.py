"""What the worker does with an import: read and check it, save it whole, take up what stopped.

A job is taken by a conditional update that raises its version. Saving commits with a second
one, so that of two workers only one can ever save, and one that died has saved nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from crm.exchange import access, states
from crm.exchange.actions.imports import Outcome, counted, examine, refresh_statistics, save_book
from crm.exchange.actions.jobs import ring_worker
from crm.exchange.actions.ledger import Ledger
from crm.exchange.actions.reports import write_report
from crm.exchange.actions.saving import Saving
from crm.exchange.actions.telling import tell_uploader
from crm.exchange.models import ImportJob
from crm.exchange.queues.grants import grants_of
from crm.exchange.queues.headers import known_names
from crm.exchange.sheets.apart import bounded, read_apart, read_back
from crm.exchange.sheets.grants import needs_second
from crm.exchange.sheets.kept import Kept, Progress, alive
from crm.exchange.sheets.lookup import Lookup
from crm.exchange.sheets.preview import sentences, write_preview
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import UPLOAD, RawSheet
from crm.exchange.sheets.renaming import Names, is_left_out, renamed, shown_headers
from crm.exchange.sheets.rows import Book
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.saying import to_keep
from crm.people.models import User
from crm.records import audit
from crm.records.actions import transition
from crm.records.states import Stale

log = logging.getLogger("showfloor.exchange")

NAMED_AT_MOST = 200
ATTEMPTS_AT_MOST = 3
# Opened, checked, its preview written.
STEPS_OF_READING = 3


def take(pk: int, *, frm: str, to: str, now: dt.datetime) -> ImportJob | None:
    """Claim a job for this worker; None when it is not there for the taking any more."""
    job = ImportJob.objects.select_related("uploaded_by", "store").filter(pk=pk, state=frm).first()
    if job is None:
        return None
    try:
        with transaction.atomic():
            transition(job, frm=frm, to=to, attempts=job.attempts + 1, beat_at=now)
            # Whoever comes second is told that nobody in the house was first.
            audit.record("exchange.take_import", by=None, obj=job, after={"state": to}, at=now)
    except Stale:
        return None
    return job


def in_words_of(user: User) -> Any:
    """The report of what was refused is written for who uploaded the file."""
    return translation.override(user.language or settings.LANGUAGE_CODE)


def read_import(pk: int, *, now: dt.datetime) -> bool:
    """Read and check an upload and leave its preview; it is then to be confirmed.

    False where there was nothing to read any more.
    """
    job = take(pk, frm=states.UPLOADED, to=states.READING, now=now)
    if job is None:
        return False
    kept = Kept(job.folder)
    with in_words_of(job.uploaded_by), alive(kept):
        try:
            progress = Progress(kept, STEPS_OF_READING)
            progress.step()
            if not kept.read.exists():
                refuse_missing(kept)
                read_apart(kept.upload, job.file_name, kept.read)
            progress.reach(1)
            changes = checked(job, kept, also=lambda: progress.reach(2))
        except Unreadable as error:
            kept.read.unlink(missing_ok=True)
            finish(job, states.UNREADABLE, now=now, reason=str(error))
        except Exception:
            log.exception("import %s could not be read", job.public_id)
            reason = _("The file could not be checked. Nothing was saved.")
            finish(job, states.FAILED, now=now, reason=reason)
        else:
            finish(job, states.CHECKED, now=now, **changes)
    return True


def refuse_missing(kept: Kept) -> None:
    """Raises `Unreadable` where the upload is on another disk, or the database was restored."""
    if not kept.upload.exists():
        raise Unreadable(_("The file is not here any more. Upload it again."))


def finish(job: ImportJob, to: str, *, now: dt.datetime, **changes: Any) -> None:
    """Lay the job down and tell who uploaded it, unless somebody else has it by now."""
    if "reason" in changes:
        changes["reason"] = to_keep(changes["reason"])
    frm = job.state
    try:
        with transaction.atomic():
            transition(job, frm=frm, to=to, version=job.version, beat_at=None, **changes)
            tell_uploader(job, frm=frm, now=now)
    except Stale:
        log.warning("import %s was taken over", job.public_id)


def book_of(job: ImportJob, kept: Kept, *, cascade: bool) -> tuple[Book, Lookup, list[Any]]:
    """The file's rows, checked against what is stored now and what its owner may write."""
    grants = grants_of(job.uploaded_by) if access.can_import(job.uploaded_by) else []
    names = known_names(job.store_id)
    headers: list[Any] = []
    sheets = noting(kept, names, headers)
    most = UPLOAD.refusals
    with bounded():
        book, lookup = examine(sheets, cascade=cascade, grants=grants, refusals=most)
    return book, lookup, [grants, headers]


def noting(kept: Kept, names: Names, headers: list[Any]) -> Iterator[RawSheet]:
    """The sheets under our names, while their own are noted for the page that maps them."""
    for raw in read_back(kept.read):
        sheet = renamed(raw, names)
        headers.append(shown_headers(raw, sheet, names))
        if not is_left_out(raw, names):
            yield sheet


def checked(
    job: ImportJob, kept: Kept, also: Callable[[], object] = lambda: None
) -> dict[str, Any]:
    """Check the file, do this `also`, and write its preview; returns what the job keeps of it."""
    book, _lookup, (grants, headers) = book_of(job, kept, cascade=False)
    also()
    outcome = Outcome(book.findings)
    outcome.counts = counted(Saving(job.uploaded_by, timezone.now()), book, saved=False)
    kinds = write_preview(kept, book)
    if book.findings.refused or book.findings.warnings:
        write_report(kept.errors, outcome)
    found = book.findings
    good = sum(count.created + count.updated for count in outcome.counts.values())
    summary = {
        "counts": {key: vars(count) for key, count in outcome.counts.items()},
        "kinds": kinds,
        "columns": {key: rows[0].header.names for key, rows in book.rows.items() if rows},
        "refused": len(found.refused),
        "warnings": len(found.warnings),
        "good": good,
        "unknown": kept_sentences(found.unknown),
        "whole": kept_sentences(sentences(found) + [str(p) for p in found.warnings if not p.row]),
        "loose": kept_sentences(loose_problems(book)),
        "encodings": found.encodings,
        "headers": headers,
    }
    return {"summary": summary, "needs_second": needs_second(book, grants)}


def kept_sentences(found: list[str]) -> list[str]:
    """The first of these, worded anew for whoever reads them."""
    return [to_keep(sentence) for sentence in found[:NAMED_AT_MOST]]


def loose_problems(book: Book) -> list[str]:
    """Refusals of lines that are no row, such as a formula below the table."""
    of_rows = {(p.sheet, p.row) for row in book.all_rows() for p in row.problems}
    return [str(p) for p in book.findings.refused if p.row and (p.sheet, p.row) not in of_rows]


def save_import(pk: int, *, now: dt.datetime) -> bool:
    """Check once more, then save everything in one transaction; or say why nothing was.

    False where there was nothing to save any more.
    """
    job = take(pk, frm=states.QUEUED, to=states.SAVING, now=now)
    if job is None:
        return False
    with in_words_of(job.uploaded_by), alive(Kept(job.folder)):
        try:
            saved = save_job(job, now=now)
        except Stale as error:
            reason = _("Somebody changed a row of %(what)s meanwhile. Nothing was saved.")
            again(job, reason % {"what": error.model_label}, now=now)
        except Unreadable as error:
            finish(job, states.FAILED, now=now, reason=str(error))
        except DatabaseError:
            log.exception("import %s was refused by the database", job.public_id)
            reason = _("The database refused a row. Nothing was saved.")
            finish(job, states.FAILED, now=now, reason=reason)
        except Exception:
            log.exception("import %s could not be saved", job.public_id)
            reason = _("An error stopped the import. Nothing was saved.")
            finish(job, states.FAILED, now=now, reason=reason)
        else:
            if saved:
                refresh_statistics()
    return True


def save_job(job: ImportJob, *, now: dt.datetime) -> bool:
    """True once saved; False where the preview no longer tells what would happen."""
    kept = Kept(job.folder)
    progress = Progress(kept, 1)
    progress.step()
    if not kept.read.exists():
        refuse_missing(kept)
    book, lookup, (grants, _headers) = book_of(job, kept, cascade=job.skip_invalid)
    if (book.findings.refused and not job.skip_invalid) or (
        needs_second(book, grants) and job.approved_by_id is None
    ):
        again(job, _("What is stored has changed since the preview. Look again."), now=now)
        return False
    saving = Saving(job.uploaded_by, now, ledger=Ledger(keep=True))
    progress.total = int(2.2 * sum(row.good for row in book.all_rows())) + 1
    saving.step = progress.step
    source = {"file": job.file_name, "sha256": job.sha256}
    # A copy: what is rolled back must not stay in the job we lay down.
    taken = copy(job)
    save_book(
        saving, book, lookup, source, taken, also=lambda: laid_down(taken, saving, book, now=now)
    )
    return True


def laid_down(job: ImportJob, saving: Saving, book: Book, *, now: dt.datetime) -> None:
    """In the import's own transaction: what it wrote, and that it is saved, by us alone."""
    saving.ledger.write(job)
    counts = {key: vars(count) for key, count in counted(saving, book, saved=True).items()}
    transition(
        job,
        frm=states.SAVING,
        to=states.SAVED,
        version=job.version,
        saved_at=now,
        beat_at=None,
        summary={**job.summary, "counts": counts},
    )
    tell_uploader(job, frm=states.SAVING, now=now)


def again(job: ImportJob, reason: str, *, now: dt.datetime) -> None:
    """Back to the preview, made anew."""
    try:
        changes = checked(job, Kept(job.folder))
    except Exception:
        log.exception("import %s could not be checked", job.public_id)
        finish(job, states.FAILED, now=now, reason=reason)
    else:
        finish(job, states.CHECKED, now=now, reason=reason, **changes)


def died_over(state: str) -> str:
    """Why a job has ended, by what its workers were doing."""
    if state == states.UNDOING:
        return _("The worker stopped three times over it. Nothing was undone.")
    return _("The worker stopped three times over it. Nothing was saved.")


def take_up_again(*, silent: Callable[[ImportJob], bool], now: dt.datetime) -> int:
    """Put jobs whose worker has died back in line; the third death ends them (never half)."""
    jobs = ImportJob.objects.filter(state__in=states.IMPORT_TAKEN_UP_AGAIN)
    count = 0
    for job in jobs.select_related("uploaded_by"):
        if not silent(job):
            continue
        try:
            take_up(job, now=now)
        except Stale:
            continue
        count += 1
    return count


@transaction.atomic
def take_up(job: ImportJob, *, now: dt.datetime) -> None:
    """Back in line, or to where it ends after the third death; raises `Stale`."""
    frm, over = job.state, job.attempts >= ATTEMPTS_AT_MOST
    to = states.IMPORT_TAKEN_UP_AGAIN[frm]
    if over:
        to = states.SAVED if frm == states.UNDOING else states.FAILED
    reason = to_keep(died_over(frm)) if over else ""
    transition(job, frm=frm, to=to, version=job.version, beat_at=None, reason=reason)
    if over:
        tell_uploader(job, frm=frm, now=now)
    else:
        ring_worker(job)
