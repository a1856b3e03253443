"""A list that is searched: looking for words is what it costs, so they are looked for once.

One statement finds the keys of a page and counts every chip over all that was found; the rows are
then read by their keys, in a statement the database need not plan anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When, Window

from crm.ui.lists import (
    PAGE_SIZE,
    Keeping,
    Listing,
    ListSpec,
    chip_name,
    page_number,
    value_name,
)
from crm.ui.statements import rows_of

Rows = Callable[[Sequence[str]], QuerySet[Any]]


def show_searched(
    spec: ListSpec, rows: Rows, query: Mapping[str, str], keeping: Keeping
) -> Listing[Any]:
    """What `ListSpec.show_kept` shows, for a list with `words` whose rows are made of values.

    A page beyond the end costs the statements of `show_kept` as well.
    """
    chosen, number = spec.chosen(query), page_number(query)
    own = {name: value for name, value in chosen.items() if name not in spec.carried}

    def page(*, words: Sequence[str], **moments: datetime) -> QuerySet[Any, Any]:
        return _page(keeping.spec(**moments), rows(words), chosen, number)

    key = (keeping.key, *sorted(own.items()), "searched", number)
    found = rows_of(key, page, words=keeping.words, **keeping.moments)
    keys = [pk for pk, is_off, *_counts in found if not is_off]
    if number > 1 and not keys:
        return spec.show_kept(rows, query, keeping)
    counts = found[0][2:] if found else ()
    names = list(_counted(spec, chosen))
    numbers = dict(zip(names, counts, strict=True)) if counts else dict.fromkeys(names, 0)
    return spec.shown(
        query, chosen, numbers, lambda: rows(keeping.words), lambda _start: _by_key(keeping, keys)
    )


def _page(
    spec: ListSpec, rows: QuerySet[Any], chosen: Mapping[str, str], number: int
) -> QuerySet[Any, tuple[Any, ...]]:
    """The keys of one page, those of the chip first, each with the counts of all chips."""
    others = [one for one in spec.filters if one is not spec.by]
    counted = _counted(spec, chosen)
    # No index has this order. Along one PostgreSQL would walk the whole store, hoping for an early
    # end that the counts do not allow.
    on = counted[chip_name(spec.chip_of(chosen).key)] or Q(pk__isnull=False)
    is_off = Case(When(on, then=Value(0)), default=Value(1))
    counts = {name: Window(Count(Value(1), filter=q or None)) for name, q in counted.items()}
    sort, reverse = spec.sort_of(chosen)
    order = ("is_off", *sort.columns(reverse=reverse))
    every = rows.filter(spec.of(others, chosen)).annotate(is_off=is_off, **counts).order_by(*order)
    found: QuerySet[Any, tuple[Any, ...]] = every.values_list("pk", "is_off", *counts)
    return found[spec.page_size * (number - 1) : spec.page_size * number]


def _counted(spec: ListSpec, chosen: Mapping[str, str]) -> dict[str, Q]:
    """What each chip, and each value of the counted filter, keeps of the rows found."""
    by, on = spec.by, spec.chip_of(chosen)
    wanted = spec.of([by], chosen) if by else Q()
    chips = {chip_name(chip.key): spec.kept_by(chip) & wanted for chip in spec.chips}
    values = by.values if by else ()
    return chips | {
        value_name(by, value): spec.kept_by(on) & Q(**{by.lookup: value}) for value in values if by
    }


def _by_key(keeping: Keeping, keys: Sequence[int]) -> list[Any]:
    """The rows with these keys in their order."""
    if not keys or keeping.row is None:
        return []
    places = {f"k{place}": keys[min(place, len(keys) - 1)] for place in range(PAGE_SIZE)}

    def build(**keys: int) -> QuerySet[Any, Any]:
        rows = keeping.dressed().filter(pk__in=list(keys.values())).order_by()
        return rows.values_list("pk", *keeping.columns)

    rows = rows_of((keeping.key, "by key"), build, **places)
    found = {key: keeping.row(*values) for key, *values in rows}
    return [found[key] for key in keys if key in found]
