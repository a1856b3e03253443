"""Rows written and changed a batch at a time are the rows instances would have been."""

from __future__ import annotations

import datetime as dt

import pytest

from complaints.models import Entry, Ticket
from crm.notices.models import Reminder
from crm.records.bulk import change_rows, write_rows
from tests.complaints.complaints import make_complaint
from tests.people import NOW, make_cast

pytestmark = pytest.mark.django_db


def bell(key: str, **values: object) -> dict[str, object]:
    return {
        "key": key,
        "occasion": "clock:x",
        "kind": "clock_late",
        "data": {"ticket_no": "TS-1", "words": "“100%” 与 {引号}", "nested": {"a": [1, None]}},
        "not_before": NOW,
        "created_at": NOW,
        "role": "manager",
        **values,
    }


def test_what_is_not_given_is_as_in_a_new_instance() -> None:
    write_rows(Reminder, [bell("one"), bell("two")])
    one, two = Reminder.objects.order_by("pk")
    assert (one.state, one.fence, one.untimed, one.lease_until) == ("pending", 0, False, None)
    assert one.not_before == NOW
    assert one.data == {
        "ticket_no": "TS-1",
        "words": "“100%” 与 {引号}",
        "nested": {"a": [1, None]},
    }
    assert one.public_id != two.public_id
    assert len(one.public_id) == 14


def test_a_bell_that_is_there_already_stays_as_it_was() -> None:
    write_rows(Reminder, [bell("one", kind="clock_soon")])
    write_rows(Reminder, [bell("one"), bell("two")], twice="key")
    assert list(Reminder.objects.order_by("key").values_list("key", "kind")) == [
        ("one", "clock_soon"),
        ("two", "clock_late"),
    ]


def test_each_row_gets_its_own_values_and_others_none() -> None:
    cast = make_cast()
    first, second, third = (make_complaint(cast) for _each in range(3))
    later = NOW + dt.timedelta(days=1, microseconds=5)
    change_rows(
        Ticket,
        [
            {"id": first.pk, "next_due_at": later, "solution": "换件"},
            {"id": second.pk, "next_due_at": None, "solution": "退款"},
        ],
    )
    third.refresh_from_db()
    found = Ticket.objects.order_by("pk").values_list("next_due_at", "solution")
    assert list(found) == [(later, "换件"), (None, "退款"), (third.next_due_at, "")]


def test_nothing_to_write_asks_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        write_rows(Entry, [])
        change_rows(Ticket, [])
