"""Every row behind a figure, for a file: the page's own rows, words and masks, in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import QuerySet

from crm.people.models import User
from crm.reports.queues.asked import Asked
from crm.reports.queues.rows import Line, Rows, hits_among, lines_of, rows_behind, took_by

CHUNK = 500


@dataclass(frozen=True)
class WholeFigure:
    """All lines a reader may see behind a figure; at most `most` of them where that is given."""

    found: Rows
    reader: User
    most: int | None = None

    def __len__(self) -> int:
        count = int(self.found.page.paginator.count)
        return count if self.most is None else min(count, self.most)

    def first(self, most: int) -> WholeFigure:
        """No more than so many of them."""
        return replace(self, most=most)

    def __iter__(self) -> Iterator[Line]:
        rows = cast("QuerySet[Any]", self.found.page.paginator.object_list)
        chunk: list[Any] = []
        for row in rows[: len(self)].iterator(CHUNK):
            chunk.append(row)
            if len(chunk) == CHUNK:
                yield from self.worded(chunk)
                chunk = []
        yield from self.worded(chunk)

    def worded(self, chunk: list[Any]) -> list[Line]:
        """These rows in the words of the page."""
        pks = [row.pk for row in chunk]
        part = replace(
            self.found,
            page=Paginator(chunk, CHUNK).page(1),
            hits=hits_among(pks, self.found.side, self.found.sides),
            took=took_by(self.found.figure, pks),
        )
        return lines_of(part, self.reader)


def whole_figure(asked: Asked, key: str, side_key: str) -> WholeFigure:
    """Everything behind one side of a figure."""
    return WholeFigure(rows_behind(asked, key, side_key, 1), asked.reader)
