"""Work that ends because a file says so: tasks, bells and lines of tickets that it settles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from complaints import states as ticket_states
from complaints.actions import chase, thread
from complaints.models import DepartmentTask, Entry, Ticket
from crm.exchange.actions.saving import Saving, chunks, create, good_rows
from crm.exchange.sheets.rows import Book
from crm.notices import actions as notices


def end_work_of_settled(saving: Saving, book: Book) -> int:
    """Call off what departments were asked for tickets the file settles, in the same transaction.

    Their bells are void and the inbox lines they left are closed; a hand-over that was asked for
    is asked no more. The tasks stand in the ledger, so that undoing gives them back. Returns how
    many were called off.
    """
    keys = [row.key for row in good_rows(book, "Tickets") if row.changed and not row.is_new]
    ended = 0
    for part in chunks([saving.pks["Tickets"][key] for key in keys]):
        settled = Ticket.objects.filter(pk__in=part, state__in=ticket_states.SETTLED)
        for ticket in settled.only("pk", "public_id"):
            notices.cancel(subject=thread(ticket), reason="imported", now=saving.now)
        ended += _call_off(saving, list(settled.values_list("pk", flat=True)))
        settled.filter(offered_to__isnull=False).update(offered_to=None)
    return ended


def _call_off(saving: Saving, tickets: list[int]) -> int:
    rows = DepartmentTask.objects.waiting().filter(ticket__in=tickets).order_by("pk")
    tasks = list(rows.select_for_update(no_key=True, of=("self",)))
    pks = [task.pk for task in tasks]
    saving.ledger.remember(DepartmentTask, pks)
    reason = _("Settled by an import.")
    DepartmentTask.objects.filter(pk__in=pks).update(
        state=ticket_states.CALLED_OFF, reason=reason, version=F("version") + 1
    )
    create(saving, Entry, [_entry(task, reason, saving) for task in tasks])
    return len(tasks)


def _entry(task: DepartmentTask, reason: str, saving: Saving) -> Entry:
    """A line of the ticket's thread, so that the department reads why it has nothing to do."""
    return Entry(
        ticket_id=task.ticket_id,
        kind=Entry.Kind.CALLED_OFF,
        at=saving.now,
        by=saving.by,
        department_id=task.department_id,
        words=reason,
    )


def chase_again(tasks: Iterable[int], *, now: datetime) -> None:
    """The bells of tasks that an undo gave back to their departments."""
    for part in chunks(sorted(tasks)):
        rows = DepartmentTask.objects.waiting().filter(pk__in=part)
        for task in rows.select_related("ticket__about", "department__head", "handler"):
            chase(task, now=now)
