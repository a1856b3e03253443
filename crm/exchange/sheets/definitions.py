"""What a sheet of the exchange workbook is made of: columns, kinds of value, choices.

Descriptions alone: the thirteen modules beside this one fill them in, everything else
(reading, checking, writing, exporting) walks over them and knows no sheet by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from django.utils.translation import get_language

Value: TypeAlias = str | int | Decimal | bool | date | datetime | None
Values: TypeAlias = Mapping[str, Value]
"""One row in the workbook's own terms: column key to value, references as natural keys."""

Raw: TypeAlias = str | int | float | bool | date | datetime | None
"""A cell as the file holds it, before the column's kind gives it a meaning."""


class Kind(Enum):
    """How the text of a cell becomes a value."""

    KEY = "key"
    REFERENCE = "reference"
    TEXT = "text"
    PHONE = "phone"
    EMAIL = "email"
    CHOICE = "choice"
    YES_NO = "yes_no"
    WHOLE = "whole"
    MONEY = "money"
    TIME = "time"
    DATE = "date"
    LUNAR = "lunar"


@dataclass(frozen=True)
class Choice:
    """One value of a list: its key and the names a person may write instead."""

    key: str
    chinese: str
    english: str = ""

    def names(self) -> tuple[str, ...]:
        """Every spelling that means this value."""
        return tuple(name for name in (self.key, self.chinese, self.english) if name)


def spelled(key: str, chinese: str) -> str:
    """A sheet, column or value as the reader's workbook spells it: in Chinese, else by its key."""
    return chinese if (get_language() or "").startswith("zh") else key


@dataclass(frozen=True)
class Column:
    """One column: where it is found, what its cells mean, whether a new row needs it.

    `personal` columns leave an anonymised card's rows empty on export.
    """

    key: str
    chinese: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[Choice, ...] = ()
    refers_to: str = ""
    default: Value = None
    longest: int = 2000
    personal: bool = False
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Flaw:
    """Why a row may not come in, and which column says so."""

    column: str
    why: str


Check: TypeAlias = Callable[[Values], Iterator[Flaw]]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet: its names, its columns (the first is the key) and its own rules.

    `main_time` is the column that `--from` and `--to` of an export look at; empty for
    sheets that are exported because others refer to them.
    """

    key: str
    chinese: str
    columns: tuple[Column, ...]
    check: Check
    main_time: str = ""
    by_key: dict[str, Column] = field(init=False, repr=False)
    references: tuple[Column, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {column.key: column for column in self.columns})
        # The columns that name a row of another sheet.
        names = tuple(column for column in self.columns if column.refers_to)
        object.__setattr__(self, "references", names)

    @property
    def key_column(self) -> Column:
        """The column whose value names a row for good."""
        return self.columns[0]
