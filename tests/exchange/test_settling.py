"""A file that settles a live ticket, or gives a customer away, leaves no work behind."""

from __future__ import annotations

import pytest

from complaints.models import DepartmentTask, Entry, Ticket
from crm.exchange import states
from crm.exchange.actions.jobs import approve_import
from crm.exchange.models import ImportJob
from crm.notices.models import Notice, Reminder
from crm.people.models import User
from tests.caring import make_care_task
from tests.complaints.problems import accepted
from tests.exchange.jobs import confirm, save, undo, upload_sheet
from tests.people import NOW, Cast, make_card, make_cast
from visits.models import CareTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def bells(ticket: Ticket) -> int:
    return Reminder.objects.filter(subject=f"ticket:{ticket.public_id}").still_to_ring().count()


def lines(ticket: Ticket) -> int:
    return Notice.objects.filter(subject=f"ticket:{ticket.public_id}").still_open().count()


def saved(job: ImportJob, by: User) -> ImportJob:
    """Saved, once a second person has agreed where one is asked for."""
    if job.state == states.WAITING:
        approve_import(job, by=by, version=job.version, now=NOW)
        job = save(job)
    return job


def test_a_ticket_the_file_settles_asks_nobody_any_more_and_the_undo_asks_again(cast):
    ticket = accepted(cast)
    assert bells(ticket)
    assert lines(ticket)
    done = {"ticket_no": ticket.ticket_no, "status": "closed", "closed_at": "2026-03-12 10:20"}
    sent = upload_sheet(cast.shen, "Tickets", [done])
    assert not sent.summary.get("refused"), list(sent.summary.items())[2:]
    job = saved(confirm(sent), cast.bai)
    assert job.state == states.SAVED, job.reason
    task = DepartmentTask.objects.get()
    assert (task.state, bool(task.reason)) == ("called_off", True)
    assert Ticket.objects.get().state == "closed"
    assert (bells(ticket), lines(ticket)) == (0, 0)
    assert Entry.objects.filter(ticket=ticket, kind="called_off").count() == 1
    assert undo(job).state == states.UNDONE, job.reason
    assert DepartmentTask.objects.get().state == "accepted"
    assert bells(ticket)


def test_what_a_salesperson_owed_a_customer_goes_with_the_card(cast):
    card = make_card(cast.lin, "高峰", state="delivered", card_no="K1")
    task = make_care_task(card)
    job = confirm(upload_sheet(cast.chen, "Customers", [{"card_no": "K1", "owner": "zhou"}]))
    assert saved(job, cast.shen).state == states.SAVED, job.reason
    assert CareTask.objects.get().assignee == cast.zhou
    ringing = Reminder.objects.filter(about_id=task.public_id).still_to_ring()
    assert set(ringing.values_list("recipient__username", flat=True)) == {"zhou"}
