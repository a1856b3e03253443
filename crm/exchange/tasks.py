"""What the slow cluster calls; each may run twice or late. The row says what is to be done."""

from __future__ import annotations

from django.utils import timezone

from crm.exchange.actions import lists, strays, sweeping, undoing, working


def read_import(pk: int) -> None:
    """Read and check an upload."""
    working.read_import(pk, now=timezone.now())


def save_import(pk: int) -> None:
    """Save a confirmed import."""
    working.save_import(pk, now=timezone.now())


def undo_import(pk: int) -> None:
    """Take an import back."""
    undoing.undo_import(pk, now=timezone.now())


def write_export(pk: int) -> None:
    """Write the file of an export."""
    lists.write_export(pk, now=timezone.now())


def look_after_files() -> None:
    """Take up what a dead worker left, drop what is too old."""
    sweeping.look_after_files(now=timezone.now())


def sweep_files() -> int:
    """Once a day: files a crash left that no row offers; those just being written are younger."""
    return strays.sweep_files()
