"""Lists: allow-listed filters, chips and sorts read from the query string; 50 rows a page.

What is not on a list's own allow-list is ignored, never passed to the database, so a bookmark
of an older release and a hostile address both just show the list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, OrderBy, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

PAGE_SIZE = 50
LONGEST_VALUE = 100
HIGHEST_PAGE = 10_000

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True)
class Sort:
    """An order a reader may choose: its key in the address, its words, its columns.

    ``order_by`` ends in a unique column, so that pages never overlap.
    """

    key: str
    label: str | Promise
    order_by: tuple[str | OrderBy, ...]

    def columns(self, *, reverse: bool) -> tuple[str | OrderBy, ...]:
        """The columns to order by, turned round where asked."""
        return tuple(turned(name) for name in self.order_by) if reverse else self.order_by


@dataclass(frozen=True)
class Chip:
    """A filter in one tap: its key in the address, its words, what it keeps."""

    key: str
    label: str | Promise
    keeps: Q = field(default_factory=Q)
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Filter:
    """A filter with a list of values: its name in the address, the column, the values allowed."""

    name: str
    lookup: str
    values: frozenset[str]


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


@dataclass(frozen=True)
class SortLink:
    """The head of a sortable column: its address and how it stands now."""

    key: str
    label: str
    href: str
    direction: str


@dataclass(frozen=True)
class Listing(Generic[ModelT]):
    """A list as asked for: the rows of one page and everything its template needs."""

    page: Page[ModelT]
    chips: list[CountedChip]
    sorts: dict[str, SortLink]
    chosen: dict[str, str]
    query: str

    @property
    def total(self) -> int:
        """How many rows the filters leave."""
        return self.page.paginator.count


@dataclass(frozen=True)
class ListSpec:
    """What one list allows. The first sort and the first chip are the defaults."""

    sorts: Sequence[Sort]
    chips: Sequence[Chip] = ()
    filters: Sequence[Filter] = ()
    page_size: int = PAGE_SIZE
    # Parameters the list's own queue reads: kept in every address, never put to the database.
    carried: Sequence[str] = ()

    def show(self, rows: QuerySet[ModelT], query: Mapping[str, str]) -> Listing[ModelT]:
        """Filter, count the chips, sort and cut one page of ``rows``; three queries at most."""
        chosen = self.chosen(query)
        kept = rows.filter(self.condition(chosen))
        chips = self.counted(kept, chosen)
        chip = self.chip_of(chosen)
        kept = kept.filter(chip.keeps) if chip else kept
        sort, reverse = self.sort_of(chosen)
        ordered = kept.order_by(*sort.columns(reverse=reverse))
        page = Paginator(ordered, self.page_size).get_page(page_number(query))
        return Listing(page, chips, self.sort_links(chosen), chosen, address(chosen))

    def chosen(self, query: Mapping[str, str]) -> dict[str, str]:
        """The allowed part of a query string."""
        found: dict[str, str] = {}
        for one in self.filters:
            value = query.get(one.name, "")[:LONGEST_VALUE]
            if value in one.values:
                found[one.name] = value
        found |= {name: query[name][:LONGEST_VALUE] for name in self.carried if query.get(name)}
        if any(chip.key == query.get("show") for chip in self.chips):
            found["show"] = query["show"]
        if query.get("sort", "").removeprefix("-") in {sort.key for sort in self.sorts}:
            found["sort"] = query["sort"]
        return found

    def condition(self, chosen: Mapping[str, str]) -> Q:
        """The chosen filters as one condition, chips left out."""
        found = Q()
        for one in self.filters:
            if one.name in chosen:
                found &= Q(**{one.lookup: chosen[one.name]})
        return found

    def chip_of(self, chosen: Mapping[str, str]) -> Chip | None:
        """The chip that is on: the chosen one, else the first."""
        return next(
            (chip for chip in self.chips if chip.key == chosen.get("show")),
            self.chips[0] if self.chips else None,
        )

    def counted(self, rows: QuerySet[ModelT], chosen: Mapping[str, str]) -> list[CountedChip]:
        """The chips with their counts, in one query."""
        if not self.chips:
            return []
        counts = rows.order_by().aggregate(
            **{
                f"n{n}": Count("pk", filter=chip.keeps or None, distinct=True)
                for n, chip in enumerate(self.chips)
            }
        )
        current = self.chip_of(chosen)
        return [
            CountedChip(
                chip.key,
                str(chip.label),
                chip.icon,
                chip.tone,
                counts[f"n{n}"],
                chip is current,
                address({**chosen, "show": chip.key}),
            )
            for n, chip in enumerate(self.chips)
        ]

    def sort_of(self, chosen: Mapping[str, str]) -> tuple[Sort, bool]:
        """The order in force, and whether it is turned round."""
        key = chosen.get("sort", "")
        found = next((s for s in self.sorts if s.key == key.removeprefix("-")), self.sorts[0])
        return found, key.startswith("-")

    def sort_links(self, chosen: Mapping[str, str]) -> dict[str, SortLink]:
        """The heads of the sortable columns: a second click turns the order round."""
        current, reverse = self.sort_of(chosen)
        links = {}
        for sort in self.sorts:
            is_on = sort is current
            key = f"-{sort.key}" if is_on and not reverse else sort.key
            direction = ("descending" if reverse else "ascending") if is_on else ""
            href = address({**chosen, "sort": key})
            links[sort.key] = SortLink(sort.key, str(sort.label), href, direction)
        return links


def turned(name: str | OrderBy) -> str | OrderBy:
    """A column in the other direction; rows without a value stay where they are."""
    if isinstance(name, OrderBy):
        other = name.copy()
        other.descending = not other.descending
        return other
    return name[1:] if name.startswith("-") else f"-{name}"


def page_number(query: Mapping[str, str]) -> int:
    """The page asked for; nonsense is the first page."""
    text = query.get("page", "")
    return (
        min(int(text), HIGHEST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    )


def address(chosen: Mapping[str, str]) -> str:
    """The chosen state as a query string; a page number is left behind."""
    query = QueryDict(mutable=True)
    query.update(dict(chosen))
    return f"?{query.urlencode()}" if chosen else "?"
