"""What an import makes of good rows: defaults, updates, history, and all that follows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from complaints.models import Ticket
from crm.customers import states as card_states
from crm.customers.models import (
    Card,
    Customer,
    LevelChange,
    Ownership,
    Recovery,
    TimelineEntry,
)
from crm.exchange.actions.imports import save_book
from crm.exchange.actions.saving import Saving
from crm.exchange.queues.stored import StoredRows
from crm.exchange.sheets.checking import check_book
from crm.exchange.sheets.files import read_workbook
from crm.exchange.sheets.registry import SHEETS
from crm.exchange.sheets.rows import read_book
from crm.notices.models import Reminder
from crm.orders.models import Order, Payment
from crm.people.models import Membership, Store, Team, User
from crm.reception.models import ReceptionEntry
from crm.records.states import Stale
from crm.rulebook.models import Option
from followups.models import Contact, Plan, PlannedContact
from tests.exchange.books import (
    NOW,
    SAMPLE,
    Book,
    added,
    bring,
    bring_in,
    changed,
    floor,
    only,
    write_folder,
)
from tests.people import SHANGHAI, local
from visits.models import Visit

pytestmark = pytest.mark.django_db


def card(number: str = "C1") -> Card:
    return Card.objects.get(card_no=number)


# --- defaults ----------------------------------------------------------------------------


def test_empty_cells_take_their_defaults(tmp_path: Path) -> None:
    book = floor()
    book["Customers"][0].pop("status")
    book["Orders"].append({**book["Orders"][0], "order_no": "E2", "status": "", "quantity": ""})
    book["Contacts"].append(
        {
            "contact_no": "O2",
            "card_no": "C1",
            "staff": "lin",
            "occurred_at": "2026-09-04",
            "method": "wechat",
            "direction": "in",
        }
    )
    assert bring(tmp_path, book).saved
    lin, wu = User.objects.get(username="lin"), User.objects.get(username="wu")
    assert card().state == card_states.PROSPECT
    assert (card().first_owner, card().store.code) == (lin, "SH01")
    entry = ReceptionEntry.objects.get()
    assert (entry.store.code, entry.first_time, entry.test_drive) == ("SH01", True, False)
    assert PlannedContact.objects.get().assignee == lin
    assert PlannedContact.objects.get().state == "planned"
    inbound = Contact.objects.get(contact_no="O2")
    assert (inbound.outcome, inbound.purpose) == ("reached", "sales")
    assert inbound.occurred_at == local("2026-09-04 00:00")
    assert Contact.objects.get(contact_no="O1").direction == "out"
    assert (Order.objects.get(order_no="E2").state, Order.objects.get(order_no="E2").quantity) == (
        "draft",
        1,
    )
    assert Visit.objects.get().owner == lin
    assert (Ticket.objects.get().responsible, Ticket.objects.get().needs_onsite) == (wu, False)
    assert User.objects.filter(is_active=True).count() == 4


def test_rows_keep_team_and_store_of_their_person(tmp_path: Path) -> None:
    book = added("Visits", visit_no="V2", assignee="", card_no="C2")
    book["Customers"].append(
        {
            **book["Customers"][1],
            "card_no": "C3",
            "status": "pool",
            "owner": "",
            "store": "BJ01",
            "phone": "13700137000",
        }
    )
    assert bring(tmp_path, book).saved
    one = Team.objects.get(store__code="SH01", name="一组")
    lin_rows: list[Any] = [Contact.objects.get(), PlannedContact.objects.get(), Order.objects.get()]
    lin_rows.append(ReceptionEntry.objects.get())
    for row in lin_rows:
        assert (row.team, row.store.code) == (one, "SH01")
    visit = Visit.objects.get(visit_no="V1")
    assert (visit.team.name, visit.owner_team, visit.owner_store.code) == ("客服", one, "SH01")
    nobodys = Visit.objects.get(visit_no="V2")
    assert (nobodys.team, nobodys.store.code) == (None, "BJ01")
    assert (card("C3").team, card("C3").store.code, card("C3").first_store.code) == (
        None,
        "BJ01",
        "BJ01",
    )
    assert Recovery.objects.get().store.code == "BJ01"


def test_staff_get_a_main_membership_and_no_password(tmp_path: Path) -> None:
    book = changed("Staff", 2, role="handler", department="技术", email="wu@example.com")
    assert bring(tmp_path, book).saved
    wu = User.objects.get(username="wu")
    assert not wu.has_usable_password()
    post = Membership.objects.get(user=wu)
    assert (post.role, post.store.code, post.team.name) == ("handler", "SH01", "客服")
    assert post.department.name == "技术"


# --- states ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({"status": "open"}, "prospect"),
        ({"status": "open", "level": ""}, "potential"),
        ({"status": "open", "level": "", "owner": ""}, "lead"),
        ({"status": "ordered"}, "ordered"),
        ({"status": "delivered"}, "delivered"),
        ({"status": "lost", "lost_at": "2026-10-01"}, "lost"),
        ({"status": "公海"}, "pool"),
        ({"name": "", "phone": ""}, "anonymised"),
    ],
)
def test_a_status_enters_the_first_state_of_its_group(
    tmp_path: Path, cells: dict[str, str], state: str
) -> None:
    assert bring(tmp_path, changed("Customers", **cells)).saved
    assert card().state == state


@pytest.mark.parametrize(
    ("sheet", "model", "cells", "state"),
    [
        ("Plans", Plan, {"status": "rejected"}, "returned"),
        ("Plans", Plan, {"status": "已通过"}, "approved"),
        ("PlannedContacts", PlannedContact, {"status": "done"}, "done"),
        ("Orders", Order, {"status": "delivered", "delivered_at": "2026-10-01"}, "delivered"),
        ("Visits", Visit, {"status": "unreachable"}, "not_reached"),
        ("Visits", Visit, {"status": "due"}, "pending"),
        ("Tickets", Ticket, {"status": "open"}, "registered"),
        ("Tickets", Ticket, {"status": "resolved", "resolved_at": "2026-10-01"}, "replied"),
        ("Tickets", Ticket, {"status": "cancelled"}, "withdrawn"),
    ],
)
def test_other_statuses_too(
    tmp_path: Path, sheet: str, model: Any, cells: dict[str, str], state: str
) -> None:
    assert bring(tmp_path, changed(sheet, **cells)).saved
    assert model.objects.get().state == state


def test_a_finer_state_survives_an_import_that_says_the_same(tmp_path: Path) -> None:
    assert bring(tmp_path, floor()).saved
    Order.objects.update(state="allocated")
    Visit.objects.update(state="appointed")
    assert bring(tmp_path, changed("Orders", plate="沪A12345")).saved
    assert (Order.objects.get().state, Order.objects.get().plate) == ("allocated", "沪A12345")
    assert Visit.objects.get().state == "appointed"


# --- updates -----------------------------------------------------------------------------


def test_the_sample_imported_again_changes_nothing() -> None:
    first = bring_in(SAMPLE / "floor.xlsx")
    assert first.counts["Customers"].created == 342
    versions = set(Card.objects.values_list("card_no", "version"))
    again = bring_in(SAMPLE / "floor.zip")
    assert again.saved
    for sheet, counts in again.counts.items():
        assert (counts.created, counts.updated) == (0, 0), sheet
    assert set(Card.objects.values_list("card_no", "version")) == versions
    assert Ownership.objects.filter(until__isnull=True).count() == 334
    assert set(again.counts) == {sheet.key for sheet in SHEETS}


def test_an_update_keeps_what_is_absent_or_empty_and_a_dash_empties(tmp_path: Path) -> None:
    first = changed("Customers", region="浦东", notes="喜欢白色", gender="男")
    assert bring(tmp_path / "first", first).saved
    update: Book = {
        "Customers": [{"card_no": "C1", "region": "", "notes": "-", "occupation": "教师"}]
    }
    outcome = bring(tmp_path / "second", update)
    assert outcome.counts["Customers"].updated == 1
    after = card()
    assert (after.customer.region, after.customer.gender) == ("浦东", "male")
    assert (after.notes, after.customer.occupation) == ("", "教师")
    assert after.version == 2


def test_a_dash_may_not_empty_what_must_be_filled(tmp_path: Path) -> None:
    assert bring(tmp_path / "first", floor()).saved
    outcome = bring(tmp_path / "second", {"Stores": [{"code": "SH01", "name": "-"}]})
    assert only(outcome.findings.refused).column == "name"
    assert Store.objects.get(code="SH01").name == "浦东店"


def test_an_update_is_held_against_what_is_stored(tmp_path: Path) -> None:
    assert bring(tmp_path / "first", floor()).saved
    outcome = bring(
        tmp_path / "second", {"Orders": [{"order_no": "E1", "cancelled_at": "2026-09-01"}]}
    )
    assert only(outcome.findings.refused).column == "cancelled_at"
    late = {"Customers": [{"card_no": "C1", "opened_at": "2026-10-01"}]}
    assert only(bring(tmp_path / "third", late).findings.refused).column == "opened_at"
    plan = {"Plans": [{**floor()["Plans"][0], "plan_no": "P2", "status": "submitted"}]}
    assert "P1" in only(bring(tmp_path / "fourth", plan).findings.refused).why


def test_a_plan_may_end_and_another_begin_in_one_file(tmp_path: Path) -> None:
    assert bring(tmp_path / "first", floor()).saved
    book = floor()
    book["Plans"] = [
        {**book["Plans"][0], "plan_no": "P2", "status": "draft"},
        {"plan_no": "P1", "status": "completed"},
    ]
    assert bring(tmp_path / "second", book).saved
    assert set(Plan.objects.values_list("plan_no", "state")) == {
        ("P1", "completed"),
        ("P2", "draft"),
    }


def test_references_are_found_in_the_database_too(tmp_path: Path) -> None:
    assert bring(tmp_path / "first", floor()).saved
    contact = {**floor()["Contacts"][0], "contact_no": "O2", "occurred_at": "2026-09-05 10:00"}
    assert bring(tmp_path / "second", {"Contacts": [contact]}).saved
    assert Contact.objects.get(contact_no="O2").planned.planned_no == "L1"
    wrong = {"Contacts": [{**contact, "contact_no": "O3", "card_no": "C2"}]}
    assert only(bring(tmp_path / "third", wrong).findings.refused).column == "planned_no"


def test_the_order_of_sheets_and_rows_does_not_matter(tmp_path: Path) -> None:
    book = changed("Customers", referrer="C2")
    turned = {sheet: list(reversed(rows)) for sheet, rows in reversed(book.items())}
    assert bring(tmp_path, turned).saved
    assert card().referrer == card("C2")


# --- people and their cards --------------------------------------------------------------


def test_two_cards_of_one_name_and_phone_are_purchases_of_one_customer(tmp_path: Path) -> None:
    book = added(
        "Customers", card_no="C3", name="张 伟", phone="+86 138-0013-8000", address="世纪大道1号"
    )
    outcome = bring(tmp_path / "first", book)
    assert not outcome.findings.warnings
    assert card().customer == card("C3").customer
    assert Customer.objects.count() == 2
    later = {"Customers": [{**floor()["Customers"][0], "card_no": "C4"}]}
    assert bring(tmp_path / "second", later).saved
    assert card("C4").customer == card().customer
    assert card().customer.address == "世纪大道1号"


def test_one_phone_under_two_names_is_a_warning(tmp_path: Path) -> None:
    outcome = bring(tmp_path / "first", added("Customers", card_no="C3", name="张薇"))
    assert outcome.saved
    assert outcome.exit_status == 0
    assert {(p.row, p.column, p.value) for p in outcome.findings.warnings} == {
        (2, "phone", "13800138000"),
        (4, "phone", "13800138000"),
    }
    assert "C1" in outcome.findings.warnings[-1].why
    assert card().customer != card("C3").customer
    later = {"Customers": [{**floor()["Customers"][1], "card_no": "C5", "phone2": "13800138000"}]}
    assert len(bring(tmp_path / "second", later).findings.warnings) == 1


def test_two_numbers_in_a_cell_become_phone_and_phone2(tmp_path: Path) -> None:
    assert bring(tmp_path, changed("Customers", phone="13800138000;13900139001")).saved
    customer = card().customer
    assert (customer.phone, customer.phone2) == ("+8613800138000", "+8613900139001")


def test_an_imported_card_belonged_to_its_first_owner_then_to_its_owner(tmp_path: Path) -> None:
    assert bring(tmp_path, changed("Customers", first_owner="otto")).saved
    rows = Ownership.objects.filter(card=card()).order_by("pk")
    opened = local("2026-09-01 10:00")
    found = [(row.user.username, row.since, row.until, row.store.code) for row in rows]
    assert found == [("otto", opened, opened, "BJ01"), ("lin", opened, None, "SH01")]
    assert (card().first_owner.username, card().first_store.code) == ("otto", "BJ01")


def test_a_new_owner_owns_from_the_import_on(tmp_path: Path) -> None:
    assert bring(tmp_path / "first", floor()).saved
    later = NOW + dt.timedelta(days=1)
    assert bring(
        tmp_path / "second",
        {"Customers": [{"card_no": "C1", "owner": "otto", "level": "H"}]},
        now=later,
    ).saved
    rows = [
        (row.user.username, row.until)
        for row in Ownership.objects.filter(card=card()).order_by("pk")
    ]
    assert rows == [("lin", later), ("otto", None)]
    assert (card().team.store.code, card().store.code) == ("BJ01", "SH01")
    assert LevelChange.objects.filter(card=card(), before="A", after="H", at=later).exists()
    assert Contact.objects.get().store.code == "SH01"


def test_what_lies_ahead_goes_to_the_new_owner(tmp_path: Path) -> None:
    book = floor()
    ahead = {**book["PlannedContacts"][0], "planned_no": "L2", "due_at": "2026-11-20 15:00"}
    book["PlannedContacts"] += [ahead, {**ahead, "planned_no": "L3", "assignee": "chen"}]
    assert bring(tmp_path / "first", book).saved
    assert bring(tmp_path / "second", {"Customers": [{"card_no": "C1", "owner": "otto"}]}).saved
    assignees = PlannedContact.objects.values_list("planned_no", "assignee__username")
    assert dict(assignees) == {"L1": "otto", "L2": "otto", "L3": "chen"}
    step = PlannedContact.objects.get(planned_no="L2")
    told = Reminder.objects.filter(about_id=step.public_id, state=Reminder.State.PENDING)
    assert {row.recipient.username for row in told} == {"otto"}


def test_the_timeline_tells_what_the_file_tells(tmp_path: Path) -> None:
    book = changed("Plans", reviewer="chen", reviewed_at="2026-09-01 12:00")
    assert bring(tmp_path / "first", book).saved
    lines = TimelineEntry.objects.filter(card=card()).order_by("at")
    assert [(line.kind, line.at) for line in lines] == [
        ("reception_logged", local("2026-09-01 09:30")),
        ("card_opened", local("2026-09-01 10:00")),
        ("plan_approved", local("2026-09-01 12:00")),
        ("order_signed", local("2026-09-10 16:00")),
    ]
    assert lines[3].data["order_no"] == "E1"
    assert Plan.objects.get().decisions.get().by.username == "chen"
    update: Book = {
        "Customers": [{"card_no": "C1", "owner": "otto", "level": "B", "name": "张大伟"}],
        "Orders": [{"order_no": "E1", "status": "delivered", "delivered_at": "2026-10-01"}],
    }
    assert bring(tmp_path / "second", update).saved
    new = set(lines.all().values_list("kind", flat=True)) - {"reception_logged", "card_opened"}
    assert new - {"plan_approved", "order_signed"} == {
        *("order_delivered", "owner_changed", "level_changed", "profile_changed"),
    }
    assert lines.all().get(kind="owner_changed").data["after"] == "欧阳外"


def test_erased_people_are_not_brought_back(tmp_path: Path) -> None:
    assert bring(tmp_path / "first", floor()).saved
    Customer.objects.filter(cards__card_no="C1").update(name="", phone="", anonymised_at=NOW)
    Card.objects.filter(card_no="C1").update(state=card_states.ANONYMISED)
    outcome = bring(tmp_path / "second", floor())
    assert outcome.saved
    assert "anonymised" in only(outcome.findings.warnings).why
    assert (card().customer.name, card().customer.phone) == ("", "")
    assert card().state == card_states.ANONYMISED


def test_a_merged_card_stands_for_the_one_that_survived(tmp_path: Path) -> None:
    assert bring(tmp_path / "first", floor()).saved
    Card.objects.filter(card_no="C2").update(state=card_states.MERGED, merged_into=card())
    order = {**floor()["Orders"][0], "order_no": "E2", "card_no": "C2"}
    assert bring(tmp_path / "second", {"Orders": [order]}).saved
    assert Order.objects.get(order_no="E2").card == card()
    outcome = bring(tmp_path / "third", {"Customers": [{"card_no": "C2", "notes": "x"}]})
    assert "C1" in only(outcome.findings.refused).why


# --- models and options ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "kept"),
    [
        ("小方", "CITY", ""),
        ("CITY", "CITY", ""),
        ("星途6长续航", "EV6-LR", ""),
        ("朗逸", None, "朗逸"),
    ],
)
def test_a_model_is_a_product_or_stays_text(
    tmp_path: Path, text: str, code: str | None, kept: str
) -> None:
    assert bring(tmp_path, changed("Customers", model=text)).saved
    assert (card().product.code if card().product else None, card().model_text) == (code, kept)


def test_option_lists_grow_by_what_an_import_brings(tmp_path: Path) -> None:
    book = changed(
        "Customers", channel="抖音直播", status="lost", lost_at="2026-10-01", lost_reason="失联"
    )
    book["Payments"][0]["method"] = "转账"
    assert bring(tmp_path / "first", book).saved
    assert Option.objects.get(kind="channel", code="抖音直播").label_zh_hans == ""
    assert (card().channel, card().lost_reason) == ("抖音直播", "out_of_contact")
    assert Payment.objects.get().method == "transfer"
    count = Option.objects.count()
    again = bring(tmp_path / "second", book)
    assert (again.counts["Customers"].unchanged, again.counts["Payments"].unchanged) == (2, 1)
    assert Option.objects.count() == count


# --- all or nothing ----------------------------------------------------------------------


def test_a_dry_run_saves_nothing_and_says_what_would_be(tmp_path: Path) -> None:
    outcome = bring(tmp_path, floor(), dry_run=True)
    assert not outcome.saved
    assert outcome.exit_status == 0
    assert outcome.counts["Customers"].created == 2
    assert not User.objects.exists()


def test_skip_invalid_saves_the_good_rows_and_lists_the_others(tmp_path: Path) -> None:
    outcome = bring(tmp_path, changed("Customers", phone="12"), skip_invalid=True)
    assert outcome.saved
    assert outcome.exit_status == 1
    assert set(Card.objects.values_list("card_no", flat=True)) == {"C2"}
    refused = {(p.sheet, p.row, p.column) for p in outcome.findings.refused}
    assert refused == {
        ("Customers", 2, "phone"),
        ("Reception", 2, "card_no"),
        ("Plans", 2, "card_no"),
        ("PlannedContacts", 2, "plan_no"),
        ("Contacts", 2, "card_no"),
        ("Orders", 2, "card_no"),
        ("Payments", 2, "order_no"),
        ("Tickets", 2, "card_no"),
        ("Visits", 2, "card_no"),
    }
    assert outcome.counts["Customers"].refused == 1
    assert Recovery.objects.get().card == card("C2")


def test_of_the_same_key_twice_the_first_is_taken_when_invalid_rows_are_skipped(
    tmp_path: Path,
) -> None:
    outcome = bring(tmp_path, added("Stores", name="另一家"), skip_invalid=True)
    assert only(outcome.findings.refused).row == 4
    assert Store.objects.get(code="SH01").name == "浦东店"


def test_a_row_that_changed_since_it_was_checked_stops_the_import(tmp_path: Path) -> None:
    assert bring(tmp_path / "first", floor()).saved
    update: Book = {"Customers": [{"card_no": "C1", "region": "浦东"}]}
    book = read_book(read_workbook(write_folder(tmp_path / "second", update)), SHANGHAI)
    lookup = check_book(book, StoredRows(), cascade=False)
    Customer.objects.filter(cards__card_no="C1").update(region="徐汇")
    with pytest.raises(Stale):
        save_book(Saving(None, NOW), book, lookup, tmp_path / "second")
    assert card().customer.region == "徐汇"
