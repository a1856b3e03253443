"""Lists: what the address may ask for, and what is ignored."""

import pytest
from django.contrib.auth.models import Group
from django.db.models import F, OrderBy, Q
from django.http import QueryDict

from crm.ui.lists import Chip, Filter, ListSpec, Sort, page_number

SPEC = ListSpec(
    sorts=(Sort("name", "Name", ("name", "pk")), Sort("id", "Number", ("pk",))),
    chips=(
        Chip("all", "All"),
        Chip("h", "With h", Q(name__startswith="h")),
        Chip("none", "None", Q(name="-")),
    ),
    filters=(Filter("last", "name__endswith", frozenset("12")),),
    page_size=2,
)


@pytest.fixture
def _groups(db: None) -> None:
    Group.objects.bulk_create([Group(name=name) for name in ("h1", "a1", "h2", "b2", "h3")])


def shown(query: str) -> list[str]:
    listing = SPEC.show(Group.objects.all(), QueryDict(query))
    return [group.name for group in listing.page]


@pytest.mark.usefixtures("_groups")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["a1", "b2"]),
        ("page=2", ["h1", "h2"]),
        ("page=3", ["h3"]),
        ("page=99", ["h3"]),
        ("page=-1", ["a1", "b2"]),
        ("page=99999999999999999999", ["a1", "b2"]),
        ("show=h", ["h1", "h2"]),
        ("show=nothing", ["a1", "b2"]),
        ("sort=-name", ["h3", "h2"]),
        ("sort=password", ["a1", "b2"]),
        ("last=2", ["b2", "h2"]),
        ("last=9", ["a1", "b2"]),
        ("name__startswith=h", ["a1", "b2"]),
        ("last=1&show=h&sort=-name", ["h1"]),
    ],
)
def test_a_list_shows_what_is_allowed_and_ignores_the_rest(query: str, names: list[str]) -> None:
    assert shown(query) == names


@pytest.mark.usefixtures("_groups")
def test_chips_count_what_they_would_show_beside_the_other_filters() -> None:
    listing = SPEC.show(Group.objects.all(), QueryDict("last=2&show=h&page=1"))

    assert [(chip.key, chip.count, chip.is_on) for chip in listing.chips] == [
        ("all", 2, False),
        ("h", 1, True),
        ("none", 0, False),
    ]
    assert listing.chips[0].href == "?last=2&show=all"
    assert listing.total == 1


@pytest.mark.usefixtures("_groups")
def test_the_head_of_a_column_turns_its_order_round() -> None:
    first = SPEC.show(Group.objects.all(), QueryDict("show=h"))
    second = SPEC.show(Group.objects.all(), QueryDict("sort=-name"))

    assert (first.sorts["name"].href, first.sorts["name"].direction) == (
        "?show=h&sort=-name",
        "ascending",
    )
    assert (second.sorts["name"].href, second.sorts["name"].direction) == (
        "?sort=name",
        "descending",
    )
    assert second.sorts["id"].direction == ""


@pytest.mark.usefixtures("_groups")
def test_a_list_costs_two_queries(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        listing = SPEC.show(Group.objects.all(), QueryDict("show=h"))
        assert len(list(listing.page)) == 2


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("", 1), ("x", 1), ("３", 1), ("1e9", 1)])
def test_nonsense_is_the_first_page(text: str, number: int) -> None:
    assert page_number({"page": text}) == number


def test_a_turned_sort_keeps_rows_without_a_value_last() -> None:
    sort = Sort("deadline", "Deadline", (F("deadline").asc(nulls_last=True), "-id"))
    column, tie = sort.columns(reverse=True)
    assert isinstance(column, OrderBy)
    assert (column.descending, column.nulls_last, tie) == (True, True, "id")
