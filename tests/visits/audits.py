"""Visits drawn for audit, for the tests of several rooms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crm.customers.models import Card
from crm.people.models import User
from followups.models import Contact
from tests.people import NOW, Cast, make_contact, make_visit
from visits.models import AuditSample, ContactCheck, Correction, Visit, VisitAudit

TOLD = ("published", "appealed", "settled")


def make_audit(
    visit: Visit, auditor: User | None, *, state: str = "assigned", **fields: Any
) -> VisitAudit:
    """The audit of a visit drawn last month, come as far as `state`."""
    sample, _made = AuditSample.objects.get_or_create(
        store=visit.store,
        first=dt.date(2026, 2, 1),
        about="visits",
        defaults={
            "last": dt.date(2026, 2, 28),
            "seed": "5eed" * 8,
            "rate": 10,
            "least": 5,
            "drawn_at": NOW,
        },
    )
    told = {"result": "inaccurate", "published_at": NOW} if state in TOLD else {}
    heard = {"heard_at": NOW} if state != "assigned" else {}
    return VisitAudit.objects.create(
        **{
            "sample": sample,
            "visit": visit,
            "visitor": visit.assignee,
            "auditor": auditor,
            "state": state,
            "store": visit.store,
            "due_on": NOW.date() + dt.timedelta(days=5),
            **told,
            **heard,
            **fields,
        }
    )


def make_check(
    contact: Contact, auditor: User | None, *, state: str = "assigned", **fields: Any
) -> ContactCheck:
    """The check of a contact that was drawn last month, come as far as `state`."""
    sample, _made = AuditSample.objects.get_or_create(
        store=contact.store,
        first=dt.date(2026, 2, 1),
        about="contacts",
        defaults={
            "last": dt.date(2026, 2, 28),
            "seed": "5eed" * 8,
            "rate": 5,
            "least": 5,
            "drawn_at": NOW,
        },
    )
    told = {"checked_at": NOW, "result": "accurate"} if state == "published" else {}
    return ContactCheck.objects.create(
        **{
            "sample": sample,
            "contact": contact,
            "staff": contact.staff,
            "auditor": auditor,
            "state": state,
            "store": contact.store,
            "due_on": NOW.date() + dt.timedelta(days=5),
            **told,
            **fields,
        }
    )


def audits_of(cast: Cast, card: Card) -> dict[str, Any]:
    """A drawn visit in each state, and one still to be made; Lin's are Vera's to audit.

    Nobody who walks here made any of them.
    """
    auditor = cast.vera if card.owner == cast.lin else cast.bai
    found = {
        f"{kind}_audit": make_drawn(card, cast.ola, auditor, state)
        for kind, state in (
            *(("visit", "assigned"), ("heard", "heard")),
            *(("told", "published"), ("appealed", "appealed")),
        )
    }
    made = make_visit(
        card, NOW.date() - dt.timedelta(days=3), assignee=cast.ola, store_id=card.store_id
    )
    checks = {
        f"{kind}_check": make_check(
            make_contact(card, NOW - dt.timedelta(days=20)), auditor, state=state
        )
        for kind, state in (("contact", "assigned"), ("told", "published"))
    }
    task = make_correction(card, cast.ola, auditor)
    done = make_correction(card, cast.ola, auditor, state="done", done_by=cast.ola)
    return {
        **found,
        **checks,
        "audit_sample": found["visit_audit"].sample,
        "given_visit": made,
        "correction": task,
        "done_correction": done,
    }


def make_correction(card: Card, owner: User, auditor: User, **fields: Any) -> Correction:
    """What an audit of this person's visit found wrong, theirs to put right by tomorrow."""
    row = make_drawn(card, owner, auditor, "published")
    row.findings.create(criterion="attitude", verdict="no", words="语气生硬")
    due_on = NOW.date() + dt.timedelta(days=1)
    return Correction.objects.create(
        **{
            "audit": row,
            "visit": row.visit,
            "owner": owner,
            "store": card.store,
            "due_on": due_on,
            **fields,
        }
    )


def make_drawn(card: Card, visitor: User, auditor: User, state: str) -> VisitAudit:
    """A visit of last month that was drawn for audit."""
    at = NOW - dt.timedelta(days=20)
    visit = make_visit(
        card,
        at.date(),
        assignee=visitor,
        store_id=card.store_id,
        state="completed",
        completed_at=at,
    )
    return make_audit(visit, auditor, state=state)
