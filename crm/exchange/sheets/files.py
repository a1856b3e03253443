"""Reading a workbook in any of its forms; what it is, is told by its bytes, not by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from crm.exchange.sheets.csv_files import TEXT_FILES, read_alone, read_folder, read_zip
from crm.exchange.sheets.headers import sheet_named
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import COMMAND_LINE, Limits, RawSheet
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.xlsx_files import read_xlsx

OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MAGIC_BYTES = 1 << 16


def read_workbook(path: Path, limits: Limits = COMMAND_LINE) -> list[RawSheet]:
    """The sheets of an .xlsx, a .csv, or of a folder or zip of .csv files.

    Raises `Unreadable` with a sentence when there is nothing that can be read, or no sheet
    whose name is known.
    """
    return list(sheets_of_workbook(path, limits))


def sheets_of_workbook(path: Path, limits: Limits = COMMAND_LINE) -> Iterator[RawSheet]:
    """As `read_workbook`, one sheet after the other, so that only one is held at a time."""
    known = path.is_file()
    for sheet in stream_workbook(path, path.name, limits):
        known = known or sheet_named(sheet.name) is not None
        yield sheet
    if not known:
        raise Unreadable(_("There is no .csv file named after a sheet."))


def stream_workbook(path: Path, name: str, limits: Limits) -> Iterator[RawSheet]:
    """One sheet after the other; `name` is what the file was called where it came from."""
    if path.is_dir():
        return read_folder(path, limits)
    if not path.is_file():
        raise Unreadable(_("There is no file %(name)s.") % {"name": name})
    if path.stat().st_size > limits.file_bytes:
        most = limits.file_bytes // 2**20
        raise Unreadable(_("The file is larger than %(most)d MB.") % {"most": most})
    with path.open("rb") as file:
        head = file.read(MAGIC_BYTES)
    if zipfile.is_zipfile(path):
        return read_packed(path, limits)
    if head and Path(name).suffix.lower() in TEXT_FILES and not head.startswith((OLE, b"PK")):
        return read_alone(path, name, limits)
    raise Unreadable(what_it_is(path, head, name))


def read_packed(path: Path, limits: Limits) -> Iterator[RawSheet]:
    """An .xlsx or a zip of .csv files."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(_("The file is neither a workbook nor a zip.")) from None
    return read_xlsx(path, limits) if "xl/workbook.xml" in names else read_zip(path, limits)


def what_it_is(path: Path, head: bytes, name: str) -> str:
    """A sentence for a file that is none of ours."""
    if not head:
        return _("The file is empty.")
    if head.startswith(OLE):
        if ENCRYPTED in path.read_bytes():
            return _("The workbook is protected by a password. Save it without one.")
        return _("This is an .xls of an older Excel. Save it as .xlsx.")
    if head.startswith(b"PK"):
        return _("The file is cut off: its end is missing. Upload it again.")
    if b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        suffix = Path(name).suffix or name
        return _("This is a text file named %(suffix)s. Name it .csv.") % {"suffix": suffix}
    return _("The file is neither a workbook nor a zip.")
