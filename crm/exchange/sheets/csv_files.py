"""Reading a folder or zip of .csv files, one per sheet, in whatever encoding they are.

The encoding is the one under which the headers are known. Big5 text decodes as GB18030
without an error into wrong characters, so "the first that works" would corrupt names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from crm.exchange.sheets.definitions import Raw
from crm.exchange.sheets.headers import column_names, sheet_named
from crm.exchange.sheets.names import loose, spellings
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import Limits, RawSheet
from crm.exchange.sheets.registry import SHEETS
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.xlsx_scan import checked_zip, chunks, refuse_size

SEPARATORS = (",", "\t", ";")
CHINESE = ("gb18030", "big5hkscs")
SHOWN = {"gb18030": "GB18030", "big5hkscs": "Big5"}
# A text that a spreadsheet would take for a formula is written with an apostrophe in front.
GUARDED = re.compile(r"^'(?='*\s*[=+\-@＝＋－＠])")
# Two-byte ranges of everyday characters: GB2312 level 1, Big5 level 1.
EVERYDAY = {"gb18030": (0xB0, 0xD7), "big5hkscs": (0xA4, 0xC6)}


TEXT_FILES = frozenset({".csv", ".txt", ".tsv"})
PACKED = frozenset({".zip", ".xlsx", ".xlsm", ".7z", ".rar", ".gz"})


def read_alone(path: Path, name: str, limits: Limits) -> Iterator[RawSheet]:
    """One .csv file, named after its sheet."""
    yield read_file(name, path.read_bytes(), limits)


def read_folder(path: Path, limits: Limits) -> Iterator[RawSheet]:
    """The .csv files of a folder."""
    files = sorted(file for file in path.iterdir() if file.is_file())
    if sum(file.stat().st_size for file in files) > limits.unpacked_bytes:
        raise Unreadable(_("The files together are too large."))
    return read_files(((file.name, file.read_bytes()) for file in files), limits)


def read_zip(path: Path, limits: Limits) -> Iterator[RawSheet]:
    """The .csv files of a zip; raises `Unreadable` where there is none, or another zip."""
    with checked_zip(path, limits) as packed:
        members = [
            (member_name(member.filename, utf8=bool(member.flag_bits & 0x800)), member)
            for member in packed.infolist()
            if not member.is_dir() and not member.filename.startswith("__MACOSX/")
        ]
        for name, member in members:
            if Path(name).suffix.lower() in PACKED:
                why = _("The zip holds another packed file, %(name)s. Unpack it first.")
                raise Unreadable(why % {"name": name[:80]})
            if member.flag_bits & 1:
                raise Unreadable(_("The zip is protected by a password. Save it without one."))
        if not any(Path(name).suffix.lower() in TEXT_FILES for name, _member in members):
            raise Unreadable(_("The file is a zip, but there is no .csv in it."))
        files = (
            (name, b"".join(chunks(packed, member.filename, limits))) for name, member in members
        )
        yield from read_files(files, limits)


def member_name(name: str, *, utf8: bool) -> str:
    """The last part of a member's name; without the UTF-8 mark it may be in any encoding."""
    base = PurePosixPath(name).name
    if utf8 or base.isascii():
        return base
    for encoding in ("utf-8", *CHINESE):
        try:
            candidate = base.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
        if sheet_named(Path(candidate).stem):
            return candidate
    return base


def read_files(files: Iterable[tuple[str, bytes]], limits: Limits) -> Iterator[RawSheet]:
    """Every file as a sheet named after it; hidden files are left out."""
    for name, data in files:
        if not name.startswith((".", "~$")):
            yield read_file(name, data, limits)


def read_file(name: str, data: bytes, limits: Limits) -> RawSheet:
    """One .csv file. A file of another kind is a sheet without rows, so that it gets named."""
    path = Path(name)
    if path.suffix.lower() not in TEXT_FILES:
        return RawSheet(name, [])
    text, encoding, doubtful = decoded(path.stem, data)
    if not text.strip():
        return RawSheet(path.stem, [])
    rows: list[tuple[int, Sequence[Raw]]] = []
    for line, cells in records(path.stem, text):
        rows.append((line, cells))
        refuse_size(path.stem, len(rows), len(cells), limits)
    return RawSheet(path.stem, rows, encoding=encoding, doubtful=doubtful)


def records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The filled rows with their number as a spreadsheet would count them."""
    separator = best_separator(name, text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for line, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield line, [GUARDED.sub("", cell) for cell in cells]
    except csv.Error:
        raise Unreadable(_("%(name)s is not a csv file.") % {"name": name}) from None


def first_line(text: str) -> str:
    """The header: the first line with something on it."""
    return next((line for line in text[:100_000].splitlines() if line.strip()), "")


def known_headers(name: str, line: str, separator: str) -> int:
    """How many names of the line are columns of the sheet this file is named after."""
    sheet = sheet_named(name)
    known = column_names(sheet) if sheet else {}
    cells = (cell.strip().strip('"') for cell in line.split(separator))
    return sum(loose(cell) in known for cell in cells)


def best_separator(name: str, text: str) -> str:
    """The separator that makes most headers known."""
    line = first_line(text)
    return max(SEPARATORS, key=lambda separator: known_headers(name, line, separator))


def decoded(name: str, data: bytes) -> tuple[str, str, bool]:
    """(text, name of the encoding, whether the headers left it open)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return strictly(name, data, "utf-16"), "UTF-16", False
    if b"\0" in data:
        return with_nul(name, data)
    try:
        return data.decode("utf-8-sig"), "UTF-8", False
    except UnicodeDecodeError:
        pass
    found = [(encoding, text) for encoding in CHINESE if (text := attempt(data, encoding))]
    if not found:
        raise Unreadable(_("The encoding of %(name)s is not known.") % {"name": name})
    scored = sorted(
        ((certainty(name, text), everyday(data, encoding), encoding) for encoding, text in found),
        reverse=True,
    )
    best = scored[0]
    doubtful = len(scored) > 1 and scored[0][0] == scored[1][0]
    return dict(found)[best[2]], SHOWN[best[2]], doubtful


def with_nul(name: str, data: bytes) -> tuple[str, str, bool]:
    """UTF-16 without a mark, or UTF-8 with a stray NUL: whichever makes the headers known."""
    wide = data.count(0) * 20 > len(data)
    found = [
        (certainty(name, text), (encoding == "utf-8-sig") != wide, encoding, text)
        for encoding in ("utf-16-le", "utf-16-be", "utf-8-sig")
        if (text := attempt(data, encoding))
    ]
    if not found:
        raise Unreadable(_("The encoding of %(name)s is not known.") % {"name": name})
    _sure, _likely, encoding, text = max(found)
    return text, "UTF-8" if encoding == "utf-8-sig" else "UTF-16", False


def strictly(name: str, data: bytes, encoding: str) -> str:
    """The text, or `Unreadable`."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(_("The encoding of %(name)s is not known.") % {"name": name}) from None


def attempt(data: bytes, encoding: str) -> str:
    """The text, or nothing where the bytes do not fit."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return ""


def certainty(name: str, text: str) -> int:
    """How many headers, then values of lists, are known under this reading."""
    headers = known_headers(name, first_line(text), best_separator(name, text))
    words = re.split(r"[,;\t\r\n\"]+", text[:200_000])
    return headers * 1000 + min(sum(loose(word) in VALUES for word in set(words) if word), 999)


def everyday(data: bytes, encoding: str) -> float:
    """The share of two-byte characters that stand among the encoding's common ones."""
    low, high = EVERYDAY[encoding]
    pairs = re.findall(rb"[\x81-\xfe][\x30-\xfe]", data[:200_000])
    common = sum(low <= pair[0] <= high for pair in pairs)
    return float(common / max(len(pairs), 1))


# Chinese words only: an English key reads the same in every encoding.
VALUES = frozenset(
    word
    for sheet in SHEETS
    for column in sheet.columns
    for choice in column.choices
    for word in spellings(choice.chinese)
    if not word.isascii()
)
