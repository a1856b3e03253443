"""What a reader of the dashboard may set going."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from crm.notices.actions import tell
from crm.notices.models import About
from crm.people.models import User
from crm.records import audit
from crm.records.actions import claim_request, keep_result
from crm.records.queues import earlier_result
from crm.records.states import Stale
from crm.reports.access import can_remind, can_remind_people
from followups.models import PlannedContact


@transaction.atomic
def remind_assignee(
    planned: PlannedContact, *, by: User, now: datetime, request_id: str = ""
) -> bool:
    """Put a line into the inbox of whoever should have been in touch (RM-05).

    At most one a day for each planned contact: False when there was one today. A form sent
    twice answers what the first did. Raises
    PermissionDenied for who does not supervise, Stale when the contact is overdue no more.
    """
    if not can_remind(by, planned):
        raise PermissionDenied
    if not claim_request(by, "remind_assignee", request_id):
        return bool(earlier_result(by, "remind_assignee", request_id))
    if not PlannedContact.objects.overdue(now).filter(pk=planned.pk).exists():
        raise Stale(planned._meta.label, planned.pk)
    occasion = f"planned:{planned.public_id}/asked/{timezone.localdate(now)}"
    told = _ask(planned, "contact_asked_for", occasion, by=by, now=now)
    keep_result(by, "remind_assignee", request_id, "told" if told else "")
    return told


@transaction.atomic
def remind_assignees(
    overdue: Iterable[PlannedContact], *, by: User, now: datetime, request_id: str = ""
) -> int:
    """Put one line a day into the inbox of everybody late with one of these (RM-05).

    The first contact of each person is the one the line leads to. Returns how many people were
    told, of a form sent twice how many the first time; contacts `by` does not supervise are
    passed over. Raises PermissionDenied for who
    supervises nobody.
    """
    if not can_remind_people(by):
        raise PermissionDenied
    if not claim_request(by, "remind_assignees", request_id):
        return int(earlier_result(by, "remind_assignees", request_id) or 0)
    late: dict[int, list[PlannedContact]] = {}
    for planned in overdue:
        if can_remind(by, planned):
            late.setdefault(planned.assignee_id, []).append(planned)
    told = 0
    for first, *others in late.values():
        occasion = f"person:{first.assignee.public_id}/asked/{timezone.localdate(now)}"
        count = 1 + len(others)
        told += _ask(first, "contacts_asked_for", occasion, by=by, now=now, count=count)
    keep_result(by, "remind_assignees", request_id, str(told))
    return told


def _ask(
    planned: PlannedContact, kind: str, occasion: str, *, by: User, now: datetime, count: int = 1
) -> bool:
    """Tell the assignee unless this was said already; False then."""
    notice = tell(
        to=planned.assignee,
        kind=kind,
        occasion=occasion,
        about=About.of(planned),
        now=now,
        subject=f"card:{planned.card.public_id}" if count == 1 else "",
        link=("followups:log_contact", planned.public_id),
        data={"customer": planned.card.customer.name, "by": by.name, "count": count},
        due_at=planned.due_at,
    )
    if notice is None or notice.created_at != now:
        return False
    told = {"to": planned.assignee.username, "count": count}
    audit.record("reports.remind_assignee", by=by, obj=planned, after=told, at=now)
    return True
