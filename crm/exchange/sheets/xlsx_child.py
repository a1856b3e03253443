"""Reads an .xlsx in a process of its own and prints its cells, one JSON line per row.

Run as a script (`python xlsx_child.py FILE CPU_SECONDS MEMORY_BYTES`), because a small
forged file can make the reader ask for more memory than any machine has and abort. Prints
{"sheet": name} before the rows of each sheet, then [line, [cells]]; a date or time is
{"t": ISO text}. Imports nothing of the product.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
from typing import Any

from python_calamine import CalamineWorkbook

# Twice what any column takes, so that what is cut is refused in its row also without its spaces.
CUT_AT = 8000


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    """Let the kernel stop this process before the machine suffers."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cell(value: Any) -> Any:
    """A cell as JSON knows it; no more of a text than shows that it is too long for a column."""
    if isinstance(value, str) and len(value) > CUT_AT:
        return value[:CUT_AT]
    if isinstance(value, (dt.date, dt.datetime)):
        return {"t": value.isoformat()}
    if isinstance(value, (dt.time, dt.timedelta)):
        return str(value)
    return None if value == "" else value


def main(path: str, cpu_seconds: int, memory_bytes: int) -> None:
    """Print every sheet of the file."""
    limit(cpu_seconds, memory_bytes)
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        print(json.dumps({"sheet": name}))  # noqa: T201 (its output is what it is for)
        sheet = book.get_sheet_by_name(name)
        left = sheet.start[1] if sheet.start else 0
        for line, row in enumerate(sheet.iter_rows(), start=1):
            cells = [cell(value) for value in row]
            if any(value is not None for value in cells):
                print(json.dumps([line, [None] * left + cells]))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
