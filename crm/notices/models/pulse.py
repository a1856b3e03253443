"""The last signs of life of the worker."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one part of the worker on one host, by the database's clock."""

    name = models.CharField(max_length=20)
    host = models.CharField(max_length=80)
    token = models.CharField(max_length=40, blank=True)
    pid = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "host"], name="heartbeat_once_per_host")
        ]

    def __str__(self) -> str:
        return f"{self.name}@{self.host}"
