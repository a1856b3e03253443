"""A statement is worded once; its values and its answer are those of each time it is asked."""

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.db.models.query import QuerySet

from crm.customers.models import Card
from crm.ui import statements
from crm.ui.statements import objects_of, rows_of, values_of
from tests.people import NOW, Cast, make_card, make_cast

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _nothing_kept_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_kept", {})


def overdue(*, at: dt.datetime) -> QuerySet[Card]:
    return Card.objects.filter(next_contact_at__lt=at).select_related("customer").order_by("pk")


def kept(key: str) -> list[statements.Statement | None]:
    """What is kept under this key."""
    return [known for (_vendor, of, _shape), known in statements._kept.items() if of == key]


class Asked:
    """A queryset's maker that counts how often it was asked."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self.times = 0

    def __call__(self, **values: Any) -> QuerySet[Any, Any]:
        self.times += 1
        return self.build(**values)


def test_the_clock_moves_on_under_a_kept_statement(cast: Cast) -> None:
    card, build = make_card(cast.lin, next_contact_at=NOW), Asked(overdue)

    assert objects_of("overdue", build, at=NOW) == []
    assert objects_of("overdue", build, at=NOW + HOUR) == [card]
    assert objects_of("overdue", build, at=NOW) == []
    assert build.times == 1


def test_a_kept_statement_sees_what_was_saved_since(cast: Cast) -> None:
    build = Asked(lambda at: overdue(at=at).values("public_id", "next_contact_at"))
    first = make_card(cast.lin, next_contact_at=NOW)
    before = values_of("seen", build, at=NOW + HOUR)
    second = make_card(cast.lin, next_contact_at=NOW)
    rows = values_of("seen", build, at=NOW + HOUR)

    assert before == [{"public_id": first.public_id, "next_contact_at": NOW}]
    assert [row["public_id"] for row in rows] == [first.public_id, second.public_id]
    assert build.times == 1


def test_numbers_and_moments_go_where_their_stand_ins_were(cast: Cast) -> None:
    one, two = (make_card(cast.lin, next_contact_at=NOW) for _number in range(2))
    three = make_card(cast.lin, next_contact_at=NOW + 3 * HOUR)

    def chosen(*, first: int, until: dt.datetime, second: int) -> QuerySet[Card, Any]:
        rows = Card.objects.filter(pk__in=[first, second], next_contact_at__lt=until)
        return rows.order_by("pk").values_list("pk", "next_contact_at", "to_complete")

    build = Asked(chosen)

    def keys(first: Card, second: Card, until: dt.datetime) -> list[int]:
        rows = rows_of("chosen", build, first=first.pk, until=until, second=second.pk)
        return [row[0] for row in rows]

    assert keys(one, two, NOW + HOUR) == [one.pk, two.pk]
    assert keys(three, two, NOW + HOUR) == [two.pk]
    assert keys(three, one, NOW + 4 * HOUR) == [one.pk, three.pk]
    assert keys(one, one, NOW) == []
    assert build.times == 1
    found = rows_of("chosen", build, first=one.pk, until=NOW + HOUR, second=one.pk)
    assert found == [(one.pk, NOW, one.to_complete)]
    assert found[0][2] is False


def test_parts_put_together_are_read_by_the_names_of_the_first(cast: Cast) -> None:
    make_card(cast.lin, "王小红", level="H")
    make_card(cast.zhou, "周明", level="A")

    def both(*, one: int, other: int) -> QuerySet[Any, Any]:
        first, second = (
            Card.objects.filter(owner=key).order_by().values("level", "owner_id")
            for key in (one, other)
        )
        return first.union(second, all=True)

    found = values_of("both", both, one=cast.lin.pk, other=cast.zhou.pk)

    assert {(row["level"], row["owner_id"]) for row in found} == {
        ("H", cast.lin.pk),
        ("A", cast.zhou.pk),
    }


def test_instances_come_with_what_was_joined(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    make_card(cast.lin, "王小红", next_contact_at=NOW)
    for _turn in range(2):
        with django_assert_num_queries(1):  # type: ignore[operator]
            found = objects_of("joined", overdue, at=NOW + HOUR)[0]
            assert found.customer.name == "王小红"


def test_a_statement_that_read_the_clock_is_not_kept(cast: Cast) -> None:
    card = make_card(cast.lin, next_contact_at=NOW)
    reads: Iterator[dt.datetime] = iter((NOW, NOW + HOUR))
    second = dt.timedelta(microseconds=7)

    def late() -> QuerySet[Card]:
        return overdue(at=next(reads) - second)

    assert objects_of("clock", late) == []
    assert objects_of("clock", late) == [card]
    assert kept("clock") == []


def test_one_that_is_empty_by_itself_has_no_rows_and_asks_nothing(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    make_card(cast.lin)
    build = Asked(lambda: Card.objects.filter(Q(pk__in=[])))
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert objects_of("empty", build) == []
        assert objects_of("empty", build) == []
    assert build.times == 1


def test_words_are_looked_for_as_they_were_typed(cast: Cast) -> None:
    wang, zhou = make_card(cast.lin, "王小红"), make_card(cast.lin, "周明")
    build = Asked(lambda words: Card.objects.with_words(words))

    def found(*words: str) -> list[Card]:
        return objects_of("words", build, words=words)

    assert found("wang") == [wang]
    assert found("zhou") == [zhou]
    assert found("w_ng") == []
    assert found("%") == []
    assert found("wang") == [wang]
    assert build.times == 1
    assert found("wang", "zhou") == []
    assert found("xiao", "wang") == [wang]
    assert build.times == 2


def test_nothing_personal_is_kept(cast: Cast) -> None:
    make_card(cast.lin, "王小红", next_contact_at=NOW)

    def named(*, words: tuple[str, ...], at: dt.datetime) -> QuerySet[Card]:
        return Card.objects.with_words(words).filter(next_contact_at__lt=at)

    assert len(objects_of("named", named, words=("wang",), at=NOW + HOUR)) == 1
    (known,) = kept("named")
    assert known is not None
    assert "wang" not in f"{known.sql} {known.params}"
    assert "2026" not in f"{known.params}"


def test_as_many_are_kept_as_there_is_room_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    card = make_card(cast.lin, next_contact_at=NOW)
    monkeypatch.setattr(statements, "MOST", 3)
    for number in range(10):
        assert objects_of(("many", number), overdue, at=NOW + HOUR) == [card]
        assert len(statements._kept) <= 3


@pytest.mark.django_db(transaction=True)
def test_what_one_thread_worded_another_asks_on_its_own_connection() -> None:
    card = make_card(make_cast().lin, "王小红", next_contact_at=NOW)
    build = Asked(overdue)

    def ask() -> tuple[list[Card], str]:
        try:
            found = objects_of("threads", build, at=NOW + HOUR)
            return found, found[0].customer.name
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as first:
        assert first.submit(ask).result() == ([card], "王小红")
    with ThreadPoolExecutor(1) as second:
        assert second.submit(ask).result() == ([card], "王小红")
    assert build.times == 1


def test_words_of_the_product_stand_in_the_text_whatever_they_hold(cast: Cast) -> None:
    odd = "100%s of it's \\ 'said' %(name)s %"
    card = make_card(cast.lin, odd)

    def named(*, at: dt.datetime) -> QuerySet[Card]:
        return Card.objects.filter(customer__name=odd, opened_at__lt=at)

    for hours in range(8):
        assert objects_of("odd", named, at=NOW + (hours + 24) * HOUR) == [card]
        assert objects_of("odd", named, at=NOW - (hours + 24) * HOUR * 1000) == []


def test_a_plan_answers_for_every_size_of_number_and_for_every_reader(cast: Cast) -> None:
    cards = {owner.pk: make_card(owner) for owner in (cast.lin, cast.zhou)}

    def of(owner: int) -> Callable[..., QuerySet[Card]]:
        return lambda *, least: Card.objects.filter(owner_id=owner, pk__gt=least)

    for least in (-1, 0, 40_000, 3_000_000_000, -(10**12)) * 2:
        for owner, card in cards.items():
            found = objects_of(("cards", owner), of(owner), least=least)
            assert found == ([card] if least < card.pk else [])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
def test_readers_share_a_plan_and_a_search_has_none(cast: Cast) -> None:
    def plans() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            found: int = cursor.fetchone()[0]
        return found

    def of(owner: int) -> Callable[..., QuerySet[Card]]:
        return lambda *, at: Card.objects.filter(owner_id=owner, opened_at__lt=at, reason="shared")

    def search(*, words: Any) -> QuerySet[Card]:
        return Card.objects.filter(search__contains=words[0], reason="sought")

    before = plans()
    for owner in range(100, 112):
        rows_of(("shared", owner), lambda at, o=owner: of(o)(at=at).values_list("pk"), at=NOW)
        rows_of("sought", lambda words: search(words=words).values_list("pk"), words=(str(owner),))

    assert plans() == before + 1
