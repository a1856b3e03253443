"""A change that answers with what it changed: one statement, and one winner of two."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef

from crm.customers.models import Card
from crm.records.actions import change, change_and_read
from crm.records.states import Stale
from followups.models import PlannedContact
from tests.people import NOW, Cast, make_card, make_cast, make_plan, make_planned

TRIALS = 5


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_what_is_read_is_what_the_row_says_after_the_change(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    card, other = make_card(cast.lin), make_card(cast.zhou, tries=4)
    read = ("version", "tries", "next_contact_at", "owner_id")

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = change_and_read(
            Card.objects.filter(pk=card.pk),
            read,
            tries=F("tries") + 2,
            next_contact_at=NOW,
            version=F("version") + 1,
        )

    assert [tuple(row) for row in found] == [(card.version + 1, card.tries + 2, NOW, cast.lin.pk)]
    assert Card.objects.values_list(*read).get(pk=card.pk) == tuple(found[0])
    other.refresh_from_db()
    assert (other.version, other.tries) == (1, 4)


def test_every_changed_row_answers(cast: Cast) -> None:
    cards = [make_card(cast.lin) for _number in range(3)]
    make_card(cast.zhou)

    found = change_and_read(Card.objects.filter(owner=cast.lin), ["id"], tries=1)

    assert {pk for (pk,) in found} == {card.pk for card in cards}
    assert Card.objects.filter(tries=1).count() == 3


def test_whether_other_rows_exist_is_read_beside(cast: Cast) -> None:
    planned, bare = make_card(cast.lin), make_card(cast.lin)
    make_planned(make_plan(planned), NOW)
    also = Exists(PlannedContact.objects.filter(card=OuterRef("pk")))

    found = change_and_read(Card.objects.filter(owner=cast.lin), ["id", also], tries=1)

    assert {pk: bool(exists) for pk, exists in found} == {planned.pk: True, bare.pk: False}


def test_a_stale_version_changes_and_reads_nothing(cast: Cast) -> None:
    card = make_card(cast.lin)
    seen = card.version
    change(card, version=seen, tries=3)

    assert change_and_read(Card.objects.filter(pk=card.pk, version=seen), ["tries"], tries=9) == []
    with pytest.raises(Stale):
        change(card, version=seen, tries=9)
    card.refresh_from_db()
    assert (card.tries, card.version) == (3, seen + 1)


def test_no_rows_by_themselves_ask_nothing(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    card = make_card(cast.lin)
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert change_and_read(Card.objects.none(), ["tries"], tries=9) == []
    card.refresh_from_db()
    assert card.tries == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_writers_who_saw_the_same_version_one_wins() -> None:
    cast = make_cast()
    for _trial in range(TRIALS):
        card = make_card(cast.lin)
        start = Barrier(2)

        def write(tries: int, card: Card = card, start: Barrier = start) -> list[int]:
            rows = Card.objects.filter(pk=card.pk, version=card.version)
            try:
                start.wait()
                found = change_and_read(rows, ["tries"], tries=tries, version=F("version") + 1)
                return [row[0] for row in found]
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(write, (7, 8)))

        seen = card.version
        card.refresh_from_db()
        assert sorted(answers) == [[], [card.tries]]
        assert card.version == seen + 1
