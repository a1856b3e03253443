"""Every try to make a return visit."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from followups.models import Method, Outcome
from visits.models.visits import Visit


class VisitAttempt(models.Model):
    """One try to make a visit: when, how, what came of it (RV-30)."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(_("method"), max_length=9, choices=Method.choices)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.at:%Y-%m-%d %H:%M} {self.outcome}"
