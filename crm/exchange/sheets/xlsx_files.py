"""Reading an .xlsx: scanned first, then read by a process of its own."""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from crm.exchange.sheets.definitions import Raw
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import MEGABYTE, Limits, RawSheet
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.xlsx_scan import (
    Scan,
    checked_zip,
    padded_styles,
    refuse_dangerous,
    scan_sheet,
    sheet_members,
)

# Run as a script, never imported here.
CHILD = Path(__file__).with_name("xlsx_child.py")
MEMORY_IN_USE = Path("/proc/self/statm")


def read_xlsx(path: Path, limits: Limits) -> Iterator[RawSheet]:
    """Every sheet of the workbook, in its order; raises `Unreadable`."""
    with checked_zip(path, limits) as packed:
        if "xl/workbook.xml" not in packed.namelist():
            raise Unreadable(_("The file is not an .xlsx workbook."))
        refuse_dangerous(packed.namelist())
        styles = padded_styles(packed, limits)
        scans = {
            name: scan_sheet(packed, name, member, styles, limits)
            for name, member in sheet_members(packed, limits).items()
            if member in packed.namelist()
        }
    yield from cells_of(path, limits, scans)


def cells_of(path: Path, limits: Limits, scans: dict[str, Scan]) -> Iterator[RawSheet]:
    """Run the reader beside this process and collect what it prints."""
    command = [sys.executable, "-I", str(CHILD), str(path)]
    command += [str(limits.cpu_seconds), str(memory_left(limits))]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        try:
            # Our own script under our own interpreter; the path is an argument, no shell.
            done = subprocess.run(  # noqa: S603  # nosec B603
                command,
                stdout=output,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                timeout=limits.cpu_seconds * 4,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unreadable(_("The workbook takes too long to read.")) from None
        if done.returncode:
            raise Unreadable(_("The workbook is damaged or too large to read."))
        output.seek(0)
        yield from collected(output, scans)


def memory_left(limits: Limits) -> int:
    """What the reader may take beside this process, which waits for it meanwhile, in bytes.

    Where this process is limited itself both together stay within its limit (D37).
    """
    most, _hard = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or not MEMORY_IN_USE.exists():
        return limits.memory_bytes
    taken = int(MEMORY_IN_USE.read_text().split()[1]) * resource.getpagesize()
    return min(limits.memory_bytes, max(most - taken, MEGABYTE))


def collected(output: IO[str], scans: dict[str, Scan]) -> Iterator[RawSheet]:
    """The sheets from the reader's lines, each as soon as it is whole."""
    sheet: RawSheet | None = None
    rows: list[tuple[int, Sequence[Raw]]] = []
    scan = Scan()
    for line in output:
        found = json.loads(line)
        if isinstance(found, dict):
            scan = scans.get(found["sheet"], Scan())
            if sheet is not None:
                yield sheet
            rows = []
            sheet = RawSheet(found["sheet"], rows, scan.formulas)
        else:
            number, cells = found
            rows.append((number, [raw(cell, number, at, scan) for at, cell in enumerate(cells)]))
    if sheet is not None:
        yield sheet


def raw(cell: Any, line: int, place: int, scan: Scan) -> Raw:
    """A cell from JSON; a number displayed with zeros in front keeps them."""
    if isinstance(cell, dict):
        text = cell["t"]
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    if isinstance(cell, float) and cell.is_integer() and cell >= 0:
        width = scan.padded.get((line, place))
        return f"{int(cell):0{width}d}" if width else cell
    return cell  # type: ignore[no-any-return]
