"""Rows written before a merged ticket followed the other are put right by a migration."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from complaints import actions
from complaints.models import Ticket
from crm.notices.models import Notice, Reminder
from crm.promises.actions import make_promise
from crm.promises.models import Promise
from tests.complaints.answers import closed, looked_at
from tests.complaints.complaints import make_complaint
from tests.people import NOW, Cast, make_cast

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def migrate() -> None:
    """Run twice: a deployment that was interrupted begins anew."""
    module = import_module("complaints.migrations.0014_what_follows_a_merged_ticket")
    for _each in range(2):
        with connection.schema_editor(atomic=False) as editor:
            module.fill(apps, editor)


def merged_by_wu(cast: Cast) -> tuple[Ticket, list[Ticket]]:
    """Two that went on in a third one after the other, with what Wu promised over them."""
    ticket = make_complaint(cast)
    chain = [make_complaint(cast, card=ticket.card, answer_by=NOW + DAY) for _each in range(2)]
    for one, into in ((chain[0], chain[1]), (chain[1], ticket)):
        one.refresh_from_db()
        actions.merge_ticket(one, into=into, by=cast.wu, version=one.version, now=NOW)
    return ticket, chain


@pytest.mark.django_db(transaction=True)
def test_what_was_merged_is_about_whom_the_other_was_found_to_be_about() -> None:
    cast = make_cast()
    ticket, chain = merged_by_wu(cast)
    # As it was: only the ticket that goes on said whom it is about.
    Ticket.objects.filter(pk=ticket.pk).update(about=cast.wu, responsible=cast.xu)
    assert Ticket.objects.visible_to(cast.wu).filter(merged_into__isnull=False).count() == 2
    migrate()
    assert not Ticket.objects.visible_to(cast.wu).exists()
    assert not Promise.objects.visible_to(cast.wu).exists()
    assert {promise.responsible for promise in Promise.objects.all()} == {cast.xu}
    assert not Notice.objects.still_open().filter(
        recipient=cast.wu, subject__in=[f"ticket:{one.public_id}" for one in chain]
    )
    bells = Reminder.objects.still_to_ring().filter(kind="promise_due")
    assert bells.exists()
    assert not bells.filter(recipient=cast.wu).exists()
    assert not bells.exclude(spared=cast.wu).exists()
    told = ticket.card.timeline.exclude(kind="veiled")
    assert not told.filter(data__ticket_no__in=[one.ticket_no for one in chain]).exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_named_on_none_of_them_reads_them_as_before() -> None:
    cast = make_cast()
    merged_by_wu(cast)
    migrate()
    assert Ticket.objects.visible_to(cast.wu).count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_dates_promised_before_the_one_told_last_stands() -> None:
    cast = make_cast()
    ticket = looked_at(cast, answer_by=NOW + 3 * HOUR)
    said = {"by": cast.wu, "what": "回电", "source": ticket}
    make_promise(ticket.card, due_at=NOW + 2 * DAY, now=NOW + HOUR, **said)
    migrate()
    older, last = Promise.objects.order_by("pk")
    assert (older.state, older.moved_to, last.state) == ("redated", last, "open")
    ringing = Reminder.objects.still_to_ring().filter(kind="promise_due")
    assert set(ringing.values_list("about_id", flat=True)) == {last.public_id}


@pytest.mark.django_db(transaction=True)
def test_what_an_ended_complaint_left_owed_was_answered_with_its_answer() -> None:
    cast = make_cast()
    ticket = closed(cast, ticket_fields={"answer_by": NOW + 3 * HOUR})
    Promise.objects.update(state="broken", answered_at=None, answered_by=None, answer="")
    migrate()
    promise = Promise.objects.get()
    assert (promise.state, promise.answered_at) == ("kept", ticket.told_at)
    assert (promise.answer, promise.kept_id) == (ticket.solution, ticket.public_id)
