"""What becomes of each column when a customer is erased on request (D48). Pure.

Every room has a shelf `erasure.py` with one table for each of its models; `crm/home` walks them.
A test fails when a column that may hold words, a file or a date of birth is in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

# What stands where somebody had written something: that it was filled still counts.
HIDDEN = "***"


class Kind(StrEnum):
    """The ways a column may go."""

    EMPTY = "empty"
    HIDE = "hide"
    CODES = "codes"
    YEAR = "year"
    KEEP = "keep"


class Fate(NamedTuple):
    """What becomes of a column, and on which ground it stays where it does."""

    kind: Kind
    ground: str = ""


# Emptied, as if it had never been filled.
EMPTY = Fate(Kind.EMPTY)
# Words become `***` where there were any, so that a record stays a complete one.
HIDE = Fate(Kind.HIDE)
# Codes the program or the dealership's own lists know stay, every other word goes.
CODES = Fate(Kind.CODES)

# Of a date its year stays.
YEAR = Fate(Kind.YEAR)


def keep(ground: str) -> Fate:
    """The column stays as it is, because of `ground`."""
    return Fate(Kind.KEEP, ground)


# Grounds that many tables share.
NUMBER = keep("a running number of our own, so that papers and figures can be matched")
CODE = keep("a code of the program, not words")
OURS = keep("says nothing of a customer")
HASH = keep("a hash of a random token")


class Table(NamedTuple):
    """The fates of one model's columns.

    `card` is the way from a row to the customer's card; empty where rows belong to no customer,
    and all of its columns then stay. `named_in` are columns that hold the public id of one of the
    customer's rows instead. `only` narrows the rows further.
    """

    model: str
    card: str
    fates: Mapping[str, Fate]
    named_in: tuple[str, ...] = ()
    only: Mapping[str, object] = {}


def every(fate: Fate, *columns: str) -> dict[str, Fate]:
    """The same fate for several columns."""
    return dict.fromkeys(columns, fate)


def of_nobody(model: str, *columns: str, ground: str = "") -> Table:
    """A model whose rows belong to no customer."""
    return Table(model, "", every(keep(ground) if ground else OURS, *columns))
