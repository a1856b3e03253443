"""Targets brought in from a file and taken out as one; each row is set as by hand (KP-13)."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.exchange.actions.uploads import file_name
from crm.exchange.queues.columns import Asked
from crm.exchange.queues.target_lists import TARGETS
from crm.exchange.queues.target_rows import TargetRow, rows_of
from crm.exchange.sheets.apart import read_apart, read_back
from crm.exchange.sheets.preview import REFUSED, UNCHANGED
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.targets import LIMITS, ROWS_AT_MOST, TargetFile, Told, read_targets
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request
from crm.reports.access import can_see_period_reports, can_set_targets
from crm.reports.actions import set_target
from crm.ui.texts import disarmed

WALL_SECONDS = 20


def open_targets(upload: UploadedFile[Any], *, by: User) -> TargetFile:
    """What a file of targets says, read by a process of its own; nothing is kept.

    Raises `PermissionDenied`, and `ValidationError` with a sentence for a file that cannot be read.
    """
    if not can_set_targets(by):
        raise PermissionDenied
    if not upload.size:
        raise ValidationError({"file": _("The file is empty.")})
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "upload", Path(folder) / "read.jsonl"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        try:
            read_apart(path, file_name(upload.name or ""), out, LIMITS, seconds=WALL_SECONDS)
            return read_targets(list(read_back(out)))
        except Unreadable as error:
            raise ValidationError({"file": str(error)}) from None


def import_targets(
    told: Sequence[Told],
    *,
    was: Sequence[str],
    skip_invalid: bool,
    by: User,
    now: dt.datetime,
    request_id: str = "",
) -> int | None:
    """Set what a previewed file says, all of it or nothing; returns how many were set.

    `was` is what stood beside each row in the preview: where another has set one since, nothing
    is done. None for a form sent twice. Raises `PermissionDenied`, `ValidationError`.
    """
    if not can_set_targets(by):
        raise PermissionDenied
    with transaction.atomic():
        if not claim_request(by, "import_targets", request_id):
            return None
        rows = rows_of(told, by, timezone.localdate(now))
        if [row.was for row in rows] != list(was):
            raise ValidationError(_("What is stored has changed since the preview. Look again."))
        refused = sum(row.kind == REFUSED for row in rows)
        if refused and not skip_invalid:
            raise ValidationError(_("Some rows are refused: mend them, or leave them out."))
        good = [row for row in rows if row.kind not in (REFUSED, UNCHANGED)]
        for row in good:
            _set(row, by=by, now=now)
        facts = {"rows": len(good), "refused": refused, "sha256": _digest(told)}
        audit.record("exchange.import_targets", by=by, after=facts, at=now)
    return len(good)


def _set(row: TargetRow, *, by: User, now: dt.datetime) -> None:
    assert row.place is not None
    assert row.month is not None
    place = row.place
    set_target(
        row.key,
        store=place.store,
        team=place.team,
        person=place.person,
        month=row.month,
        value=row.value,
        by=by,
        now=now,
    )


def _digest(told: Sequence[Told]) -> str:
    text = repr([(one.number, sorted(one.cells.items())) for one in told])
    return hashlib.sha256(text.encode()).hexdigest()


def take_targets(*, by: User, now: dt.datetime) -> bytes:
    """Every target this person may see as CSV, as the import reads it; noted on the trail.

    Raises `PermissionDenied`.
    """
    if not can_see_period_reports(by):
        raise PermissionDenied
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([str(column.label) for column in TARGETS.columns])
    lines = list(TARGETS.lines(Asked(by, {}, now), ROWS_AT_MOST))
    writer.writerows(
        [disarmed(cell) if isinstance(cell, str) else cell for cell in line] for line in lines
    )
    audit.record("exchange.take_targets", by=by, after={"rows": len(lines)}, at=now)
    return text.getvalue().encode("utf-8-sig")
