"""What the house remembers about itself: its backups."""

from __future__ import annotations

from django.db import models


class BackupQuerySet(models.QuerySet["Backup"]):
    def good(self) -> BackupQuerySet:
        """Those that were finished."""
        return self.filter(problem="")

    def proven(self) -> BackupQuerySet:
        """Those that were restored on trial and were whole."""
        return self.good().filter(checked_at__isnull=False, check_problem="")


class Backup(models.Model):
    """One backup that was tried: the file's name, what is in it, and whether it was proven.

    `problem` empty means that it is whole; one that was killed leaves no row. Moments are UTC,
    `began_at` is that of the rows in it; `size` is in bytes. The row outlives its file.
    """

    name = models.CharField(max_length=80, unique=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    rows = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    is_encrypted = models.BooleanField(default=False)
    problem = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    check_problem = models.CharField(max_length=300, blank=True)

    objects = BackupQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at", "-id"]

    def __str__(self) -> str:
        return self.name
