"""Each rule of the workbook that refuses a row names sheet, row, column and value."""

# ruff: noqa: E501 (a table reads best with one case a line)
from __future__ import annotations

from pathlib import Path

import pytest

from crm.customers.models import Card
from crm.exchange.sheets.problems import Problem
from crm.people.models import Store, User
from crm.records.models import AuditEvent
from tests.exchange.books import Book, added, bring, changed, floor, only

pytestmark = pytest.mark.django_db


def without(sheet: str, column: str, row: int = 0) -> Book:
    book = floor()
    book[sheet][row].pop(column)
    return book


LATE, EARLY = "2026-09-21 10:00", "2026-08-20 10:00"
A_DAY_AND_MORE = "2026-08-31 09:59:59"
COMPLETED = {"status": "completed", "completed_at": "2026-09-18 11:00"}

# (what is wrong, the workbook, sheet, row, column, value, words of the reason)
CASES: list[tuple[str, Book, str, int, str, str, str]] = [
    # filled when a row creates something
    ("store without a name", changed("Stores", name=""), "Stores", 2, "name", "", "filled"),
    ("person without a role", changed("Staff", role=""), "Staff", 2, "role", "", "filled"),
    ("person without a store", changed("Staff", store=""), "Staff", 2, "store", "", "store"),
    ("product without a name", changed("Products", name=""), "Products", 2, "name", "", "filled"),
    ("card without opening", changed("Customers", opened_at=""), "Customers", 2, "opened_at", "", "filled"),
    ("card without a name", changed("Customers", name=""), "Customers", 2, "name", "", "name"),
    ("card without a contact", changed("Customers", phone=""), "Customers", 2, "phone", "", "phone"),
    ("card without an owner", changed("Customers", owner=""), "Customers", 2, "owner", "", "owner"),
    ("entry without a kind", changed("Reception", kind=""), "Reception", 2, "kind", "", "filled"),
    ("plan without an author", changed("Plans", author=""), "Plans", 2, "author", "", "filled"),
    ("step without a method", changed("PlannedContacts", method=""), "PlannedContacts", 2, "method", "", "filled"),
    ("contact without an outcome", changed("Contacts", outcome=""), "Contacts", 2, "outcome", "", "outcome"),
    ("order without a product", changed("Orders", product=""), "Orders", 2, "product", "", "filled"),
    ("signed order without time", changed("Orders", signed_at=""), "Orders", 2, "signed_at", "", "signing"),
    ("delivered order without signing", changed("Orders", signed_at="", status="delivered"), "Orders", 2, "signed_at", "", "signing"),
    ("payment without an amount", changed("Payments", amount=""), "Payments", 2, "amount", "", "filled"),
    ("visit without a day", changed("Visits", due_on=""), "Visits", 2, "due_on", "", "filled"),
    ("ticket without a category", changed("Tickets", category=""), "Tickets", 2, "category", "", "filled"),
    ("recovery without a handler", changed("Recoveries", handler=""), "Recoveries", 2, "handler", "", "filled"),
    ("row without its key", changed("Orders", order_no=""), "Orders", 2, "order_no", "", "number"),
    # keys and references
    ("the same key twice", added("Orders"), "Orders", 3, "order_no", "E1", "row 2"),
    ("unknown owner", changed("Customers", owner="nobody"), "Customers", 2, "owner", "nobody", "Staff"),
    ("unknown first owner", changed("Customers", first_owner="x"), "Customers", 2, "first_owner", "x", "Staff"),
    ("unknown card", changed("Contacts", card_no="C9"), "Contacts", 2, "card_no", "C9", "Customers"),
    ("unknown referrer", changed("Customers", referrer="C9"), "Customers", 2, "referrer", "C9", "Customers"),
    ("unknown plan", changed("PlannedContacts", plan_no="P9"), "PlannedContacts", 2, "plan_no", "P9", "Plans"),
    ("unknown planned contact", changed("Contacts", planned_no="L9"), "Contacts", 2, "planned_no", "L9", "PlannedContacts"),
    ("unknown ticket", changed("Visits", ticket_no="T9"), "Visits", 2, "ticket_no", "T9", "Tickets"),
    ("unknown order", changed("Payments", order_no="E9"), "Payments", 2, "order_no", "E9", "Orders"),
    ("unknown product", changed("Orders", product="X9"), "Orders", 2, "product", "X9", "Products"),
    ("unknown store", changed("Staff", store="GZ01"), "Staff", 2, "store", "GZ01", "Stores"),
    ("plan of another card", changed("Contacts", card_no="C2"), "Contacts", 2, "planned_no", "L1", "C1"),
    # inconsistent rows
    ("completed without time", changed("Visits", status="completed"), "Visits", 2, "completed_at", "", "time"),
    ("lost without time", changed("Customers", status="lost"), "Customers", 2, "lost_at", "", "lost"),
    ("resolved without time", changed("Tickets", status="resolved"), "Tickets", 2, "resolved_at", "", "time"),
    ("closed without time", changed("Tickets", status="closed"), "Tickets", 2, "resolved_at", "", "time"),
    ("rating of a due visit", changed("Visits", satisfaction="5"), "Visits", 2, "satisfaction", "5", "completed"),
    ("declined and rated", changed("Visits", satisfaction="5", declined="是", **COMPLETED), "Visits", 2, "declined", "是", "rat"),
    ("left before arrival", changed("Reception", left_at="2026-09-01 09:29"), "Reception", 2, "left_at", "2026-09-01 09:29", "arrived_at"),
    ("lost before opening", changed("Customers", status="lost", lost_at=EARLY), "Customers", 2, "lost_at", EARLY, "opened_at"),
    ("delivered before signing", changed("Orders", delivered_at=EARLY), "Orders", 2, "delivered_at", EARLY, "signed_at"),
    ("cancelled before signing", changed("Orders", status="cancelled", cancelled_at=EARLY), "Orders", 2, "cancelled_at", EARLY, "signed_at"),
    *(
        (f"{column} before report", changed("Tickets", **{column: EARLY}), "Tickets", 2, column, EARLY, "reported_at")
        for column in ("onsite_at", "resolved_at", "closed_at", "reopened_at", "deadline")
    ),
    ("closed before it opened", changed("Recoveries", closed_at=EARLY), "Recoveries", 2, "closed_at", EARLY, "opened_at"),
    ("contact before its card", changed("Contacts", occurred_at=A_DAY_AND_MORE), "Contacts", 2, "occurred_at", A_DAY_AND_MORE, "day"),
    ("second live plan", added("Plans", plan_no="P2", status="draft"), "Plans", 3, "status", "draft", "P1"),
    ("budget upside down", changed("Customers", budget_min="9", budget_max="8"), "Customers", 2, "budget_max", "8", "budget_min"),
    # values
    ("grade 0", changed("Visits", satisfaction="0", **COMPLETED), "Visits", 2, "satisfaction", "0", "1"),
    ("grade 6", changed("Visits", satisfaction="6", **COMPLETED), "Visits", 2, "satisfaction", "6", "5"),
    ("recommendation 11", changed("Visits", recommend="11"), "Visits", 2, "recommend", "11", "10"),
    ("recommendation -1", changed("Visits", recommend="-1"), "Visits", 2, "recommend", "-1", "0"),
    ("stage 3", changed("Recoveries", stage="3"), "Recoveries", 2, "stage", "3", "2"),
    ("quantity of a half", changed("Orders", quantity="1.5"), "Orders", 2, "quantity", "1.5", "whole"),
    ("amount in words", changed("Orders", amount="六万"), "Orders", 2, "amount", "六万", "number"),
    ("amount beyond bounds", changed("Orders", amount="1" + "0" * 12), "Orders", 2, "amount", "1" + "0" * 12, "large"),
    ("a thousandth", changed("Orders", amount="1.005"), "Orders", 2, "amount", "1.005", "two decimals"),
    ("misplaced separator", changed("Orders", amount="1,23"), "Orders", 2, "amount", "1,23", "number"),
    ("unknown status", changed("Customers", status="asleep"), "Customers", 2, "status", "asleep", "pool"),
    ("unknown method", changed("Contacts", method="pigeon"), "Contacts", 2, "method", "pigeon", "phone"),
    ("neither yes nor no", changed("Reception", first_time="maybe"), "Reception", 2, "first_time", "maybe", "yes"),
    ("no such day", changed("Customers", opened_at="2026-02-30"), "Customers", 2, "opened_at", "2026-02-30", "no such day"),
    ("no time at all", changed("Customers", opened_at="soon"), "Customers", 2, "opened_at", "soon", "2026-09-01 08:30"),
    ("year 1", changed("Customers", opened_at="0001-01-01"), "Customers", 2, "opened_at", "0001-01-01", "year"),
    ("time in a day column", changed("Visits", due_on="2026-09-18 10:00"), "Visits", 2, "due_on", "2026-09-18 10:00", "date"),
    ("month 13 of the moon", changed("Customers", lunar_birthday="13-01"), "Customers", 2, "lunar_birthday", "13-01", "04-15"),
    ("short phone", changed("Customers", phone="1380013800"), "Customers", 2, "phone", "1380013800", "short"),
    ("no phone", changed("Customers", phone="unknown"), "Customers", 2, "phone", "unknown", "phone number"),
    ("no e-mail address", changed("Customers", email="zhang@"), "Customers", 2, "email", "zhang@", "e-mail"),
    ("long key", changed("Orders", order_no="E" * 41), "Orders", 2, "order_no", "E" * 41, "40"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_row_that_breaks_a_rule_is_refused_and_nothing_is_saved(
    tmp_path: Path, case: tuple[str, Book, str, int, str, str, str]
) -> None:
    _name, book, sheet, row, column, value, words = case
    outcome = bring(tmp_path, book)
    found = [
        p for p in outcome.findings.refused if (p.sheet, p.row, p.column) == (sheet, row, column)
    ]
    problem = only(found)
    assert problem.value == value
    assert words in problem.why
    sentence = str(problem)
    assert f"{sheet}, row {row}, column {column}, value “{value}”: " in sentence
    assert not outcome.saved
    assert outcome.exit_status == 1
    assert not any(model.objects.exists() for model in (User, Store, Card))
    assert not AuditEvent.objects.filter(action="exchange.import_workbook").exists()


def test_the_small_floor_itself_is_clean(tmp_path: Path) -> None:
    outcome = bring(tmp_path, floor())
    assert [str(problem) for problem in outcome.findings.refused] == []
    assert outcome.saved
    assert outcome.exit_status == 0


ALLOWED: list[tuple[str, Book]] = [
    ("a contact a day before its card", changed("Contacts", occurred_at="2026-08-31 10:00")),
    ("a ticket resolved again", changed("Tickets", status="resolved", reopened_at=LATE, resolved_at="2026-09-22")),
    ("a closed ticket with its closing only", changed("Tickets", status="closed", closed_at=LATE)),
    ("a draft that nobody signed", changed("Orders", signed_at="", status="draft")),
    ("an order cancelled unsigned", changed("Orders", signed_at="", status="cancelled", cancelled_at=LATE)),
    ("a pool card without an owner", changed("Customers", status="pool", owner="")),
    ("a pool card with an owner", changed("Customers", status="pool")),
    ("a lead", changed("Customers", owner="", level="")),
    ("an anonymised card", changed("Customers", name="", phone="", owner="")),
    ("a card with WeChat only", changed("Customers", phone="", wechat="zhangwei")),
    ("a general manager without a store", changed("Staff", 1, role="general_manager", store="", team="")),
    ("a second plan that is over", added("Plans", plan_no="P2", status="completed")),
    ("a visit before the card", changed("Visits", due_on="2026-08-01")),
    ("an order on a lost card", changed("Customers", status="lost", lost_at=LATE)),
    ("a plan older than its card", changed("Plans", created_at=EARLY)),
]  # fmt: skip


@pytest.mark.parametrize("case", ALLOWED, ids=[case[0] for case in ALLOWED])
def test_history_that_breaks_only_todays_rules_comes_in(
    tmp_path: Path, case: tuple[str, Book]
) -> None:
    outcome = bring(tmp_path, case[1])
    assert [str(problem) for problem in outcome.findings.refused] == []
    assert outcome.saved


def test_a_missing_key_column_refuses_the_sheet(tmp_path: Path) -> None:
    outcome = bring(tmp_path, {"Stores": [{"name": "浦东店"}]})
    problem = only(outcome.findings.refused)
    assert (problem.sheet, problem.row, problem.column) == ("Stores", 1, "code")
    assert "编号" in problem.why
    assert not Store.objects.exists()


def test_two_columns_that_mean_the_same_refuse_the_sheet(tmp_path: Path) -> None:
    outcome = bring(tmp_path, {"Stores": [{"code": "SH01", "编号": "SH02", "name": "浦东店"}]})
    problem = only(outcome.findings.refused)
    assert (problem.row, problem.column) == (1, "编号")
    assert not Store.objects.exists()


def test_a_sheet_given_twice_is_refused(tmp_path: Path) -> None:
    book = floor()
    book["门店"] = [{"code": "GZ01", "name": "广州店"}]
    outcome = bring(tmp_path, book)
    problem = only(outcome.findings.refused)
    assert isinstance(problem, Problem)
    assert "same sheet" in problem.why
    assert not Store.objects.exists()


def test_a_missing_bold_column_refuses_new_rows_but_not_updates(tmp_path: Path) -> None:
    outcome = bring(tmp_path, {"Stores": [{"code": "SH01"}]})
    assert only(outcome.findings.refused).column == "name"
    assert bring(tmp_path / "all", floor()).saved
    assert bring(tmp_path / "again", {"Stores": [{"code": "SH01"}]}).saved


def test_only_the_row_at_fault_is_named_when_others_refer_to_it(tmp_path: Path) -> None:
    outcome = bring(tmp_path, changed("Customers", phone="12"))
    assert {(p.sheet, p.row) for p in outcome.findings.refused} == {("Customers", 2)}
