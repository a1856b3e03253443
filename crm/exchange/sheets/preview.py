"""What an import would do, row by row, in a file that a page reads fifty rows of.

Rows stand as lines of JSON; beside them, for each sheet and kind of row, a list of places
(eight bytes each), so that any page of 100,000 rows is found at once.
"""

from __future__ import annotations

import contextlib
import json
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from django.utils.translation import gettext as _

from crm.exchange.sheets.customers import CONTACT_COLUMNS
from crm.exchange.sheets.definitions import Kind, spelled
from crm.exchange.sheets.kept import Kept
from crm.exchange.sheets.problems import Findings, Problem
from crm.exchange.sheets.registry import BY_KEY
from crm.exchange.sheets.rows import Book, Row
from crm.exchange.sheets.saying import to_keep, worded
from crm.exchange.sheets.texts import as_text

ALL, NEW, CHANGED, UNCHANGED, REFUSED, WARNED = (
    *("all", "new", "changed", "unchanged", "refused", "warned"),
)
KINDS = (ALL, REFUSED, WARNED, NEW, CHANGED, UNCHANGED)
AT_ONCE = 50
LONGEST = 300
NUMBER_SHOWN = 4


@dataclass(frozen=True)
class Cell:
    """One cell as the preview draws it: what the file says, what stands, what is wrong."""

    column: str
    text: str
    before: str = ""
    changes: bool = False
    problems: Sequence[str] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Line:
    """One row as the preview draws it."""

    number: int
    kind: str
    cells: Sequence[Cell]
    others: Sequence[str] = ()


@dataclass
class Index:
    """Places of rows by sheet and kind, while they are written."""

    places: dict[tuple[str, str], array[int]] = field(
        default_factory=lambda: defaultdict(lambda: array("Q"))
    )


def write_preview(kept: Kept, book: Book) -> dict[str, dict[str, int]]:
    """Write every row; returns how many of each kind each sheet has."""
    warned = by_row(book.findings.warnings)
    index = Index()
    with kept.rows.open("wb") as file:
        for sheet, rows in book.rows.items():
            for row in rows:
                warnings = warned.get((row.sheet_name, row.number), [])
                kind = kind_of(row)
                place = file.tell()
                kinds = [ALL, kind, *([WARNED] if warnings else [])]
                for one in kinds:
                    index.places[sheet, one].append(place)
                file.write(json.dumps(line_of(row, kind, warnings)).encode())
                file.write(b"\n")
    for (sheet, kind), places in index.places.items():
        with (kept.path / f"{sheet}.{kind}.idx").open("wb") as file:
            places.tofile(file)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for (sheet, kind), places in index.places.items():
        counts[sheet][kind] = len(places)
    return dict(counts)


def by_row(problems: Sequence[Problem]) -> dict[tuple[str, int], list[Problem]]:
    """Warnings by the row they are about."""
    found: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.sheet, problem.row].append(problem)
    return found


def kind_of(row: Row) -> str:
    """What will become of a row."""
    if not row.good:
        return REFUSED
    if row.is_new:
        return NEW
    return CHANGED if row.changed else UNCHANGED


def line_of(row: Row, kind: str, warnings: Sequence[Problem]) -> dict[str, Any]:
    """A row as it is kept: what the file says, and what stood before where it changes."""
    before = {}
    if kind == CHANGED and row.stored is not None:
        given = row.changed & row.header.names.keys()
        before = {key: as_text(row.stored.get(key)) for key in given}  # type: ignore[arg-type]
    return {
        "n": row.number,
        "k": kind,
        "v": {key: text[:LONGEST] for key, text in row.shown.items() if text},
        "b": before,
        "p": [[problem.column, to_keep(problem.why)] for problem in row.problems],
        "w": [[problem.column, to_keep(problem.why)] for problem in warnings],
    }


class KeptRows(Sequence[Line]):
    """The rows of one sheet and kind, read only where a page looks.

    `names` maps our columns to the file's headers. `masked` hides telephone numbers, WeChat and
    e-mail addresses from whoever did not upload them.
    """

    def __init__(
        self, kept: Kept, sheet: str, kind: str, names: Mapping[str, str], *, masked: bool
    ) -> None:
        self._kept = kept
        self._names = names
        columns = BY_KEY[sheet].by_key
        self._columns = columns
        reach = {key for key in names if columns[key].kind in (Kind.PHONE, Kind.EMAIL)}
        self._hidden = (reach | names.keys() & set(CONTACT_COLUMNS)) if masked else set()
        self._places = array("Q")
        with contextlib.suppress(OSError, ValueError):
            self._places.frombytes((kept.path / f"{sheet}.{kind}.idx").read_bytes())

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, wanted: int) -> Line: ...

    @overload
    def __getitem__(self, wanted: slice) -> list[Line]: ...

    def __getitem__(self, wanted: int | slice) -> Line | list[Line]:
        if isinstance(wanted, int):
            return next(self._lines([self._places[wanted]]))
        return list(self._lines(self._places[wanted]))

    def _lines(self, places: Sequence[int]) -> Iterator[Line]:
        """The rows that begin at these places of the file."""
        known = set(self._names.values())
        with self._kept.rows.open("rb") as file:
            for place in places:
                file.seek(place)
                found = in_words(json.loads(file.readline()))
                said = [*found["p"], *found["w"]]
                beside = {why for column, why in said if column in known}
                others = [
                    self._named(column, why)
                    for column, why in said
                    if column not in known and why not in beside
                ]
                cells = [self._cell(found, key, name) for key, name in self._names.items()]
                yield Line(found["n"], found["k"], cells, others)

    def _named(self, column: str, why: str) -> str:
        """What is wrong with a column that the file does not have, with its name."""
        known = self._columns.get(column)
        name = spelled(known.key, known.chinese) if known else column
        return _("%(column)s: %(why)s") % {"column": name, "why": why} if name else why

    def _cell(self, found: Mapping[str, Any], key: str, name: str) -> Cell:
        """One cell with what is wrong with it."""
        hide = key in self._hidden
        return Cell(
            name,
            veiled(found["v"].get(key, ""), hide=hide),
            veiled(found["b"].get(key, ""), hide=hide),
            key in found["b"],
            [why for column, why in found["p"] if column == name],
            [why for column, why in found["w"] if column == name],
        )


def in_words(found: dict[str, Any]) -> dict[str, Any]:
    """A kept row with what is wrong with it in the reader's language."""
    said = {key: [[column, worded(why)] for column, why in found[key]] for key in "pw"}
    return {**found, **said}


def veiled(text: str, *, hide: bool) -> str:
    """A number or address with only its end left: of a short one two signs."""
    if not hide or not text:
        return text
    shown = NUMBER_SHOWN if len(text) > 2 * NUMBER_SHOWN else 2
    return "*" * max(len(text) - shown, NUMBER_SHOWN) + text[shown:][-shown:]


def sentences(findings: Findings) -> list[str]:
    """What is wrong with whole sheets, which no row can show."""
    return [str(problem) for problem in findings.refused if not problem.row]
