"""Chips with their counts, and pages of a list whose rows were counted before any was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

Fetch = Callable[[int], list[Any]]


@dataclass(frozen=True)
class CountedChip:
    """A chip as the page draws it: how many rows it would show, whether it is on, its address."""

    key: str
    label: str
    icon: str
    tone: str
    count: int
    is_on: bool
    href: str


class Counted(Paginator):  # type: ignore[type-arg]
    """Pages of rows that were counted with the chips already, read as `fetch` reads them."""

    def __init__(self, per_page: int, total: int, fetch: Fetch) -> None:
        super().__init__((), per_page)
        self.total = total
        self.fetch = fetch

    @cached_property
    def count(self) -> int:
        return self.total

    def page(self, number: int | str) -> Page[Any]:
        """The rows of one page, in order; where none were counted none are read."""
        number = self.validate_number(number)
        rows = self.fetch((number - 1) * self.per_page) if self.total else []
        return Page(rows, number, self)
