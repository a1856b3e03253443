"""Takes events out as a table, and says on the trail that it was done."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.people.models import User
from crm.records import access
from crm.records.actions import claim_request
from crm.records.audit import reading
from crm.records.audit.telling import Told, told
from crm.records.audit.writing import record
from crm.records.models import AuditQuerySet
from crm.ui.texts import disarmed

EXPORTED = "records.export_trail"
# About 6 MB; whoever wants more takes it month by month.
ROWS_AT_MOST = 10_000
CHUNK = 500


class TooMany(Exception):
    """More events fit than one file may hold; nothing was written."""


class Replayed(Exception):
    """This form was sent before."""


def export_trail(
    chosen: reading.Chosen, *, by: User, purpose: str, now: dt.datetime, request_id: str = ""
) -> io.BytesIO:
    """The events under these filters as csv, the newest first, with their seals (row 21).

    The trail keeps who took how many, by which filter and why, and the file's fingerprint;
    no lock is held while the file is written. Raises PermissionDenied, TooMany and Replayed.
    """
    if not access.can_export_trail(by):
        raise PermissionDenied
    rows = reading.trail(by, chosen)
    if rows.order_by()[: ROWS_AT_MOST + 1].count() > ROWS_AT_MOST:
        raise TooMany
    file, facts = write(rows, by)
    days = {"from": chosen.first, "until": chosen.last}
    filters = {**chosen.facts(), **{name: day for name, day in days.items() if day}}
    with transaction.atomic():
        if not claim_request(by, "export_trail", request_id):
            raise Replayed
        record(EXPORTED, by=by, after={**facts, "purpose": purpose, "filters": filters}, at=now)
    return file


def write(rows: AuditQuerySet, reader: User) -> tuple[io.BytesIO, dict[str, Any]]:
    """The file, wound back, with its rows and fingerprint."""
    file = io.BytesIO()
    digest, count = hashlib.sha256(), 0
    for lines in chunks(rows, reader):
        for data in written(lines, with_header=not count):
            digest.update(data)
            file.write(data)
        count += len(lines)
    file.seek(0)
    return file, {"rows": count, "sha256": digest.hexdigest()}


def chunks(rows: AuditQuerySet, reader: User) -> Iterator[list[Told]]:
    """All events in pages, so that memory stays as it is; at least one, maybe empty."""
    cursor = ""
    while True:
        page = reading.page_of(rows, {"before": cursor} if cursor else {}, size=CHUNK)
        yield told(page.events, reader)
        cursor = page.older
        if not cursor:
            return


def written(lines: Sequence[Told], *, with_header: bool) -> Iterator[bytes]:
    """The lines as csv: UTF-8 with BOM, every cell quoted, formulas disarmed (D40)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    if with_header:
        yield b"\xef\xbb\xbf"
        writer.writerow(header())
    writer.writerows([disarmed(cell) for cell in cells(line)] for line in lines)
    yield text.getvalue().encode("utf-8", "replace")


def header() -> list[str]:
    """The columns in the reader's language."""
    return [
        pgettext("trail", "Event"),
        _("When"),
        pgettext("event", "Who"),
        _("Username"),
        _("On behalf of"),
        _("Network address"),
        _("Request"),
        pgettext("event", "What"),
        _("Action"),
        _("Object"),
        _("Number or name"),
        _("Public id"),
        _("Changes"),
        pgettext("value", "before"),
        pgettext("value", "after"),
        _("Seal"),
        _("Hash"),
    ]


def cells(line: Told) -> list[str | int | None]:
    """One event as it was written and in words."""
    event = line.event
    seal = getattr(event, "seal", None)
    return [
        event.pk,
        f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}",
        event.actor.name if event.actor else _("the system"),
        event.actor.username if event.actor else "",
        event.on_behalf_of.name if event.on_behalf_of else "",
        event.address,
        event.request,
        line.what,
        event.action,
        line.kind,
        line.name,
        event.subject_id,
        "; ".join(f"{one.label}: {one.before} → {one.after}" for one in line.changes),
        json.dumps(event.before, ensure_ascii=False, sort_keys=True) if event.before else "",
        json.dumps(event.after, ensure_ascii=False, sort_keys=True) if event.after else "",
        seal.number if seal else None,
        seal.hash if seal else None,
    ]
