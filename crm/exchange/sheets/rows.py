"""From raw sheets to rows of values; every cell that does not fit is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from crm.exchange.sheets.definitions import Raw, Sheet, Value
from crm.exchange.sheets.headers import Header, read_header, sheet_named
from crm.exchange.sheets.problems import Findings, Problem
from crm.exchange.sheets.raw import RawSheet
from crm.exchange.sheets.reading import CellReader, cells_of, readers
from crm.exchange.sheets.saying import said as _

# What a row holds that has nothing of its own: shared by all of them, never written to.
NO_TEXTS: dict[str, str] = {}
NO_VALUES: dict[str, Value] = {}


@dataclass(eq=False, slots=True)
class Row:
    """One row of a file.

    `key` names it, in the file and in the database. `given` holds the filled cells by column
    key until they are merged; None stands for `-`, "empty what is stored". `values` is the whole
    row once defaults or stored values have filled the rest.
    """

    sheet: Sheet
    sheet_name: str
    number: int
    header: Header
    shown: dict[str, str]
    given: dict[str, Value]
    key: str = ""
    values: dict[str, Any] = field(default_factory=lambda: NO_VALUES)
    stored: dict[str, Value] | None = None
    problems: Sequence[Problem] = ()

    @property
    def good(self) -> bool:
        """Whether nothing has been found against it."""
        return not self.problems

    @property
    def is_new(self) -> bool:
        """Whether the row creates something."""
        return self.stored is None

    @property
    def changed(self) -> Set[str]:
        """The columns whose value differs from what is stored; all of a new row's."""
        if self.stored is None:
            return self.values.keys()
        return {key for key, value in self.values.items() if value != self.stored.get(key)}

    def slim(self) -> None:
        """Forget how the cells were written: a row about to be saved needs its values alone."""
        self.shown = NO_TEXTS

    def refuse(self, column: str, why: str) -> None:
        """Note what is wrong with a column, by the name the file gives it."""
        self.problems = [*self.problems, self.problem(column, why)]

    def problem(self, column: str, why: str) -> Problem:
        """A sentence about one cell of this row."""
        name = self.header.names.get(column, column)
        return Problem(self.sheet_name, self.number, name, self.shown.get(column, ""), why)


@dataclass
class Book:
    """All rows of a file by sheet key, and what was found while reading them."""

    rows: dict[str, list[Row]]
    findings: Findings

    def all_rows(self) -> Iterable[Row]:
        """Every row, sheet by sheet."""
        for rows in self.rows.values():
            yield from rows


def read_book(
    raw_sheets: Iterable[RawSheet], zone: ZoneInfo, *, refusals: int | None = None
) -> Book:
    """The rows of every known sheet; what is not known is named, never dropped in silence.

    Raises `Unreadable` where more than `refusals` cells are refused.
    """
    book = Book(defaultdict(list), Findings(refusals))
    seen: dict[Sheet, str] = {}
    for raw in raw_sheets:
        sheet = sheet_named(raw.name)
        if sheet is None:
            book.findings.unknown.append(
                _("Sheet “%(sheet)s” is not known and was not read.") % {"sheet": raw.name}
            )
        elif sheet in seen:
            why = _("it is the same sheet as “%(other)s”") % {"other": seen[sheet]}
            book.findings.refused.append(Problem(raw.name, 0, "", "", why))
        else:
            seen[sheet] = raw.name
            read_sheet(book, sheet, raw, zone)
    return book


def read_sheet(book: Book, sheet: Sheet, raw: RawSheet, zone: ZoneInfo) -> None:
    """Add the rows of one sheet to the book."""
    note_encoding(book.findings, raw)
    if not raw.rows:
        return
    line, cells = raw.rows[0]
    header = read_header(sheet, cells)
    for name in header.unknown:
        book.findings.unknown.append(
            _("%(sheet)s: column “%(column)s” is not known and was not read.")
            % {"sheet": raw.name, "column": name}
        )
    if problems := header_problems(sheet, raw, header, line):
        book.findings.refused += problems
        return
    rows = []
    columns = readers(header, zone)
    for at in range(1, len(raw.rows)):
        number, found = raw.rows[at]
        # Each line is let go once it is read: both together are too much of a long sheet.
        raw.rows[at] = (number, ())
        rows.append(read_row(sheet, raw, header, number, found, columns))
        book.findings.count(rows[-1].problems)
    add_formulas(rows, raw, header, line, book.findings)
    refuse_same_key(rows, book.findings)
    book.rows[sheet.key] = rows


def note_encoding(findings: Findings, raw: RawSheet) -> None:
    """Say in which encoding a text file was read, and when that is not certain."""
    if raw.encoding:
        findings.encodings[raw.name] = raw.encoding
    if raw.doubtful:
        why = _("the headers do not tell the encoding; read as %(encoding)s, check the names")
        findings.warnings.append(Problem(raw.name, 0, "", "", why % {"encoding": raw.encoding}))


def header_problems(sheet: Sheet, raw: RawSheet, header: Header, line: int) -> list[Problem]:
    """Why a sheet cannot be read at all: no key column, or two columns that mean the same."""
    key = sheet.key_column
    problems = [
        Problem(raw.name, line, name, name, _("another column means the same"))
        for name in header.twice
    ]
    if key.key not in header.names:
        why = _("the column %(column)s (%(chinese)s) is missing")
        why %= {"column": key.key, "chinese": key.chinese}
        problems.append(Problem(raw.name, line, key.key, "", why))
    return problems


def read_row(
    sheet: Sheet,
    raw: RawSheet,
    header: Header,
    number: int,
    cells: Sequence[Raw],
    columns: Sequence[tuple[int, CellReader]],
) -> Row:
    """One row; what does not fit its column is noted on it."""
    row = Row(sheet, raw.name, number, header, cells_of(sheet, "shown"), cells_of(sheet, "given"))
    for place, reader in columns:
        found = reader.read(cells[place] if place < len(cells) else None)
        key = reader.column.key
        row.shown[key] = found.text
        if found.unfit:
            row.refuse(key, found.unfit)
        elif found.text:
            row.given[key] = found.value
    row.key = str(row.given.get(sheet.key_column.key) or "")
    if not row.shown.get(sheet.key_column.key):
        row.refuse(sheet.key_column.key, _("every row needs this number or name"))
    share_phones(row)
    return row


def share_phones(row: Row) -> None:
    """Two numbers in one cell become phone and phone2, where the sheet has both."""
    numbers = [
        number
        for column in ("phone", "phone2")
        if (cell := row.given.get(column))
        for number in str(cell).split(";")
    ]
    if len(numbers) < 2:
        return
    numbers = list(dict.fromkeys(numbers))
    room = 2 if "phone2" in row.sheet.by_key else 1
    if len(numbers) > room:
        row.refuse("phone", _("it holds more numbers than can be kept"))
        return
    row.given.update(zip(("phone", "phone2"), numbers, strict=False))


def add_formulas(
    rows: Sequence[Row], raw: RawSheet, header: Header, line: int, findings: Findings
) -> None:
    """Refuse every cell that calculates: its text would be lost and its value may be stale."""
    by_number = {row.number: row for row in rows}
    names = {place: column.key for place, column in header.places.items()}
    for (number, place), formula in sorted(raw.formulas.items()):
        why = _("it holds a formula; paste its value instead")
        column = names.get(place) or letters(place)
        row = by_number.get(number)
        if row is None:
            findings.refused.append(Problem(raw.name, max(number, line), column, formula, why))
            findings.count(findings.refused[-1:])
            continue
        row.shown[column] = formula
        row.refuse(column, why)
        findings.count(row.problems[-1:])


def letters(place: int) -> str:
    """The name of a column as spreadsheets have it: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def refuse_same_key(rows: Sequence[Row], findings: Findings) -> None:
    """The same key twice in one file is refused, since either row might be the right one."""
    first: dict[str, Row] = {}
    for row in rows:
        if not row.key:
            continue
        other = first.setdefault(row.key, row)
        if other is not row:
            why = _("it stands in row %(row)d already") % {"row": other.number}
            row.refuse(row.sheet.key_column.key, why)
            findings.count(row.problems[-1:])
