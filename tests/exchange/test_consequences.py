"""What follows from an import: card columns, search, flags, reminders, access, the trail."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.customers.models import (
    Card,
    CaseAccess,
    TimelineEntry,
)
from crm.notices.models import Notice, Reminder
from crm.reception.models import ReceptionEntry
from crm.records.actions import next_numbers
from crm.records.models import AuditEvent, Counter
from followups.models import Contact, PlannedContact
from tests.exchange.books import SAMPLE, bring, bring_in, changed, floor
from tests.people import local

pytestmark = pytest.mark.django_db
AUDIT = AuditEvent._meta.db_table


def card(number: str = "C1") -> Card:
    return Card.objects.get(card_no=number)


# --- what follows ------------------------------------------------------------------------


def test_a_card_shows_its_contacts_tries_and_next_step(tmp_path: Path) -> None:
    book = floor()
    for number, (when, outcome) in enumerate(
        [
            ("2026-09-05 10:00", "reached"),
            ("2026-09-06 10:00", "no_answer"),
            ("2026-09-07 10:00", "absent"),
        ],
        2,
    ):
        book["Contacts"].append(
            {
                **book["Contacts"][0],
                "contact_no": f"O{number}",
                "occurred_at": when,
                "outcome": outcome,
                "planned_no": "",
            }
        )
    assert bring(tmp_path, book).saved
    after = card()
    assert after.last_contact_at == local("2026-09-07 10:00")
    assert after.next_contact_at == local("2026-09-03 15:00")
    assert after.tries == 2
    attempts = Contact.objects.order_by("occurred_at").values_list("attempt", flat=True)
    assert list(attempts) == [0, 0, 1, 2]


def test_imported_cards_are_found_by_name_pinyin_phone_and_plate(tmp_path: Path) -> None:
    book = changed("Orders", plate="沪A12345")
    assert bring(tmp_path / "first", book).saved
    for query in ("张伟", "zhangwei", "zw", "13800138000", "8000", "沪A12345", "C1"):
        assert card() in Card.objects.found_by(query), query
    assert bring(tmp_path / "second", {"Customers": [{"card_no": "C1", "name": "李雷"}]}).saved
    assert card() in Card.objects.found_by("lilei")
    assert card() not in Card.objects.found_by("zhangwei")


def test_history_that_breaks_todays_rules_is_marked_to_complete(tmp_path: Path) -> None:
    book = changed("Customers", channel="展厅到店")
    book["Customers"][1].update(
        source="phone", channel="展厅到店", status="lost", lost_at="2026-10-01", lost_reason="失联"
    )
    assert bring(tmp_path / "first", book).saved
    assert not card().to_complete
    assert not card("C2").to_complete
    order = {**floor()["Orders"][0], "order_no": "E2", "card_no": "C2"}
    assert bring(tmp_path / "second", {"Orders": [order]}).saved
    assert card("C2").to_complete
    assert bring(
        tmp_path / "third", {"PlannedContacts": [{"planned_no": "L1", "status": "cancelled"}]}
    ).saved
    assert card().to_complete


def test_reminders_are_armed_only_for_what_lies_ahead_and_nobody_is_told(tmp_path: Path) -> None:
    book = floor()
    ahead = {**book["PlannedContacts"][0], "planned_no": "L2", "due_at": "2026-11-20 15:00"}
    book["PlannedContacts"] += [ahead, {**ahead, "planned_no": "L3", "status": "cancelled"}]
    assert bring(tmp_path / "first", book).armed > 0
    step = PlannedContact.objects.get(planned_no="L2")
    assert set(Reminder.objects.values_list("about_id", flat=True)) == {step.public_id}
    assert not Notice.objects.exists()
    assert bring(tmp_path / "again", book).armed == 0
    count = Reminder.objects.count()
    moved = {"PlannedContacts": [{"planned_no": "L2", "due_at": "2026-11-25 10:00"}]}
    assert bring(tmp_path / "second", moved).saved
    pending = Reminder.objects.filter(state=Reminder.State.PENDING)
    assert {row.due_at for row in pending} == {local("2026-11-25 10:00")}
    assert Reminder.objects.filter(state=Reminder.State.CANCELLED).count() == count
    assert bring(tmp_path / "third", {"Plans": [{"plan_no": "P1", "status": "cancelled"}]}).saved
    assert not pending.all().exists()


def test_an_untimed_step_is_due_at_the_end_of_its_day(tmp_path: Path) -> None:
    assert bring(tmp_path, changed("PlannedContacts", due_at="2026-09-03 23:59:59")).saved
    assert PlannedContact.objects.get().untimed


def test_open_visits_and_tickets_give_access_and_settled_ones_end_it(tmp_path: Path) -> None:
    book = changed("Tickets", responsible="otto", lead_department="技术")
    book["Visits"][0].update(status="completed", completed_at="2026-09-18 12:00")
    assert bring(tmp_path / "first", book).saved
    rows = CaseAccess.objects.filter(card=card(), until__isnull=True)
    assert {
        (row.user and row.user.username, row.department and row.department.name) for row in rows
    } == {
        ("otto", None),
        (None, "技术"),
    }
    done = {"Tickets": [{"ticket_no": "T1", "status": "closed", "closed_at": "2026-09-30"}]}
    assert bring(tmp_path / "second", done).saved
    assert not rows.all().exists()
    assert CaseAccess.objects.count() == 2


def test_one_audit_event_tells_of_an_import(tmp_path: Path) -> None:
    bring_in(SAMPLE / "floor.zip")
    event = AuditEvent.objects.get(action="exchange.import_workbook")
    assert event.actor is None
    assert event.after["rows"]["Contacts"] == {
        "created": 840,
        "updated": 0,
        "unchanged": 0,
        "refused": 0,
    }
    assert len(event.after["sha256"]) == 64
    assert event.after["file"] == "floor.zip"
    opened = TimelineEntry.objects.filter(kind="card_opened")
    assert opened.count() == 342
    assert opened.get(card__card_no="C000001").at == local("2026-05-07 12:02:24")


def test_the_products_own_numbers_go_on_behind_imported_ones(tmp_path: Path) -> None:
    book = floor()
    book["Customers"].append(
        {**book["Customers"][1], "card_no": "KH-2026-0041", "phone": "13700137000"}
    )
    assert bring(tmp_path, book).saved
    assert next_numbers("card", 2026, 1)[0] == 42


def test_numbers_are_passed_last_so_that_nobody_waits_long_for_one(tmp_path: Path) -> None:
    """The counter is held from then until the end, and rows have been held against each other."""
    book = floor()
    book["Customers"].append(
        {**book["Customers"][1], "card_no": "KH-2026-0041", "phone": "13700137000"}
    )
    with CaptureQueriesContext(connection) as asked:
        assert bring(tmp_path, book).saved
    ends = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ANALYZE")
    said = [query["sql"] for query in asked if not query["sql"].startswith(ends)]
    assert said[-1].startswith(f'UPDATE "{Counter._meta.db_table}"')
    if connection.vendor == "postgresql":
        written = max(n for n, sql in enumerate(said) if sql.startswith("INSERT") and AUDIT in sql)
        assert "SET CONSTRAINTS ALL IMMEDIATE" in said[written:]


def test_an_entry_in_another_store_counts_for_the_store_of_who_received_them(
    tmp_path: Path,
) -> None:
    assert bring(tmp_path, changed("Reception", store="BJ01")).saved
    assert ReceptionEntry.objects.get().store.code == "BJ01"
    out = io.StringIO()
    week = ("--from", "2026-08-31", "--to", "2026-09-06")
    call_command("kpi", *week, "--by", "store", format="json", stdout=out)
    rows = {row["store"]: row["kpis"]["capture_rate"] for row in json.loads(out.getvalue())["rows"]}
    assert (rows["SH01"]["denominator"], rows["BJ01"]["denominator"]) == (1, 0)
