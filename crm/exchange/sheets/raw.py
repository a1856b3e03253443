"""A file as read, before its columns have a meaning."""

from __future__ import annotations

from collections.abc import Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field

from crm.exchange.sheets.definitions import Raw


@dataclass(frozen=True)
class RawSheet:
    """One sheet: its name in the file and its rows as (spreadsheet line, cells).

    Whoever makes rows of values of it empties its lines. `formulas` holds every cell that
    calculates by (line, place); places count from 0.
    `encoding` is filled for text files.
    """

    name: str
    rows: MutableSequence[tuple[int, Sequence[Raw]]]
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    encoding: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class Limits:
    """How large a file may claim to be before it is refused unread (security.md D37)."""

    file_bytes: int
    unpacked_bytes: int
    members: int
    ratio: int
    rows: int
    columns: int
    cells: int
    characters: int
    refusals: int
    cpu_seconds: int
    memory_bytes: int


MEGABYTE = 2**20
UPLOAD = Limits(
    file_bytes=20 * MEGABYTE,
    unpacked_bytes=200 * MEGABYTE,
    members=200,
    ratio=100,
    rows=100_000,
    columns=60,
    cells=6_000_000,
    characters=100_000_000,
    refusals=10_000,
    cpu_seconds=30,
    memory_bytes=512 * MEGABYTE,
)
# The command line takes what the machine holds; only nonsense is refused.
COMMAND_LINE = Limits(
    file_bytes=2048 * MEGABYTE,
    unpacked_bytes=8192 * MEGABYTE,
    members=10_000,
    ratio=2_000,
    rows=1_048_576,
    columns=16_384,
    cells=60_000_000,
    characters=4_000_000_000,
    refusals=60_000_000,
    cpu_seconds=900,
    memory_bytes=8192 * MEGABYTE,
)
