"""Rows from before: merged tickets are about whom the other is about, and no old date rings on.

Row by row, each in its own short transaction and under a condition, so that people may work
meanwhile and it may be run again; no table is locked and nothing is rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import migrations, transaction
from django.db.models import F, Q
from django.utils import timezone

BATCH = 500
TO_RING = ("pending", "claimed")
ENDED = ("closed", "confirmed", "withdrawn", "rejected", "refused")


def follow_merged(apps: Any, _schema_editor: Any) -> None:
    """Whom a ticket is about reads none of those that went on in it either (CP-15, CP-32)."""
    tickets = apps.get_model("complaints", "Ticket").objects
    rows = tickets.filter(merged_into__isnull=False, about__isnull=True)
    for twin in rows.order_by("pk").iterator(chunk_size=BATCH):
        ticket = _goes_on_in(twin)
        if ticket.about_id is None:
            continue
        with transaction.atomic():
            if tickets.filter(pk=twin.pk, about__isnull=True).update(about_id=ticket.about_id):
                _hide(apps, twin, ticket.about_id)
                _free_promises(apps, twin, ticket)


def _goes_on_in(ticket: Any) -> Any:
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket


def _hide(apps: Any, twin: Any, about: int) -> None:
    """No bell, no open line of an inbox and no line of the card tells them of it."""
    lines = apps.get_model("customers", "TimelineEntry").objects
    lines.filter(card_id=twin.card_id, data__ticket_no=twin.ticket_no).update(kind="veiled")
    subject = f"ticket:{twin.public_id}"
    _keep_from(apps, Q(subject=subject) | Q(subject=f"{subject}/answer"), about)


def _keep_from(apps: Any, which: Q, about: int) -> None:
    bells = apps.get_model("notices", "Reminder").objects.filter(which)
    _void(bells.filter(recipient_id=about), "recused")
    bells.update(spared_id=about)
    _close(apps, which & Q(recipient_id=about), "recused")


def _void(bells: Any, reason: str) -> None:
    gone = {"state": "cancelled", "lease_until": None, "ended_because": reason}
    bells.filter(state__in=TO_RING).update(**gone)


def _close(apps: Any, which: Q, reason: str) -> None:
    lines = apps.get_model("notices", "Notice").objects.filter(which).exclude(state="closed")
    closed = {"state": "closed", "closed_at": timezone.now(), "snoozed_until": None}
    lines.update(**closed, ended_because=reason)


def _owed(apps: Any) -> Any:
    """What was promised over tickets and not answered yet."""
    promises = apps.get_model("promises", "Promise").objects.filter(source_room="complaints")
    return promises.filter(source_model="ticket", state__in=("open", "broken"), moved_to=None)


def _free_promises(apps: Any, twin: Any, ticket: Any) -> None:
    """What they promised over it is owed by who answers for the ticket, and rings for others."""
    for promise in _owed(apps).filter(source_id=twin.public_id):
        thread = f"promise:{promise.public_id}"
        if promise.responsible_id == ticket.about_id and ticket.responsible_id is not None:
            _owed(apps).filter(pk=promise.pk).update(responsible_id=ticket.responsible_id)
            bells = apps.get_model("notices", "Reminder").objects.filter(subject=thread)
            mine = bells.filter(state__in=TO_RING, recipient_id=ticket.about_id)
            free = {"state": "pending", "lease_until": None, "fence": F("fence") + 1}
            mine.update(recipient_id=ticket.responsible_id, **free)
        _keep_from(apps, Q(subject=thread), ticket.about_id)


def let_one_date_stand(apps: Any, _schema_editor: Any) -> None:
    """Of several dates promised over one open complaint the one told last stands (CP-18, K-16)."""
    promises = apps.get_model("promises", "Promise").objects
    for ticket in _promised_over(apps):
        if ticket.state in ENDED or ticket.kind != "complaint":
            continue
        rows = _owed(apps).filter(source_id=ticket.public_id)
        last, *older = rows.order_by("-made_at", "-pk") or [None]
        for one in older:
            state = "redated" if last.made_at < one.due_at else "broken"
            with transaction.atomic():
                free = promises.filter(pk=one.pk, version=one.version, moved_to=None)
                if free.update(state=state, moved_to=last, version=one.version + 1):
                    _silence(apps, one, "rescheduled")


def settle_what_ended(apps: Any, _schema_editor: Any) -> None:
    """What was promised over a ticket that has ended was answered with what ended it (HP-01)."""
    for ticket in _promised_over(apps):
        at = ticket.told_at or ticket.closed_at
        if ticket.state not in ENDED or at is None:
            continue
        for one in _owed(apps).filter(source_id=ticket.public_id, made_at__lte=at):
            answered = {
                "state": "kept" if at <= one.due_at else "late",
                "answered_at": at,
                "answered_by_id": ticket.solved_by_id,
                "answer": ticket.solution[:500],
                "granted": ticket.state in ("closed", "confirmed"),
                "kept_room": "complaints",
                "kept_model": "ticket",
                "kept_id": ticket.public_id,
                "version": one.version + 1,
            }
            with transaction.atomic():
                if _owed(apps).filter(pk=one.pk, version=one.version).update(**answered):
                    _silence(apps, one, "answered")


def _promised_over(apps: Any) -> Iterator[Any]:
    """The tickets over which something is owed, in portions."""
    numbers = list(_owed(apps).values_list("source_id", flat=True).distinct())
    for start in range(0, len(numbers), BATCH):
        part = numbers[start : start + BATCH]
        yield from apps.get_model("complaints", "Ticket").objects.filter(public_id__in=part)


def _silence(apps: Any, promise: Any, reason: str) -> None:
    thread = Q(subject=f"promise:{promise.public_id}")
    _void(apps.get_model("notices", "Reminder").objects.filter(thread), reason)
    _close(apps, thread, reason)


def fill(apps: Any, schema_editor: Any) -> None:
    """Whom it is about first: the promises of such tickets then have their owner."""
    follow_merged(apps, schema_editor)
    let_one_date_stand(apps, schema_editor)
    settle_what_ended(apps, schema_editor)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("complaints", "0013_own_fault"),
        ("customers", "0009_cards_opened_at_a_store"),
        ("notices", "0006_spared"),
        ("promises", "0002_kept_with"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
