"""What goes out comes in again: rows, figures, windows, text that looks like a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.customers import states as card_states
from crm.customers.models import Card, Customer
from crm.exchange.actions.exports import export_workbook
from crm.exchange.queues.stored import StoredRows
from crm.exchange.queues.window import Window, rows_in
from crm.exchange.sheets.registry import SHEETS
from crm.records.models import AuditEvent
from tests.exchange.books import NOW, SAMPLE, bring, bring_in, changed, floor

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 10, 5), dt.date(2026, 10, 11)


def export(path: Path, window: Window | None = None) -> dict[str, int]:
    return export_workbook(path, window or Window(), by=None, now=NOW)


def everything() -> dict[str, Any]:
    return rows_in(Window(), StoredRows())


def figures() -> list[dict[str, Any]]:
    """The KPIs of a week and a month, by person, team and store."""
    found = []
    for first, last in (("2026-10-05", "2026-10-11"), ("2026-09-01", "2026-09-30")):
        for by in ("person", "team", "store"):
            out = io.StringIO()
            call_command(
                "kpi", "--from", first, "--to", last, "--by", by, format="json", stdout=out
            )
            found.append(json.loads(out.getvalue()))
    return found


def empty_database() -> None:
    call_command("flush", interactive=False, verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["out.xlsx", "out.zip"])
def test_an_export_imported_into_an_empty_database_gives_the_same(
    tmp_path: Path, name: str
) -> None:
    bring_in(SAMPLE / "floor.xlsx")
    rows, kpis = everything(), figures()
    counts = export(tmp_path / name)
    assert counts["Contacts"] == 840
    empty_database()
    assert not Card.objects.exists()
    outcome = bring_in(tmp_path / name)
    assert [str(problem) for problem in outcome.findings.refused] == []
    assert outcome.findings.unknown == []
    assert everything() == rows
    assert figures() == kpis


@pytest.mark.parametrize("name", ["out.xlsx", "out.zip"])
def test_an_export_imported_where_it_came_from_changes_nothing(tmp_path: Path, name: str) -> None:
    book = changed(
        "Customers", phone2="+1 650-253-0000", lunar_birthday="R04-15", birthday="1990-04-15"
    )
    book["Customers"][0].update(notes='第一行\n第二行,"引号"', budget_min="1,000.50", region="'一")
    assert bring(tmp_path, book).saved
    export(tmp_path / name)
    outcome = bring_in(tmp_path / name)
    for sheet, counts in outcome.counts.items():
        assert (counts.created, counts.updated, counts.refused) == (0, 0, 0), sheet


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1-1", "@SUM(A1)", "＝1+1", "http://example.com", "0123", "'=1"]
)
def test_text_stays_text_both_ways(tmp_path: Path, text: str) -> None:
    assert bring(tmp_path, changed("Customers", notes=text)).saved
    stored = Card.objects.get(card_no="C1").notes
    for name in ("out.xlsx", "out.zip"):
        export(tmp_path / name)
        outcome = bring_in(tmp_path / name)
        assert outcome.counts["Customers"].unchanged == 2
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    page = book["Customers"]
    place = [cell.value for cell in page[1]].index("notes")
    cell = page[2][place]
    assert (cell.value, cell.data_type) == (stored, "s")
    assert cell.hyperlink is None


def test_every_sheet_and_column_is_written_and_no_cell_calculates(tmp_path: Path) -> None:
    bring_in(SAMPLE / "floor.zip")
    export(tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == [sheet.key for sheet in SHEETS]
    for sheet in SHEETS:
        page = book[sheet.key]
        assert [cell.value for cell in page[1]] == [column.key for column in sheet.columns]
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)


def test_a_csv_export_disarms_formulas_for_spreadsheets(tmp_path: Path) -> None:
    assert bring(tmp_path, changed("Customers", notes="=1+1")).saved
    export(tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as packed:
        data = packed.read("Customers.csv")
    assert data.startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert (row["notes"], row["phone"]) == ("'=1+1", "'+8613800138000")


def test_a_window_takes_its_rows_and_whatever_they_refer_to(tmp_path: Path) -> None:
    bring_in(SAMPLE / "floor.zip")
    export(tmp_path / "week.xlsx", Window(FIRST, LAST))
    found = rows_in(Window(FIRST, LAST), StoredRows())
    whole = everything()
    for sheet in SHEETS:
        for row in found[sheet.key].values():
            for column in sheet.references:
                if row[column.key]:
                    assert row[column.key] in found[column.refers_to]
    inside = {
        key for key, row in whole["Contacts"].items() if FIRST <= row["occurred_at"].date() <= LAST
    }
    assert set(found["Contacts"]) == inside
    assert 0 < len(found["Customers"]) < len(whole["Customers"])
    visits = {key for key, row in whole["Visits"].items() if FIRST <= row["due_on"] <= LAST}
    assert visits == set(found["Visits"])


@pytest.mark.django_db(transaction=True)
def test_a_window_can_be_imported_by_itself(tmp_path: Path) -> None:
    bring_in(SAMPLE / "floor.zip")
    export(tmp_path / "week.xlsx", Window(FIRST, LAST, "SH01"))
    empty_database()
    outcome = bring_in(tmp_path / "week.xlsx")
    assert [str(problem) for problem in outcome.findings.refused] == []
    assert outcome.saved


def test_a_store_takes_its_own_rows() -> None:
    bring_in(SAMPLE / "floor.zip")
    found = rows_in(Window(store="SH01"), StoredRows())
    people = {key: row["store"] for key, row in found["Staff"].items()}
    own = {key for key, store in people.items() if store == "SH01"}
    assert len(own) == 11
    assert all(people[str(row["staff"])] == "SH01" for row in found["Contacts"].values())
    assert found["Contacts"]


def test_merged_cards_go_out_under_the_one_that_survived(tmp_path: Path) -> None:
    book = floor()
    book["Customers"][1]["referrer"] = "C1"
    assert bring(tmp_path, book).saved
    survivor = Card.objects.get(card_no="C2")
    Card.objects.filter(card_no="C1").update(state=card_states.MERGED, merged_into=survivor)
    found = everything()
    assert set(found["Customers"]) == {"C2"}
    for sheet in ("Reception", "Plans", "Contacts", "Orders", "Visits", "Tickets"):
        assert {row["card_no"] for row in found[sheet].values()} == {"C2"}


def test_an_anonymised_card_goes_out_without_personal_data(tmp_path: Path) -> None:
    book = changed("Customers", wechat="zw", notes="住世纪大道", address="世纪大道1号", gender="男")
    book["Contacts"][0]["feedback"] = "张伟说再想想"
    book["Orders"][0]["plate"] = "沪A12345"
    assert bring(tmp_path, book).saved
    Card.objects.filter(card_no="C1").update(state=card_states.ANONYMISED)
    Customer.objects.filter(cards__card_no="C1").update(anonymised_at=NOW)
    found = everything()
    row = found["Customers"]["C1"]
    for column in ("name", "phone", "wechat", "email", "address", "gender", "notes"):
        assert row[column] is None
    assert (row["owner"], row["level"], row["status"]) == ("lin", "A", "open")
    assert found["Contacts"]["O1"]["feedback"] is None
    assert found["Orders"]["E1"]["plate"] is None


def test_an_export_is_on_the_audit_trail(tmp_path: Path) -> None:
    assert bring(tmp_path, floor()).saved
    export(tmp_path / "out.xlsx", Window(FIRST, LAST))
    event = AuditEvent.objects.get(action="exchange.export_workbook")
    assert (event.after["from"], event.after["to"]) == ("2026-10-05", "2026-10-11")
    assert len(event.after["sha256"]) == 64


def test_reading_costs_as_many_statements_for_any_number_of_rows(tmp_path: Path) -> None:
    assert bring(tmp_path, floor()).saved
    with CaptureQueriesContext(connection) as few:
        everything()
    bring_in(SAMPLE / "floor.zip")
    with CaptureQueriesContext(connection) as many:
        everything()
    assert len(many) == len(few)
