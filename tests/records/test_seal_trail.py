"""Events are sealed once each, in the order of their ids, and only when they have settled."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from crm.people.models import User
from crm.records import tasks
from crm.records.audit import check, record, seal_trail, sealing
from crm.records.audit.hashing import GENESIS, Facts, hash_of
from crm.records.models import AuditEvent, AuditSeal
from tests import people

ALONE = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lin(db: None) -> User:
    return people.make_cast().lin


def sign_ins(user: User, count: int) -> list[int]:
    return [record("people.sign_in", by=user, obj=user, after={"n": n}).pk for n in range(count)]


def sealed_ids() -> list[int]:
    return list(AuditSeal.objects.order_by("number").values_list("event_id", flat=True))


def test_each_hash_covers_its_event_and_the_hash_before(lin: User) -> None:
    ids = sign_ins(lin, 3)
    assert seal_trail() == 3
    previous = GENESIS
    for number, seal in enumerate(AuditSeal.objects.order_by("number"), start=1):
        facts = Facts(*AuditEvent.objects.values_list(*sealing.COLUMNS).get(pk=seal.event_id))
        assert (seal.number, seal.event_id) == (number, ids[number - 1])
        assert seal.hash == hash_of(previous, number, facts)
        previous = seal.hash


def test_a_second_run_seals_only_what_came_since(lin: User) -> None:
    sign_ins(lin, 2)
    assert (seal_trail(), seal_trail()) == (2, 0)
    later = sign_ins(lin, 1)
    assert tasks.seal_trail() == 1
    assert sealed_ids()[-1:] == later


def test_after_downtime_batch_follows_batch_until_time_is_up(lin: User, monkeypatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    monkeypatch.setattr(sealing, "NAP_S", 0)
    ids = sign_ins(lin, 10)
    left = iter([True, False])
    assert seal_trail(alive=lambda: next(left)) == 4
    assert seal_trail() == 6
    assert sealed_ids() == ids
    assert check().problem is None


def test_nothing_to_seal_costs_no_write(lin: User, django_assert_num_queries) -> None:
    sign_ins(lin, 1)
    seal_trail()
    statements = 4 if connection.vendor == "postgresql" else 3
    with django_assert_num_queries(statements):
        seal_trail()


class Elsewhere:
    """Somebody on a connection of their own who holds a transaction open until told to end it."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.has_worked, self.may_end = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.work()
                self.has_worked.set()
                assert self.may_end.wait(20)
        finally:
            connection.close()

    def __enter__(self) -> "Elsewhere":
        self.thread.start()
        assert self.has_worked.wait(20)
        return self

    def end(self) -> None:
        self.may_end.set()
        self.thread.join(20)

    def __exit__(self, *_error: object) -> None:
        self.end()


@pytest.fixture
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: what is visible has settled")


@ALONE
def test_a_lower_id_still_to_commit_holds_the_seal_back(on_postgresql: None, lin: User) -> None:
    with Elsewhere(lambda: sign_ins(lin, 1)) as slow:
        quick = sign_ins(lin, 1)
        assert seal_trail(patience_s=0.1) == 0, "a lower id may still come"
        slow.end()
        assert seal_trail() == 2
    first, second = sealed_ids()
    assert first < second == quick[0]
    assert check().problem is None


@ALONE
def test_a_lower_id_that_was_rolled_back_leaves_a_gap_and_no_fault(
    on_postgresql: None, lin: User
) -> None:
    def give_up() -> None:
        sign_ins(lin, 1)
        transaction.set_rollback(True)

    with Elsewhere(give_up) as slow:
        quick = sign_ins(lin, 1)
        assert seal_trail(patience_s=0.1) == 0
        slow.end()
    assert seal_trail() == 1
    assert sealed_ids() == quick
    assert check().problem is None


@ALONE
def test_an_id_drawn_but_not_written_yet_counts_as_under_way(
    on_postgresql: None, lin: User
) -> None:
    def about_to() -> None:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE records_auditevent IN ROW EXCLUSIVE MODE")

    with Elsewhere(about_to):
        sign_ins(lin, 1)
        assert seal_trail(patience_s=0.1) == 0


@ALONE
def test_sealing_waits_for_nobody_who_begins_later(on_postgresql: None, lin: User) -> None:
    sign_ins(lin, 1)
    early, late = {"1/1"}, {"2/2"}
    seen = iter([early, early | late, late, late])
    real = sealing.writers
    try:
        sealing.writers = lambda: next(seen)
        assert seal_trail() == 1
    finally:
        sealing.writers = real


@ALONE
def test_two_sealers_at_once_seal_each_event_once(lin: User, monkeypatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 5)
    ids = sign_ins(lin, 60)
    begin, done = threading.Barrier(3), []

    def work() -> None:
        try:
            begin.wait(20)
            for _round in range(20):
                done.append(seal_trail())
        finally:
            connection.close()

    hands = [threading.Thread(target=work) for _ in range(3)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(60)
    assert sum(done) == 60
    assert sealed_ids() == ids
    assert check().problem is None
