"""Files as they came are taken, removed as a mistake, forgotten and swept (CP-06, D36, D48)."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.people.models import User
from crm.records import audit
from crm.records.actions.attaching import unlink
from crm.records.actions.saving import BATCH, change, claim_request
from crm.records.models import ORIGINAL, REMOVE, Attachment
from crm.records.models.attachments import files_root

REASON_AT_MOST = 300
A_DAY_S = 86_400


def note_original(
    attachment: Attachment, *, by: User, now: dt.datetime, request_id: str = ""
) -> None:
    """Write down who took the file as it came, with all it says. Raises `PermissionDenied`."""
    if not attachment.lets(by, ORIGINAL):
        raise PermissionDenied
    with transaction.atomic():
        if claim_request(by, "take_original", request_id):
            facts = {"sha256": attachment.sha256}
            audit.record("records.take_original", by=by, obj=attachment, after=facts, at=now)


def remove_attachment(
    attachment: Attachment,
    *,
    by: User,
    reason: str,
    version: int,
    now: dt.datetime,
    request_id: str = "",
) -> None:
    """Take away a file that was added by mistake; its row stays and says who and why.

    Raises `PermissionDenied`, `ValidationError` by field, `Stale`.
    """
    if not Attachment.objects.visible_to(by, REMOVE).filter(pk=attachment.pk).exists():
        raise PermissionDenied
    reason = reason.strip()[:REASON_AT_MOST]
    if not reason:
        raise ValidationError({"reason": _("Say why.")})
    with transaction.atomic():
        if not claim_request(by, "remove_attachment", request_id):
            return
        gone = {"gone_at": now, "gone_by": by, "gone_because": reason}
        change(attachment, version=version, **gone)
        _stand_again(attachment)
        # The reason stands in the row, where an erasure reaches it.
        facts = {"sha256": attachment.sha256}
        audit.record("records.remove_attachment", by=by, obj=attachment, after=facts, at=now)
        transaction.on_commit(partial(unlink, [attachment.path]))


def _stand_again(attachment: Attachment) -> None:
    """What a removed version stood for stands again, to be followed by the right one."""
    row: Attachment | None = attachment
    while row is not None and row.gone_at is not None and row.replaces is not None:
        if Attachment.objects.filter(replaces=row).exists():
            return
        older = row.replaces
        change(row, replaces=None)
        row = older


def forget_files(ids: Collection[str], *, now: dt.datetime) -> int:
    """Let go of every file of these rows in the caller's transaction; how many go (D48)."""
    rows = list(Attachment.objects.filter(parent_id__in=ids).there())
    for row in rows:
        change(row, version=row.version, gone_at=now)
    transaction.on_commit(partial(unlink, [row.path for row in rows]))
    return len(rows)


def sweep_files(*, older_than_s: float = A_DAY_S) -> int:
    """Remove files no row names, which a crash left; returns how many."""
    swept, before = 0, time.time() - older_than_s
    for folder in sorted(files_root().glob("*")):
        found = {path.name: path for path in folder.iterdir() if path.stat().st_mtime < before}
        names = sorted(found)
        for start in range(0, len(names), BATCH):
            part = names[start : start + BATCH]
            known = Attachment.objects.there().filter(stored_as__in=part)
            stray = set(part) - set(known.values_list("stored_as", flat=True))
            unlink([found[name] for name in stray])
            swept += len(stray)
    return swept
