"""Broken and forged files, each built by a function from nothing: what a sales floor may send.

Each case is named, has the file name it comes under, the function that writes its bytes, and
the English sentence it is answered with (or a part of it).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import xlsxwriter

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = "card_no,name,phone,owner,level,opened_at\n"
MILLION = 1_048_576


def members(sheet: str = "Customers") -> dict[str, bytes]:
    """The members of a sound workbook of one sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, HEADER.strip().split(","))
        page.write_row(1, 0, ["N1", "郑明", "13900001111", "lin", "A", "2026-03-01"])
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Members as a zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return file.getvalue()


def workbook(sheet_xml: str = "", **more: bytes) -> bytes:
    """A workbook whose one sheet holds this XML, with further members."""
    parts = members()
    if sheet_xml:
        inner = f'<worksheet xmlns="{NS}">{sheet_xml}</worksheet>'
        parts["xl/worksheets/sheet1.xml"] = inner.encode()
    return pack({**parts, **more})


def small(sheet_xml: str) -> bytes:
    """The least that a reader takes for a workbook, around one sheet."""
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return pack(
        {
            "xl/workbook.xml": (
                f'<workbook xmlns="{NS}" xmlns:r="{rel}"><sheets>'
                '<sheet name="Customers" sheetId="1" r:id="r1"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
                "</Relationships>"
            ).encode(),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{NS}">{sheet_xml}</worksheet>'.encode(),
        }
    )


def rows(*cells: tuple[str, str]) -> str:
    """Cells by reference as the XML of a sheet."""
    found = "".join(
        f'<row r="{"".join(filter(str.isdigit, place))}"><c r="{place}"><v>{value}</v></c></row>'
        for place, value in cells
    )
    return f"<sheetData>{found}</sheetData>"


def one_customer(**values: str | float) -> bytes:
    """One customer as .xlsx, with some cells replaced; a number stays one."""
    row: dict[str, str | float] = {
        "card_no": "N1",
        "name": "郑明",
        "phone": "13900001111",
        "owner": "lin",
        "level": "A",
        "opened_at": "2026-03-01",
        **values,
    }
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Customers")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, list(row))
        for place, (name, value) in enumerate(row.items()):
            if isinstance(value, str):
                page.write_string(1, place, value)
            else:
                page.write_number(1, place, value, day if name == "opened_at" else None)
    return file.getvalue()


def a_million_rows() -> bytes:
    claim = f'<dimension ref="A1:XFD{MILLION}"/>'
    return small(claim + rows(("A1", "1"), (f"A{MILLION}", "1")))


def two_far_corners() -> bytes:
    return workbook(rows(("A1", "1"), ("XFD1048576", "2")))


def a_column_too_far() -> bytes:
    return workbook(rows(("XFE1", "1")))


def a_string_of_200_mb() -> bytes:
    text = b"<sst xmlns='" + NS.encode() + b"'><si><t>" + b"A" * 200_000_000 + b"</t></si></sst>"
    return pack({**members(), "xl/sharedStrings.xml": text})


def one_long_string_in_every_cell() -> bytes:
    """6 kB, of which each of 1,080 cells takes the same 30,000 characters."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet("Customers")
        page.write_row(0, 0, HEADER.strip().split(","))
        for line in range(1, 21):
            page.write_row(line, 0, ["x" * 30_000] * 54)
    return file.getvalue()


def a_long_cell() -> bytes:
    return f"{HEADER}N1,{'郑' * 5000},13900001111,lin,A,2026-03-01\n".encode()


def a_bomb() -> bytes:
    return pack({"Customers.csv": b"card_no,name\n" + b"0" * 150_000_000})


def a_bomb_with_a_false_size() -> bytes:
    """The directory says 10 bytes; 300 MB come out."""
    data = bytearray(pack({"Customers.csv": b"0" * 300_000_000}))
    size = (300_000_000).to_bytes(4, "little")
    return bytes(data.replace(size, (10).to_bytes(4, "little")))


def a_zip_in_a_zip() -> bytes:
    return pack({"Customers.zip": pack({"Customers.csv": HEADER.encode()})})


def too_many_members() -> bytes:
    return pack({f"{number}.csv": b"a" for number in range(5000)})


def a_locked_zip() -> bytes:
    data = bytearray(pack({"Customers.csv": HEADER.encode()}))
    data[6] |= 1
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    return bytes(data)


def password_protected() -> bytes:
    return OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 3000


def an_old_xls() -> bytes:
    return OLE + b"\0" * 4000


def cut_off() -> bytes:
    return workbook()[:-900]


def damaged_inside() -> bytes:
    data = bytearray(workbook())
    place = data.index(b"xl/worksheets/sheet1.xml") + 40
    data[place : place + 120] = b"\xff" * 120
    return bytes(data)


def csv_named_xlsx() -> bytes:
    return HEADER.encode()


def a_picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0\x01\x02" * 400


def nothing() -> bytes:
    return b""


def a_page_of_html() -> bytes:
    return b"<html><body><table><tr><td>card_no</td></tr></table></body></html>"


def formula_cells() -> bytes:
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>card_no</t></is></c></row>'
    cells += '<row r="2"><c r="A2"><f>HYPERLINK("http://x","y")</f><v>1</v></c></row>'
    return workbook(f"<sheetData>{cells}</sheetData>")


def a_link_to_another_workbook() -> bytes:
    return workbook(**{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})


def a_connection() -> bytes:
    return workbook(**{"xl/connections.xml": b"<connections/>"})


def macros() -> bytes:
    return workbook(**{"xl/vbaProject.bin": OLE})


def an_entity_bomb() -> bytes:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    inner = f'{doctype}<worksheet xmlns="{NS}"><sheetData>&l9;</sheetData></worksheet>'
    return pack({**members(), "xl/worksheets/sheet1.xml": inner.encode()})


def a_sheet_outside_the_file() -> bytes:
    parts = members()
    rels = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = rels.replace(
        b"worksheets/sheet1.xml", b"../../../etc/passwd"
    )
    return pack(parts)


def sixteen_thousand_columns() -> bytes:
    return (",".join(f"c{number}" for number in range(16_384)) + "\n").encode()


def unknown_bytes() -> bytes:
    return b"card_no,name\nN1,\xff\xff\xfe\x80\x81\n"


def not_csv_at_all() -> bytes:
    return HEADER.encode() + b'"' + b"x" * 200_000


def a_hundred_thousand_and_one_rows() -> bytes:
    return (HEADER + "N,郑,1,lin,A,2026-03-01\n" * 100_001).encode()


def more_refusals_than_anybody_reads() -> bytes:
    """Nothing is wrong with the file; three cells of each of its 4,000 rows are."""
    return (HEADER + "".join(f"N{n},郑,a,lin,z,c\n" for n in range(4000))).encode()


@dataclass(frozen=True)
class Case:
    """One hostile file: what it is called, who writes it, what it is answered."""

    name: str
    build: Callable[[], bytes]
    answer: str

    @property
    def title(self) -> str:
        """The case in words."""
        return self.build.__name__.replace("_", " ")


XLSX, CSV, ZIP = "客户.xlsx", "Customers.csv", "客户.zip"
UNREADABLE = (
    Case(XLSX, a_million_rows, "“Customers” claims 1048576 rows; at most 100000"),
    Case(XLSX, two_far_corners, "“Customers” claims 16384 columns; at most 60"),
    Case(XLSX, a_column_too_far, "claims 16385 columns"),
    Case(XLSX, a_string_of_200_mb, "claims to unpack to 190 MB, too much for its size"),
    Case(ZIP, a_bomb, "claims to unpack to 143 MB, too much for its size"),
    Case(ZIP, a_bomb_with_a_false_size, "damaged"),
    Case(ZIP, a_zip_in_a_zip, "another packed file, Customers.zip"),
    Case(ZIP, too_many_members, "claims to hold 5000 files; at most 200"),
    Case(ZIP, a_locked_zip, "protected by a password"),
    Case(XLSX, password_protected, "protected by a password"),
    Case("旧表.xls", an_old_xls, "older Excel"),
    Case(XLSX, cut_off, "cut off: its end is missing"),
    Case(XLSX, damaged_inside, "damaged"),
    Case(XLSX, csv_named_xlsx, "a text file named .xlsx"),
    Case(XLSX, a_page_of_html, "a text file named .xlsx"),
    Case("照片.xlsx", a_picture, "neither a workbook nor a zip"),
    Case(XLSX, a_link_to_another_workbook, "links to other files"),
    Case(XLSX, a_connection, "links to other files"),
    Case("客户.xlsm", macros, "holds macros"),
    Case(XLSX, an_entity_bomb, "damaged"),
    Case(XLSX, a_sheet_outside_the_file, "damaged"),
    Case(CSV, sixteen_thousand_columns, "“Customers” claims 16384 columns; at most 60"),
    Case(CSV, unknown_bytes, "encoding of Customers is not known"),
    Case(CSV, not_csv_at_all, "Customers is not a csv file"),
    Case(CSV, a_hundred_thousand_and_one_rows, "“Customers” claims 100001 rows"),
)
# The reader takes these; what comes after it does not.
MOST = "More than 10000 cells are refused, one in Customers, row 3335, column opened_at"
CHECKED = (Case(CSV, more_refusals_than_anybody_reads, MOST),)
