"""Reading the trail: what happened last to a row."""

from __future__ import annotations

from django.db import models

from crm.people.models import User
from crm.records.models import AuditEvent, Draft


def last_change_of(row: models.Model) -> AuditEvent | None:
    """The latest event about `row`, with whoever caused it; None where the trail has none."""
    subject_id = getattr(row, "public_id", "") or str(row.pk)
    events = AuditEvent.objects.filter(subject=row._meta.label, subject_id=subject_id)
    return events.select_related("actor").order_by("-id").first()


def draft_of(user: User, form: str, subject_id: str) -> Draft | None:
    """What this person has typed into this form and not saved yet."""
    return Draft.objects.filter(user=user, form=form, subject_id=subject_id).first()
