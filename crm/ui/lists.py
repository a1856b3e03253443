"""Lists: allow-listed filters, chips and sorts read from the query string; 50 rows a page.

What is not on a list's own allow-list is ignored, never passed to the database, so a bookmark
of an older release and a hostile address both just show the list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.paginator import Page
from django.db.models import Count, F, Model, OrderBy, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.functional import Promise

from crm.ui.counted import Counted, CountedChip, Fetch
from crm.ui.statements import objects_of, rows_of

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
    """A filter in one tap: its key in the address, its words, what it keeps.

    With `among` it keeps rows with one of these values in the column its list is `grouped` by.
    """

    key: str
    label: str | Promise
    keeps: Q = field(default_factory=Q)
    icon: str = ""
    tone: str = ""
    among: Collection[str] = ()


@dataclass(frozen=True)
class Filter:
    """A filter with a list of values: its name in the address, the column, the values allowed.

    A `counted` one is drawn as chips, each with what it would show beside all other filters;
    a second tap takes it off. A list has at most one, of a column of its own.
    """

    name: str
    lookup: str
    values: Collection[str]
    counted: bool = False


@dataclass(frozen=True)
class SortLink:
    """The head of a sortable column: its address and how it stands now."""

    key: str
    label: str
    href: str
    direction: str


def only_this_page() -> QuerySet[Any]:
    """The rows of all pages of a list that is only ever read a page at a time."""
    raise NotImplementedError


@dataclass(frozen=True)
class Listing(Generic[ModelT]):
    """A list as asked for: the rows of one page and everything its template needs."""

    page: Page[ModelT]
    chips: list[CountedChip]
    facets: dict[str, list[CountedChip]]
    sorts: dict[str, SortLink]
    chosen: dict[str, str]
    query: str
    every: Callable[[], QuerySet[Any]] = only_this_page

    @property
    def total(self) -> int:
        """How many rows the filters leave."""
        return self.page.paginator.count


Rows = Callable[[], QuerySet[Any]]


@dataclass(frozen=True)
class Keeping:
    """How the statements of a list are kept (`crm.ui.statements`).

    `key` holds everything they depend on beside the filters; `spec` is the same list at other
    `moments`. The rows are those of a search where there are `words` to look for. `dressed` are
    all rows with what a page shows of them, its sorts included: those of a page are read from
    them by their keys, so that SQLite does not go through the filters again. With `columns` a row
    is what `row` makes of them, and no instance. A list that knows a shorter way to its counts,
    where no filter but the counted one is on, gives it as `counted`.
    """

    key: Hashable
    moments: Mapping[str, datetime]
    spec: Callable[..., ListSpec]
    dressed: Rows
    words: tuple[str, ...] = ()
    row: Callable[..., Any] | None = None
    columns: Sequence[str | Coalesce] = ()
    counted: Callable[[], Sequence[tuple[Any, ...]]] | None = None


@dataclass(frozen=True)
class ListSpec:
    """What one list allows. The first sort and the first chip are the defaults."""

    sorts: Sequence[Sort]
    chips: Sequence[Chip]
    filters: Sequence[Filter] = ()
    page_size: int = PAGE_SIZE
    # Parameters the list's own queue reads: kept in every address, never put to the database.
    carried: Sequence[str] = ()
    # Whether a filter's join may bring a row twice: each is counted once.
    joined: bool = False
    # A column of few values by which chips are counted, where no filter is: a value is compared
    # once a row and not once a chip.
    grouped: str = ""

    def show(self, rows: QuerySet[ModelT], query: Mapping[str, str]) -> Listing[ModelT]:
        """Filter, count, sort and cut one page of ``rows``; two queries."""
        chosen = self.chosen(query)
        found = list(self.groups(rows, chosen))

        def fetch(start: int) -> list[Any]:
            return list(self.cut(rows, chosen, start))

        return self.shown(query, chosen, self.numbers(found, chosen), lambda: rows, fetch)

    def show_kept(
        self,
        rows: Callable[[Sequence[str]], QuerySet[Any]],
        query: Mapping[str, str],
        keeping: Keeping,
    ) -> Listing[Any]:
        """The same by kept statements; ``rows`` of words is only called to word a new one."""
        chosen = self.chosen(query)
        own = {name: value for name, value in chosen.items() if name not in self.carried}
        key, at, words = (keeping.key, *sorted(own.items())), keeping.spec, keeping.words

        def counting(*, words: Sequence[str], **moments: datetime) -> QuerySet[Any, Any]:
            return at(**moments).groups(rows(words), chosen)

        def fetch(start: int) -> list[Any]:
            def page(*, words: Sequence[str], **moments: datetime) -> QuerySet[Any, Any]:
                cut = at(**moments).cut(rows(words), chosen, start, keeping.dressed())
                return cut.values_list(*keeping.columns) if keeping.row else cut

            where = (*key, start)
            if keeping.row is None:
                return objects_of(where, page, words=words, **keeping.moments)
            return [
                keeping.row(*one) for one in rows_of(where, page, words=words, **keeping.moments)
            ]

        if keeping.counted and not any(one.name in own for one in self.filters if not one.counted):
            found = keeping.counted()
        else:
            found = rows_of((*key, "counts"), counting, words=words, **keeping.moments)
        numbers = self.numbers(found, chosen)
        return self.shown(query, chosen, numbers, lambda: rows(words), fetch)

    def shown(
        self,
        query: Mapping[str, str],
        chosen: dict[str, str],
        numbers: Mapping[str, int],
        rows: Rows,
        fetch: Fetch,
    ) -> Listing[Any]:
        """The list with these counts of its chips and of the values of its counted filter."""
        total = numbers[chip_name(self.chip_of(chosen).key)]
        paginator, by = Counted(self.page_size, total, fetch), self.by
        return Listing(
            page=paginator.get_page(page_number(query)),
            chips=self.counted_chips(numbers, chosen),
            facets={one.name: facet(one, numbers, chosen) for one in self.filters if one is by},
            sorts=self.sort_links(chosen),
            chosen=chosen,
            query=address(chosen),
            every=lambda: self.ordered(rows(), chosen),
        )

    def ordered(self, rows: QuerySet[ModelT], chosen: Mapping[str, str]) -> QuerySet[ModelT]:
        """The rows that are kept, in the order in force."""
        sort, reverse = self.sort_of(chosen)
        kept = rows.filter(self.of(self.filters, chosen), self.kept_by(self.chip_of(chosen)))
        return kept.order_by(*sort.columns(reverse=reverse))

    def cut(
        self,
        rows: QuerySet[ModelT],
        chosen: Mapping[str, str],
        start: int,
        dressed: QuerySet[ModelT] | None = None,
    ) -> QuerySet[ModelT]:
        """One page of rows, in order.

        The database orders and cuts the numbers of the rows alone, then reads one page whole.
        """
        ordered = self.ordered(rows, chosen)
        cut = ordered.values("pk")[start : start + self.page_size]
        every = rows if dressed is None else dressed
        return every.filter(pk__in=cut).order_by(*ordered.query.order_by)

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

    def chip_of(self, chosen: Mapping[str, str]) -> Chip:
        """The chip that is on: the chosen one, else the first."""
        key = chosen.get("show")
        return next((chip for chip in self.chips if chip.key == key), self.chips[0])

    def kept_by(self, chip: Chip) -> Q:
        """What a chip keeps, whole."""
        among = Q(**{f"{self.grouped}__in": sorted(chip.among)}) if chip.among else Q()
        return among & chip.keeps

    @property
    def by(self) -> Filter | None:
        """The filter whose values are counted."""
        return next((one for one in self.filters if one.counted), None)

    def groups(self, rows: QuerySet[ModelT], chosen: Mapping[str, str]) -> QuerySet[Any, Any]:
        """How many rows each chip would show, for each value of the counted filter; one query.

        Counted are the rows all other filters leave. A value is compared once a row this way,
        and not once a chip; the same for the column chips are counted by.
        """
        others = [one for one in self.filters if not one.counted]
        every = rows.filter(self.of(others, chosen)).order_by()
        column = self.by.lookup if self.by else self.grouped
        by = F(column) if column else Value("")
        what: Any = F("pk") if self.joined else Value(1)
        counts = {
            chip_name(chip.key): Count(what, filter=chip.keeps or None, distinct=self.joined)
            for chip in self.chips
        }
        grouped = every.annotate(chip_group=by).values("chip_group").annotate(**counts)
        found: QuerySet[Any, Any] = grouped.values_list("chip_group", *counts)
        return found

    def numbers(
        self, groups: Sequence[tuple[Any, ...]], chosen: Mapping[str, str]
    ) -> dict[str, int]:
        """How many rows each chip and each value of the counted filter would show."""
        names = [chip_name(chip.key) for chip in self.chips]
        counts = {str(value): dict(zip(names, found, strict=True)) for value, *found in groups}
        by = self.by
        wanted = chosen.get(by.name) if by else None
        asked = counts.items() if wanted is None else [(wanted, counts.get(wanted, {}))]
        numbers = {
            name: sum(one.get(name, 0) for value, one in asked if _counts(chip, value))
            for name, chip in zip(names, self.chips, strict=True)
        }
        on = chip_name(self.chip_of(chosen).key)
        values = by.values if by else ()
        return numbers | {
            value_name(by, value): counts.get(value, {}).get(on, 0) for value in values if by
        }

    def of(self, filters: Sequence[Filter], chosen: Mapping[str, str]) -> Q:
        """The chosen values of some filters as one condition."""
        found = Q()
        for one in filters:
            if one.name in chosen:
                found &= Q(**{one.lookup: chosen[one.name]})
        return found

    def counted_chips(
        self, numbers: Mapping[str, int], chosen: Mapping[str, str]
    ) -> list[CountedChip]:
        """The chips as drawn."""
        current = self.chip_of(chosen)
        return [
            CountedChip(
                chip.key,
                str(chip.label),
                chip.icon,
                chip.tone,
                numbers[chip_name(chip.key)],
                chip is current,
                address({**chosen, "show": chip.key}),
            )
            for chip in self.chips
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


def _counts(chip: Chip, value: str) -> bool:
    return not chip.among or value in chip.among


def chip_name(key: str) -> str:
    """The name of a chip's count in the statement."""
    return f"chip_{key}"


def value_name(one: Filter, value: str) -> str:
    """The name of the count of a filter's value."""
    return f"{one.name}_{value}"


def facet(one: Filter, numbers: Mapping[str, int], chosen: Mapping[str, str]) -> list[CountedChip]:
    """The values of a counted filter as chips, in order; the one that is on leads back."""
    others = {name: value for name, value in chosen.items() if name != one.name}
    return [
        CountedChip(
            key=value,
            label=value,
            icon="",
            tone="",
            count=numbers[value_name(one, value)],
            is_on=chosen.get(one.name) == value,
            href=address(others if chosen.get(one.name) == value else {**others, one.name: value}),
        )
        for value in one.values
    ]


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
