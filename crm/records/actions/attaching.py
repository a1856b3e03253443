"""Keeping files: read by their bytes before anything is written, never half there (D36, CP-06).

A file is written before its row and goes again where the row does not come; what a crash leaves is
swept. Nothing changes a kept file: a new version is another row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records import audit, contents
from crm.records.models import Attachment
from crm.records.models.attachments import files_root
from crm.ui.texts import clean_line

NAME_LENGTH, NAME_AT_MOST = 32, 120
MEGABYTE = 2**20
# The field beside which a refused file is named, in every form that takes files.
FIELD = "attachments"


@dataclass(frozen=True)
class Limits:
    """The most a file may hold, a row may have, and a picture may unpack to."""

    size: int
    count: int
    pixels: int


@dataclass
class Kept:
    """A file that was found good and written; `taken` once a row is its own."""

    name: str
    kind: str
    stored_as: str
    size: int
    sha256: str
    taken: bool = False

    @property
    def path(self) -> Path:
        """Where it lies."""
        return files_root() / self.stored_as[:2] / self.stored_as


@contextmanager
def kept_files(uploads: Sequence[UploadedFile[Any]], limits: Limits) -> Iterator[list[Kept]]:
    """The uploads written down, around the transaction that makes their rows.

    At its end every file without a row is gone again, all of them where it raised. Raises
    `ValidationError` for the field `attachments` before anything is written, with a sentence for
    each file that is not taken.
    """
    if len(uploads) > limits.count:
        raise ValidationError({FIELD: _too_many(limits, 0)})
    kept, wrong = [], []
    for upload in uploads:
        try:
            kept.append(_looked_at(upload, limits))
        except contents.Refused as error:
            wrong.append(_why(clean_name(upload.name or ""), error.reason, limits))
    if wrong:
        raise ValidationError({FIELD: wrong})
    try:
        for one, upload in zip(kept, uploads, strict=True):
            _write(one.path, upload)
        yield kept
    except BaseException:
        unlink([one.path for one in kept])
        raise
    unlink([one.path for one in kept if not one.taken])


def _looked_at(upload: UploadedFile[Any], limits: Limits) -> Kept:
    """What a file is; its bytes are let go of, so that of many only one is in memory."""
    if (upload.size or 0) > limits.size:
        raise contents.Refused("large")
    upload.seek(0)
    data = upload.read()
    kind = contents.recognise(data, pixels=limits.pixels)
    stored_as = get_random_string(NAME_LENGTH, "abcdefghijklmnopqrstuvwxyz0123456789")
    digest = hashlib.sha256(data).hexdigest()
    return Kept(clean_name(upload.name or ""), kind, stored_as, len(data), digest)


def _write(path: Path, upload: UploadedFile[Any]) -> None:
    """On the disk and for our own eyes only, before the row says that it is there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        upload.seek(0)
        shutil.copyfileobj(upload, file)
        file.flush()
        os.fsync(number)


def unlink(paths: Collection[Path]) -> None:
    """Remove these files; one that is gone already does no harm."""
    for path in paths:
        path.unlink(missing_ok=True)


def _why(name: str, reason: str, limits: Limits) -> str:
    """One sentence for one refused file."""
    told = {"name": name, "most": limits.size // MEGABYTE}
    return {
        "large": _("%(name)s is larger than %(most)d MB."),
        contents.EMPTY: _("%(name)s is empty."),
        contents.UNKNOWN: _(
            "%(name)s is not taken: pictures (jpg, png, webp), PDF, xlsx, docx, mp3 and m4a are,"
            " judged by what is in them."
        ),
        contents.DAMAGED: _("%(name)s is damaged, cut short, or two files in one."),
        contents.HUGE: _("%(name)s holds far more than its size says; it is not opened."),
        contents.MACROS: _("%(name)s holds macros. Save it without them."),
    }[reason] % told


def clean_name(name: str) -> str:
    """What a file was called: one visible line without folders, its ending kept."""
    line = clean_line(name.replace("\\", "/").rpartition("/")[2]).lstrip(".")
    return line[-NAME_AT_MOST:].strip() or _("file")


def add_files(
    parent: models.Model,
    files: Sequence[Kept],
    *,
    by: User | None,
    store_id: int | None,
    limits: Limits,
    now: dt.datetime,
    is_original: bool,
    replaces: Attachment | None = None,
) -> list[Attachment]:
    """Their rows, in the caller's transaction, which has claimed the form and holds `parent`.

    Whoever calls has asked whether `by` may. A file the row has already is refused, and so is one
    too many. Raises `ValidationError` for the field `attachments`.
    """
    there = Attachment.objects.of(parent).there()
    if replaces is not None:
        _check_version(replaces, there, files)
    _check(list(there.values_list("sha256", flat=True)), files, limits)
    made = []
    for one in files:
        row = Attachment.objects.create(
            parent_kind=parent._meta.label,
            parent_id=getattr(parent, "public_id", ""),
            name=one.name,
            kind=one.kind,
            stored_as=one.stored_as,
            size=one.size,
            sha256=one.sha256,
            is_original=is_original,
            made_by=by,
            replaces=replaces,
            store_id=store_id,
            created_at=now,
        )
        one.taken = True
        facts = {"kind": one.kind, "size": one.size, "sha256": one.sha256}
        audit.record("records.add_file", by=by, obj=row, after=facts, at=now)
        made.append(row)
    return made


def _check_version(
    replaces: Attachment, there: models.QuerySet[Attachment], files: Sequence[Kept]
) -> None:
    """One file follows one of the same row that nothing has followed yet."""
    if len(files) != 1:
        raise ValidationError({FIELD: _("Choose one file as the new version of another.")})
    if not there.filter(pk=replaces.pk, replaced_by__isnull=True).exists():
        raise ValidationError({"replaces": _("There is a newer version of it already.")})


def _check(there: list[str], files: Sequence[Kept], limits: Limits) -> None:
    wrong, digests = [], [one.sha256 for one in files]
    for place, one in enumerate(files):
        if one.sha256 in there or one.sha256 in digests[:place]:
            wrong.append(_("%(name)s is there already.") % {"name": one.name})
    if len(there) + len(files) > limits.count:
        wrong.append(_too_many(limits, len(there)))
    if wrong:
        raise ValidationError({FIELD: wrong})


def _too_many(limits: Limits, there: int) -> str:
    most = {"most": limits.count, "there": there}
    return _("At most %(most)d files; %(there)d are there already.") % most
