"""How the backups stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from crm.home import due
from crm.home.models import Backup

SHOWN = 40


@dataclass(frozen=True)
class BackupState:
    """The last good backup and the last proof, each with its level: ok, amber, red."""

    last: dt.datetime | None
    level: str
    checked: dt.datetime | None
    check_level: str
    failed: Backup | None
    scheduled: bool

    @property
    def is_well(self) -> bool:
        """Whether nobody has to look."""
        return self.level == "ok" and self.check_level == "ok" and not self.failed


def backup_state(now: dt.datetime) -> BackupState:
    """How the backups stand at `now`; three statements."""
    last = last_good_backup()
    checked = last_proof()
    newest = Backup.objects.exclude(problem="", check_problem="").first()
    still_bad = newest and (last is None or newest.began_at >= last)
    return BackupState(
        last=last,
        level=due.backup_level(last, now, late_h=settings.BACKUP_LATE_HOURS),
        checked=checked,
        check_level=due.check_level(checked, now),
        failed=newest if still_bad else None,
        scheduled=bool(settings.BACKUP_DIR),
    )


def last_good_backup() -> dt.datetime | None:
    """When the last good one was begun (UTC)."""
    found: dt.datetime | None = Backup.objects.good().aggregate(at=Max("began_at"))["at"]
    return found


def last_proof() -> dt.datetime | None:
    """When one was last restored on trial and was whole (UTC)."""
    found: dt.datetime | None = Backup.objects.proven().aggregate(at=Max("checked_at"))["at"]
    return found


def latest_backups() -> list[Backup]:
    """The latest, newest first."""
    return list(Backup.objects.all()[:SHOWN])


def work_due(now: dt.datetime) -> tuple[bool, bool]:
    """Whether the schedule asks for a backup now, and whether for a trial restore."""
    local = timezone.localtime(now)
    make = due.backup_is_due(last_good_backup(), local, hour=settings.BACKUP_HOUR)
    return make, due.check_is_due(last_proof(), now)
