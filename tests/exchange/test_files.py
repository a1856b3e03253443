"""Workbooks in every form, and files that are refused unread."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from crm.customers.models import Card, Customer
from crm.exchange.sheets.files import read_workbook
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import UPLOAD
from crm.people.models import Store, User
from tests.exchange.books import (
    Book,
    bring,
    bring_in,
    changed,
    csv_text,
    floor,
    only,
    write_folder,
    write_xlsx,
)

CHINESE: Book = {
    "门店": [{"编号": "SH01", "名称": "上海浦东店"}],
    "员工": [{"账号": "lin", "姓名": "林晓彤", "角色": "销售顾问", "门店": "SH01", "在职": "是"}],
    "客户": [
        {
            "卡号": "C1",
            "姓名": "张国荣",
            "电话": "13800138000",
            "归属销售": "lin",
            "意向级别": "A",
            "建卡时间": "2026/9/1 8:30",
            "状态": "跟进中",
        }
    ],
}
TRADITIONAL: Book = {
    "門店": [{"編號": "TW01", "名稱": "臺北內湖店"}],
    "員工": [{"帳號": "lin", "姓名": "林曉彤", "角色": "銷售顧問", "門店": "TW01"}],
    "客戶": [
        {
            "卡號": "C1",
            "姓名": "張國榮",
            "電話": "13800138000",
            "歸屬銷售": "lin",
            "意向級別": "A",
            "建卡時間": "2026/9/1 8:30",
        }
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_headers_are_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    outcome = bring_in(write_folder(tmp_path / "book", CHINESE, encoding=encoding))
    assert outcome.saved
    assert not outcome.findings.warnings
    assert Card.objects.get().customer.name == "张国荣"
    assert User.objects.get(username="lin").name == "林晓彤"
    shown = {"gb18030": "GB18030", "utf-16": "UTF-16"}.get(encoding, "UTF-8")
    assert set(outcome.findings.encodings.values()) == {shown}


@pytest.mark.django_db
def test_big5_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "book", TRADITIONAL, encoding="big5hkscs")
    customers = (folder / "客戶.csv").read_bytes()
    assert "張國榮" not in customers.decode("gb18030")  # no error, wrong characters
    outcome = bring_in(folder)
    assert [str(p) for p in outcome.findings.refused] == []
    assert Customer.objects.get().name == "張國榮"
    assert set(outcome.findings.encodings.values()) == {"Big5"}


@pytest.mark.django_db
def test_english_headers_leave_the_encoding_in_doubt_and_it_is_said(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "book", floor())
    stores = csv_text(
        [{"code": "SH01", "name": "上海浦东店"}, {"code": "BJ01", "name": "北京朝阳店"}]
    )
    (folder / "Stores.csv").write_bytes(stores.encode("gb18030"))
    outcome = bring_in(folder)
    assert Store.objects.get(code="SH01").name == "上海浦东店"
    assert outcome.findings.encodings["Stores"] == "GB18030"
    for problem in outcome.findings.warnings:
        assert "GB18030" in problem.why


@pytest.mark.django_db
def test_a_zip_is_read_like_a_folder_whatever_its_names_are_encoded_in(tmp_path: Path) -> None:
    path = tmp_path / "floor.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for sheet, rows in CHINESE.items():
            packed.writestr(f"2026/{sheet}.csv", csv_text(rows).encode("gb18030"))
        packed.writestr("__MACOSX/._x.csv", b"\x00")
    outcome = bring_in(path)
    assert outcome.saved
    assert Store.objects.get().name == "上海浦东店"
    assert outcome.findings.unknown == []


@pytest.mark.django_db
def test_tabs_and_semicolons_separate_too(tmp_path: Path) -> None:
    (tmp_path / "Stores.csv").write_text("code;name\nSH01;浦东店\n")
    (tmp_path / "Products.csv").write_text("code\tname\nCITY\t小方\n")
    assert bring_in(tmp_path).saved
    assert Store.objects.get().name == "浦东店"


@pytest.mark.django_db
def test_unknown_sheets_and_columns_are_named(tmp_path: Path) -> None:
    book = changed("Stores", 0, manager="沈店长")
    book["Summary"] = [{"total": "3"}]
    outcome = bring(tmp_path, book)
    assert outcome.saved
    assert any("Summary" in sentence for sentence in outcome.findings.unknown)
    assert any("Stores" in s and "manager" in s for s in outcome.findings.unknown)


@pytest.mark.django_db
def test_headers_ignore_case_space_and_order(tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text(" NAME , Re gion,Code\n浦东店,华东,SH01\n")
    assert bring_in(tmp_path).saved
    assert Store.objects.get(code="SH01").region == "华东"


@pytest.mark.django_db
def test_rows_are_counted_as_the_spreadsheet_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "gap.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Stores")
        page.write_row(2, 1, ["code", "name"])
        page.write_row(6, 1, ["SH01", ""])
    problem = only(bring_in(path).findings.refused)
    assert (problem.row, problem.column) == (7, "name")


@pytest.mark.django_db
def test_a_real_formula_is_refused_and_text_that_looks_like_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "sum.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        page = book.add_worksheet("Stores")
        page.write_row(0, 0, ["code", "name", "region"])
        page.write_row(1, 0, ["SH01", "=1+1", "华东"])
        page.write_row(2, 0, ["BJ01", "朝阳店"])
        page.write_formula(2, 2, '="华"&"北"', None, "华北")
    problem = only(bring_in(path).findings.refused)
    assert (problem.sheet, problem.row, problem.column) == ("Stores", 3, "region")
    assert problem.value == '="华"&"北"'
    assert not Store.objects.exists()


@pytest.mark.django_db
def test_a_formula_without_a_remembered_value_is_refused_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Stores"
    page.append(["code", "name", "extra"])
    page.append(["SH01", "浦东店"])
    page["C2"] = "=1+1"
    page["A4"] = "=A2"
    book.save(tmp_path / "sum.xlsx")
    problems = bring_in(tmp_path / "sum.xlsx").findings.refused
    assert {(p.row, p.column, p.value) for p in problems} == {(2, "C", "=1+1"), (4, "code", "=A2")}


@pytest.mark.django_db
def test_numbers_shown_with_leading_zeros_keep_them(tmp_path: Path) -> None:
    path = tmp_path / "zeros.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Stores")
        page.write_row(0, 0, ["code", "name"])
        page.write_number(1, 0, 7, book.add_format({"num_format": "0000"}))
        page.write(1, 1, "浦东店")
        page.write_number(2, 0, 8)
        page.write(2, 1, "朝阳店")
    assert bring_in(path).saved
    assert set(Store.objects.values_list("code", flat=True)) == {"0007", "8"}


@pytest.mark.parametrize("name", ["nothing.xlsx", "folder"])
def test_what_is_not_there_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable, match=name):
        read_workbook(tmp_path / name)


def test_a_folder_without_sheets_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "letter.csv").write_text("a,b\n1,2\n")
    with pytest.raises(Unreadable):
        read_workbook(tmp_path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0 an old .xls"])
def test_a_damaged_file_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "floor.xlsx"
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        read_workbook(path)


def forged(path: Path, sheet_xml: str) -> Path:
    """A workbook whose one sheet is this XML."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Stores").write(0, 0, "code")
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    members["xl/worksheets/sheet1.xml"] = sheet_xml.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return path


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="AAAAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A99999999"><v>1</v></c></row>',
        "<row><c r='A1'>",
        f'<row r="{"9" * 5000}"><c><v>1</v></c></row>',
    ],
)
def test_a_sheet_that_claims_an_absurd_size_is_refused_unread(tmp_path: Path, rows: str) -> None:
    with pytest.raises(Unreadable):
        read_workbook(forged(tmp_path / "forged.xlsx", SHEET.format(rows)))


def test_a_sparkline_behind_the_cells_is_no_formula(tmp_path: Path) -> None:
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>'
    extension = '</sheetData><extLst><ext><f xmlns="urn:x">Stores!A1</f></ext></extLst><sheetData>'
    (sheet,) = read_workbook(forged(tmp_path / "spark.xlsx", SHEET.format(cell + extension)))
    assert not sheet.formulas
    assert sheet.rows[0] == (1, ["code"])


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + SHEET.format("&a;")
    with pytest.raises(Unreadable):
        read_workbook(forged(tmp_path / "forged.xlsx", bomb))


def test_an_upload_may_claim_less_than_the_command_line(tmp_path: Path) -> None:
    wide = io.StringIO()
    csv.writer(wide).writerow(["code", *("x" * 61)])
    (tmp_path / "Stores.csv").write_text(wide.getvalue())
    assert read_workbook(tmp_path)
    with pytest.raises(Unreadable):
        read_workbook(tmp_path, UPLOAD)


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("Stores.csv", b"code,name\n" + b" " * 30_000_000)
    with pytest.raises(Unreadable, match="claims"):
        read_workbook(path, UPLOAD)


@pytest.mark.django_db
def test_real_dates_numbers_and_truth_values_of_a_spreadsheet(tmp_path: Path) -> None:
    book = changed("Customers", opened_at=dt.datetime(2026, 9, 1, 10), phone=13800138000)
    book["Orders"][0]["amount"] = 69800.5
    book["Reception"][0]["first_time"] = False
    outcome = bring_in(write_xlsx(tmp_path / "floor.xlsx", book))
    assert [str(problem) for problem in outcome.findings.refused] == []
    card = Card.objects.get(card_no="C1")
    assert card.customer.phone == "+8613800138000"
    assert card.orders.get().amount == Decimal("69800.50")
    assert card.receptions.get().first_time is False
