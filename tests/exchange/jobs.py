"""Imports as people make them: an upload, the worker's part done at once, the page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from crm.exchange.actions import jobs, uploads, working
from crm.exchange.actions.undoing import undo_import
from crm.exchange.models import ImportJob
from crm.people.models import User
from tests.exchange.books import Book, csv_text, write_xlsx
from tests.people import NOW


def workbook(path: Path, book: Book) -> bytes:
    """The book as the bytes of an .xlsx."""
    return write_xlsx(path / "book.xlsx", book).read_bytes()


def upload(
    user: User, data: bytes, name: str = "客户资料.xlsx", *, now: dt.datetime = NOW
) -> ImportJob:
    """Upload a file and let the worker read it."""
    job = uploads.upload_import(SimpleUploadedFile(name, data), by=user, now=now)
    working.read_import(job.pk, now=now)
    job.refresh_from_db()
    return job


def upload_sheet(user: User, sheet: str, rows: list[dict[str, str]]) -> ImportJob:
    """Upload one sheet as .csv."""
    return upload(user, csv_text(rows).encode(), f"{sheet}.csv")


def confirm(job: ImportJob, *, now: dt.datetime = NOW, skip_invalid: bool = False) -> ImportJob:
    """Confirm as who uploaded it, and let the worker save it if nobody else is asked."""
    jobs.confirm_import(
        job, by=job.uploaded_by, version=job.version, now=now, skip_invalid=skip_invalid
    )
    return save(job, now=now)


def save(job: ImportJob, *, now: dt.datetime = NOW) -> ImportJob:
    """Let the worker save what is in line."""
    working.save_import(job.pk, now=now)
    job.refresh_from_db()
    return job


def undo(job: ImportJob, *, now: dt.datetime = NOW) -> ImportJob:
    """Ask for the undo and let the worker do it."""
    jobs.ask_undo(job, by=job.uploaded_by, version=job.version, now=now)
    undo_import(job.pk, now=now)
    job.refresh_from_db()
    return job


def customer(card_no: str, **cells: str) -> dict[str, str]:
    """A row of the sheet of customers that is Lin's."""
    return {
        "card_no": card_no,
        "name": "郑明",
        "phone": "13900001111",
        "owner": "lin",
        "level": "A",
        "source": "walk_in",
        "opened_at": "2026-03-01 10:00",
        **cells,
    }
