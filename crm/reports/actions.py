"""What a reader of the dashboard may set going."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from crm.notices.actions import tell
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request
from crm.records.states import Stale
from crm.reports.access import can_remind
from followups.models import PlannedContact


@transaction.atomic
def remind_assignee(
    planned: PlannedContact, *, by: User, now: datetime, request_id: str = ""
) -> bool:
    """Put a line into the inbox of whoever should have been in touch (RM-05).

    At most one a day for each planned contact: False when there was one today. Raises
    PermissionDenied for who does not supervise, Stale when the contact is overdue no more.
    """
    if not can_remind(by, planned):
        raise PermissionDenied
    if not claim_request(by, "remind_assignee", request_id):
        return True
    if not PlannedContact.objects.overdue(now).filter(pk=planned.pk).exists():
        raise Stale(planned._meta.label, planned.pk)
    occasion = f"planned:{planned.public_id}/asked/{timezone.localdate(now)}"
    notice = tell(
        to=planned.assignee,
        kind="contact_asked_for",
        occasion=occasion,
        about=About.of(planned),
        now=now,
        subject=f"card:{planned.card.public_id}",
        link=("followups:log_contact", planned.public_id),
        data={"customer": planned.card.customer.name, "by": by.name},
        due_at=planned.due_at,
    )
    if notice is None or notice.created_at != now:
        return False
    told = {"to": planned.assignee.username}
    audit.record("remind_assignee", by=by, obj=planned, after=told, at=now)
    return True
