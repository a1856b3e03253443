"""Reading an upload apart from everything else, and reading back what was found.

The process that opens a stranger's file has 512 MB, which a second one beside it shares, 30 s of
CPU and 35 s of time; it is killed with all its children when they are over. What it finds is kept
as lines of JSON, so that a check may be made again without opening the file again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import os
import resource
import signal
import subprocess  # nosec B404: starts our own module only
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import get_language

from crm.exchange.sheets.definitions import Raw
from crm.exchange.sheets.problems import Unreadable
from crm.exchange.sheets.raw import UPLOAD, Limits, RawSheet
from crm.exchange.sheets.saying import said as _
from crm.exchange.sheets.saying import worded

# Named and not imported: the reader it carries is 1 MB that no web worker needs.
CHILD = f"{__package__}.apart_child"
WALL_SECONDS = 35
# What a whole import may add to the worker: rows, their checks and what they are compared with.
READ_BACK_BYTES = 3 * 2**29
IN_USE = Path("/proc/self/statm")


def read_apart(
    path: Path, name: str, out: Path, limits: Limits = UPLOAD, *, seconds: float = WALL_SECONDS
) -> None:
    """Read `path`, called `name` by whoever sent it, and leave what it holds in `out`.

    Raises `Unreadable` with a sentence in the language in force.
    """
    command = [sys.executable, "-m", CHILD, str(path), name, str(out)]
    command += [get_language() or "en", str(settings.BASE_DIR / "locale")]
    command += [json.dumps(dataclasses.asdict(limits))]
    # Our own module under our own interpreter; names are arguments, there is no shell.
    with subprocess.Popen(  # noqa: S603  # nosec B603
        command,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(settings.BASE_DIR)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as child:
        try:
            child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Unreadable(_("The file takes too long to read. Split it.")) from None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
    refuse_unfinished(out)


def refuse_unfinished(out: Path) -> None:
    """Raises `Unreadable` unless the reader came to the end of the file."""
    last = last_line(out)
    if "unreadable" in last:
        raise Unreadable(worded(str(last["unreadable"])))
    if "end" not in last:
        raise Unreadable(_("The file is damaged or needs too much memory or time to read."))


def last_line(out: Path) -> dict[str, Any]:
    """The reader's last word; nothing where it was cut off."""
    with contextlib.suppress(OSError, ValueError), out.open("rb") as file:
        file.seek(max(0, out.stat().st_size - 4096))
        found = json.loads(file.read().rpartition(b"\n")[0].rpartition(b"\n")[2])
        return found if isinstance(found, dict) else {}
    return {}


def read_back(out: Path) -> Iterator[RawSheet]:
    """The sheets the reader left, one after the other."""
    with out.open(encoding="utf-8") as file:
        yield from sheets_in(file)


@contextlib.contextmanager
def bounded(more: int = READ_BACK_BYTES) -> Iterator[None]:
    """Whoever reads it back may take so much more memory than now; raises `Unreadable` beyond."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        if IN_USE.exists() and soft == resource.RLIM_INFINITY:
            taken = int(IN_USE.read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (taken + more, hard))
        yield
    except MemoryError:
        why = _("The file needs more memory than is given to one.")
        raise Unreadable(why) from None
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def sheets_in(file: IO[str]) -> Iterator[RawSheet]:
    """The sheets in lines of JSON."""
    sheet: RawSheet | None = None
    rows: list[tuple[int, Sequence[Raw]]] = []
    for line in file:
        found = json.loads(line)
        if isinstance(found, list):
            rows.append((found[0], [value_of(cell) for cell in found[1]]))
            continue
        if sheet is not None:
            yield sheet
        if "sheet" not in found:
            return
        rows = []
        formulas = {(number, place): text for number, place, text in found["formulas"]}
        sheet = RawSheet(found["sheet"], rows, formulas, found["encoding"], found["doubtful"])


def value_of(cell: Any) -> Raw:
    """A cell from JSON."""
    if isinstance(cell, dict):
        text = cell["t"]
        return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)
    return cell  # type: ignore[no-any-return]
