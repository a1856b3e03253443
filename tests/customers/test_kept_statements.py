"""A statement is worded once; its moments and its answer are those of each time it is asked."""

import datetime as dt
from collections.abc import Sequence

import pytest
from django.db.models import Q
from django.db.models.query import QuerySet

from crm.customers.models import Card
from crm.ui import statements
from crm.ui.statements import objects_of, values_of
from tests.people import NOW, Cast, make_card

HOUR = dt.timedelta(hours=1)


def overdue(at: dt.datetime) -> QuerySet[Card]:
    return Card.objects.filter(next_contact_at__lt=at).select_related("customer").order_by("pk")


def test_the_clock_moves_on_under_a_kept_statement(cast: Cast) -> None:
    card = make_card(cast.lin, next_contact_at=NOW)

    assert objects_of("overdue", overdue, NOW) == []
    assert objects_of("overdue", overdue, NOW + HOUR) == [card]
    assert objects_of("overdue", overdue, NOW) == []


def test_a_kept_statement_sees_what_was_saved_since(cast: Cast) -> None:
    asked = []

    def build(at: dt.datetime) -> QuerySet[Card, dict[str, object]]:
        asked.append(at)
        return overdue(at).values("public_id", "next_contact_at")

    first = make_card(cast.lin, next_contact_at=NOW)
    assert [row["public_id"] for row in values_of("seen", build, NOW + HOUR)] == [first.public_id]
    second = make_card(cast.lin, next_contact_at=NOW)
    rows = values_of("seen", build, NOW + HOUR)

    assert [row["public_id"] for row in rows] == [first.public_id, second.public_id]
    assert rows[1]["next_contact_at"] == NOW
    assert len(asked) == 1


def test_instances_come_with_what_was_joined(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    make_card(cast.lin, "王小红", next_contact_at=NOW)
    for _turn in range(2):
        with django_assert_num_queries(1):  # type: ignore[operator]
            found = objects_of("joined", overdue, NOW + HOUR)[0]
            assert found.customer.name == "王小红"


def test_a_statement_that_read_the_clock_is_not_kept(cast: Cast) -> None:
    make_card(cast.lin, next_contact_at=NOW)
    read = NOW + dt.timedelta(microseconds=7)
    before = len(statements._kept)

    found = objects_of("clock", lambda: overdue(read))

    assert len(found) == 1
    assert len(statements._kept) == before


def test_one_that_is_empty_by_itself_has_no_rows(cast: Cast) -> None:
    make_card(cast.lin)
    assert objects_of("empty", lambda: Card.objects.filter(Q(pk__in=[]))) == []


def test_words_are_looked_for_as_they_were_typed(cast: Cast) -> None:
    wang, zhou = make_card(cast.lin, "王小红"), make_card(cast.lin, "周明")

    def named(*, words: Sequence[str]) -> QuerySet[Card]:
        return Card.objects.with_words(words)

    def found(word: str) -> list[Card]:
        return objects_of("words", named, words=[word])

    assert found("wang") == [wang]
    assert found("zhou") == [zhou]
    assert found("w_ng") == []
    assert found("%") == []
    assert found("wang") == [wang]
