"""The commands: exit status, what is printed, the report, and the order of columns kept."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import models

from crm.customers.models import Card, Customer
from crm.exchange.queues.tables import tables
from crm.people.models import User
from tests.exchange.books import SAMPLE, changed, floor, write_folder

pytestmark = pytest.mark.django_db


def run(command: str, *arguments: object) -> tuple[int, str, str]:
    """(exit status, what was printed, what was complained)."""
    out, complaints = io.StringIO(), io.StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out, stderr=complaints)
    except CommandError as error:
        return error.returncode, out.getvalue(), complaints.getvalue() + str(error)
    return 0, out.getvalue(), complaints.getvalue()


def test_everything_saved_is_exit_0() -> None:
    status, out, complaints = run("import_workbook", SAMPLE / "floor.xlsx")
    assert (status, complaints) == (0, "")
    assert "Customers: 342 new, 0 changed, 0 unchanged" in out


def test_something_refused_is_exit_1_and_names_it(tmp_path: Path) -> None:
    book = write_folder(tmp_path / "book", changed("Visits", recommend="11"))
    status, _out, complaints = run("import_workbook", book)
    assert status == 1
    assert "Visits, row 2, column recommend, value “11”: the most is 10" in complaints
    assert not User.objects.exists()
    status, _out, complaints = run("import_workbook", book, "--skip-invalid")
    assert status == 1
    assert User.objects.count() == 4


@pytest.mark.parametrize("name", ["nothing.xlsx", "letter.pdf"])
def test_what_cannot_be_read_is_exit_2(tmp_path: Path, name: str) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7")
    status, _out, complaints = run("import_workbook", tmp_path / name)
    assert status == 2
    assert complaints


def test_a_dry_run_is_exit_0_and_saves_nothing() -> None:
    status, out, _complaints = run("import_workbook", SAMPLE / "floor.zip", "--dry-run")
    assert status == 0
    assert "Contacts: 840 new" in out
    assert not Card.objects.exists()


def test_the_report_lists_what_was_refused_and_why(tmp_path: Path) -> None:
    book = changed("Visits", recommend="11")
    book["Stores"][0]["manager"] = "沈"
    report = tmp_path / "report.xlsx"
    status, _out, _complaints = run(
        "import_workbook", write_folder(tmp_path / "book", book), "--report", report
    )
    assert status == 1
    pages = openpyxl.load_workbook(report).worksheets
    lines = [[cell.value for cell in row] for row in pages[1].iter_rows(min_row=2)]
    assert lines == [["Visits", 2, "recommend", "11", "the most is 10"]]
    unknown = [row[0].value for row in pages[3].iter_rows(min_row=2)]
    assert len(unknown) == 1
    assert "manager" in unknown[0]


def test_export_says_what_it_wrote_and_refuses_nonsense(tmp_path: Path) -> None:
    run("import_workbook", write_folder(tmp_path / "book", floor()))
    status, out, _complaints = run("export_workbook", tmp_path / "out.xlsx")
    assert (status, "Customers: 2" in out) == (0, True)
    assert (tmp_path / "out.xlsx").exists()
    assert run("export_workbook", tmp_path / "out.pdf")[0] == 2
    assert run("export_workbook", tmp_path / "out.xlsx", "--store", "XX")[0] == 2
    window = ("--from", "2026-10-02", "--to", "2026-10-01")
    assert run("export_workbook", tmp_path / "out.xlsx", *window)[0] == 2
    assert run("export_workbook", tmp_path / "no" / "out.xlsx")[0] == 2
    assert list(tmp_path.glob(".*.part")) == []


def test_no_column_takes_more_than_its_field_keeps() -> None:
    """A text too long is refused with a sentence, never by the database."""
    for table in tables().values():
        for column in table.sheet.columns:
            path = {"model": "model_text"}.get(column.key, table.path(column.key))
            field = _field(table.rows.model, path)
            length = getattr(field, "max_length", None)
            is_text = isinstance(field, (models.CharField, models.TextField))
            if is_text and length and not column.refers_to and not column.choices:
                kept = {"phone": 20, "phone2": 20, "lunar_birthday": 6}.get(
                    column.key, column.longest
                )
                assert kept <= length, (table.sheet.key, column.key)


def _field(model: type[models.Model], path: str) -> models.Field | None:
    first, _sep, rest = path.partition("__")
    known = {field.name: field for field in model._meta.fields}
    if first not in known:
        return None
    if rest:
        return _field(known[first].related_model, rest)
    return known[first]


def test_customers_columns_are_all_stored_somewhere() -> None:
    columns = {column.key for column in tables()["Customers"].sheet.columns}
    assert {"name", "phone", "email"} <= columns & {field.name for field in Customer._meta.fields}
