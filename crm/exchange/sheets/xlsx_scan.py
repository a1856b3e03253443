"""A first, streaming look at the XML of an .xlsx: what it claims to hold, where it calculates.

Nothing is kept but numbers, so that a forged file is refused before anything large is built.
"""

from __future__ import annotations

import posixpath
import re
import xml.parsers.expat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import Limits
from crm.exchange.sheets.saying import said as _

CHUNK = 1 << 16
MEGABYTE = 2**20
FORMULAS_NAMED = 1000
FORMULA_SHOWN = 80
CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass
class Scan:
    """What the XML of one sheet shows: formula cells and numbers displayed with zeros."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    padded: dict[tuple[int, int], int] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0


def place_of(reference: str) -> tuple[int, int]:
    """(line from 1, place from 0) of a reference such as C7."""
    found = CELL.fullmatch(reference)
    if not found:
        raise Unreadable(_("The workbook is damaged."))
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return int(found[2]), place - 1


def checked_zip(path: Path, limits: Limits) -> zipfile.ZipFile:
    """The file opened as a zip; raises `Unreadable` where it claims too much or is none."""
    if path.stat().st_size > limits.file_bytes:
        most = limits.file_bytes // MEGABYTE
        raise Unreadable(_("The file is larger than %(most)d MB.") % {"most": most})
    try:
        packed = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Unreadable(_("The file is neither a workbook nor a zip.")) from None
    members = packed.infolist()
    unpacked = sum(member.file_size for member in members)
    if why := claims_too_much(len(members), unpacked, path.stat().st_size, limits):
        packed.close()
        raise Unreadable(why)
    return packed


def claims_too_much(members: int, unpacked: int, packed: int, limits: Limits) -> str:
    """A sentence where a zip claims more than is taken; empty where it does not."""
    if members > limits.members:
        return _("The file claims to hold %(count)d files; at most %(most)d are taken.") % {
            "count": members,
            "most": limits.members,
        }
    if unpacked > limits.unpacked_bytes or unpacked > limits.ratio * max(packed, 1):
        return _("The file claims to unpack to %(size)d MB, too much for its size.") % {
            "size": max(unpacked // MEGABYTE, 1)
        }
    return ""


def chunks(packed: zipfile.ZipFile, name: str, limits: Limits) -> Iterator[bytes]:
    """A member's bytes, counted while they are unpacked."""
    seen = 0
    try:
        with packed.open(name) as member:
            while data := member.read(CHUNK):
                seen += len(data)
                if seen > limits.unpacked_bytes:
                    raise Unreadable(_("The file unpacks to more than it claims."))
                yield data
    except (KeyError, zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError):
        raise Unreadable(_("The workbook is damaged.")) from None
    except zipfile.zlib.error:  # type: ignore[attr-defined]
        raise Unreadable(_("The workbook is damaged.")) from None


def parse(
    packed: zipfile.ZipFile, name: str, limits: Limits, on_start: Any, on_text: Any = None
) -> None:
    """Call `on_start(local name, attributes)` for each element of a member.

    `on_text` takes the text between elements in pieces.
    """
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    parser.CharacterDataHandler = on_text
    parser.StartElementHandler = lambda tag, attributes: on_start(
        tag.rpartition(" ")[2], attributes
    )
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        for data in chunks(packed, name, limits):
            parser.Parse(data)
        parser.Parse(b"", True)  # noqa: FBT003 (expat takes it by place)
    except xml.parsers.expat.ExpatError:
        raise Unreadable(_("The workbook is damaged.")) from None


def _no_doctype(*_args: object) -> None:
    raise Unreadable(_("The workbook is damaged."))


def sheet_members(packed: zipfile.ZipFile, limits: Limits) -> dict[str, str]:
    """Sheet name to the member that holds it."""
    wanted: dict[str, str] = {}
    targets: dict[str, str] = {}

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            wanted[attributes.get("name", "")] = attributes.get(f"{RELATION} id", "")

    def on_relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    parse(packed, "xl/workbook.xml", limits, on_sheet)
    parse(packed, "xl/_rels/workbook.xml.rels", limits, on_relation)
    return {name: targets[key] for name, key in wanted.items() if key in targets}


def padded_styles(packed: zipfile.ZipFile, limits: Limits) -> dict[str, int]:
    """Style index to width, for number formats that only add zeros in front (000000)."""
    formats: dict[str, int] = {}
    styles: dict[str, int] = {}
    inside: list[str] = []
    counted = 0

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal counted
        if tag in {"cellStyleXfs", "cellXfs", "cellStyles"}:
            inside[:] = [tag]
        elif tag == "numFmt" and re.fullmatch("0{2,}", attributes.get("formatCode", "")):
            formats[attributes.get("numFmtId", "")] = len(attributes["formatCode"])
        elif tag == "xf" and inside == ["cellXfs"]:
            if (width := formats.get(attributes.get("numFmtId", ""))) is not None:
                styles[str(counted)] = width
            counted += 1

    if "xl/styles.xml" in packed.namelist():
        parse(packed, "xl/styles.xml", limits, on_start)
    return styles


def scan_sheet(
    packed: zipfile.ZipFile, title: str, member: str, styles: dict[str, int], limits: Limits
) -> Scan:
    """Walk one sheet's cells; raises `Unreadable` where they claim an absurd size."""
    scan = Scan()
    here = (0, 0)
    calculates = extension = False

    def on_text(text: str) -> None:
        if calculates and len(scan.formulas.get(here, "-" * FORMULA_SHOWN)) < FORMULA_SHOWN:
            scan.formulas[here] += text

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal here, calculates, extension
        # Sparklines and the like keep formulas of their own behind the cells.
        extension = tag == "extLst" or (extension and tag not in {"c", "row"})
        calculates = tag == "f" and not extension
        if tag == "c":
            reference = attributes.get("r")
            here = place_of(reference) if reference else (max(here[0], 1), here[1] + 1)
            scan.rows, scan.columns = max(scan.rows, here[0]), max(scan.columns, here[1] + 1)
            refuse_size(title, scan.rows, scan.columns, limits)
            if attributes.get("t", "n") == "n" and attributes.get("s") in styles:
                scan.padded[here] = styles[attributes["s"]]
        elif tag == "row":
            line = attributes.get("r", "")
            here = (place_of(f"A{line}")[0] if line else here[0] + 1, -1)
        elif calculates and len(scan.formulas) < FORMULAS_NAMED:
            scan.formulas[here] = "="

    parse(packed, member, limits, on_start, on_text)
    return scan


def refuse_size(title: str, rows: int, columns: int, limits: Limits) -> None:
    """One cell at the far corner makes a reader build everything before it."""
    if columns > limits.columns:
        why = _("Sheet “%(sheet)s” claims %(count)d columns; at most %(most)d are taken.")
        raise Unreadable(why % {"sheet": title, "count": columns, "most": limits.columns})
    if rows > limits.rows:
        why = _("Sheet “%(sheet)s” claims %(count)d rows; at most %(most)d are taken.")
        raise Unreadable(why % {"sheet": title, "count": rows, "most": limits.rows})
    if rows * columns > limits.cells:
        why = _("Sheet “%(sheet)s” claims %(count)d cells; at most %(most)d are taken.")
        raise Unreadable(why % {"sheet": title, "count": rows * columns, "most": limits.cells})


def refuse_dangerous(names: Iterable[str]) -> None:
    """Macros and links to other files have no place in a workbook that brings rows."""
    for name in names:
        if name.lower().endswith("vbaproject.bin"):
            raise Unreadable(_("The workbook holds macros. Save it as .xlsx without them."))
        if name.lower().startswith(("xl/externallinks/", "xl/connections.xml", "xl/querytables/")):
            why = _("The workbook links to other files. Paste the values and save it anew.")
            raise Unreadable(why)
