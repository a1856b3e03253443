"""What an import has to say about a file, in sentences that name sheet, row, column, value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crm.exchange.sheets.saying import said as _

SHOWN = 80


class Unreadable(Exception):
    """The file as a whole cannot be read; the message says why. Nothing was saved."""


@dataclass(frozen=True)
class Problem:
    """Why a row was refused, or what a person should look at.

    `row` is the line of the spreadsheet (the header is usually 1); 0 means the whole sheet.
    """

    sheet: str
    row: int
    column: str
    value: str
    why: str

    def __str__(self) -> str:
        parts = {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": shortened(self.value),
            "why": self.why,
        }
        if not self.row:
            return _("%(sheet)s: %(why)s") % parts
        return _("%(sheet)s, row %(row)d, column %(column)s, value “%(value)s”: %(why)s") % parts


@dataclass
class Findings:
    """Everything found while reading and checking one file; `most` refusals are borne with."""

    most: int | None = None
    refused: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)
    counted: int = 0

    def count(self, problems: Sequence[Problem]) -> None:
        """Note refusals as they are found; raises `Unreadable` where nobody would read them all."""
        self.counted += len(problems)
        if self.most is None or self.counted <= self.most:
            return
        last = problems[-1]
        raise Unreadable(
            _(
                "More than %(most)d cells are refused, one in %(sheet)s, row %(row)d,"
                " column %(column)s: %(why)s. Mend or split it."
            )
            % {
                "most": self.most,
                "sheet": last.sheet,
                "row": last.row,
                "column": last.column,
                "why": last.why,
            }
        )

    def count_anew(self) -> None:
        """The same for all of them, once what whole sheets were refused for is among them."""
        self.counted = 0
        self.count(self.refused)


def shortened(value: str) -> str:
    """A value as shown in a sentence: one line, not too long."""
    line = " ".join(value.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
