"""`verify_audit` names the first row that is not as it was sealed, whatever a forger did."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crm.logs import Scrub
from crm.people.models import User
from crm.records.actions import forget_words
from crm.records.audit import Head, check, checking, record, seal_trail
from crm.records.audit.apart import read
from crm.records.audit.checking import Fault
from crm.records.models import AuditEvent, AuditSeal, AuditWords
from tests import people
from tests.records.triggers import forging

pytestmark = pytest.mark.django_db
SEALED = 10


@pytest.fixture
def ids() -> list[int]:
    """Ten sealed events of Lin's."""
    lin = people.make_cast().lin
    events = [record("people.sign_in", by=lin, obj=lin, after={"n": n}) for n in range(SEALED)]
    seal_trail()
    return [event.pk for event in events]


def verify(*heads: object) -> tuple[bool, str]:
    """Whether the command was content, and everything it said."""
    said = io.StringIO()
    options = [f"--head={head}" for head in heads]
    try:
        call_command("verify_audit", *options, stdout=said)
    except CommandError as error:
        return error.returncode == 0, said.getvalue() + str(error)
    return True, said.getvalue()


def forge(*statements: str, **values: Any) -> None:
    with forging() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


def head() -> Head:
    last = AuditSeal.objects.latest("number")
    return Head(last.number, last.hash)


def test_an_untouched_trail_is_unbroken_and_shows_its_head(ids: list[int]) -> None:
    content, said = verify()
    assert content, said
    assert f"sealed up to {head()}" in said
    assert verify(head())[0]


def test_what_waits_to_be_sealed_is_counted_not_blamed(ids: list[int]) -> None:
    record("people.sign_out", by=User.objects.get(username="lin"))
    content, said = verify()
    assert content
    assert "1 events wait to be sealed" in said


def test_nothing_at_all_is_unbroken(db: None) -> None:
    content, said = verify()
    assert content
    assert "nothing is sealed yet" in said


CHANGES: dict[str, str] = {
    "at": "at = (SELECT at FROM records_auditevent ORDER BY id LIMIT 1)",
    "actor": "actor_id = NULL",
    "deputy": "on_behalf_of_id = actor_id",
    "address": "address = '10.0.0.1'",
    "request": "request = 'x'",
    "action": "action = 'people.sign_out'",
    "subject": "subject = 'customers.Card'",
    "object": "subject_id = 'x'",
    "store": "store_id = (SELECT id FROM people_store LIMIT 1)",
    "before": "before = '{\"n\": 1}'",
    "after": "after = '{}'",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_event_is_named(ids: list[int], what: str) -> None:
    forge(f"UPDATE records_auditevent SET {CHANGES[what]} WHERE id = %(id)s", id=ids[6])
    problem = check().problem
    assert problem == (Fault.CHANGED, 7, ids[6])
    content, said = verify()
    assert not content
    assert f"event {ids[6]} is not what was sealed as number 7" in said


def test_of_two_changes_the_first_is_named(ids: list[int]) -> None:
    for place in (8, 2):
        forge("UPDATE records_auditevent SET action = 'x' WHERE id = %(id)s", id=ids[place])
    assert check().problem == (Fault.CHANGED, 3, ids[2])


@pytest.mark.parametrize("place", [0, 4, SEALED - 1])
def test_a_deleted_event_is_named(ids: list[int], place: int) -> None:
    forge("DELETE FROM records_auditevent WHERE id = %(id)s", id=ids[place])
    assert check().problem == (Fault.DELETED, place + 1, ids[place])
    assert "is deleted" in verify()[1]


COPY = (
    "INSERT INTO records_auditevent (id, at, action, subject, subject_id, before, after, actor_id)"
    " SELECT %(new)s, at, action, subject, subject_id, before, after, actor_id"
    " FROM records_auditevent WHERE id = %(old)s"
)


def test_an_event_put_in_between_is_named(ids: list[int]) -> None:
    forge(
        "DELETE FROM records_auditevent WHERE id = %(new)s",
        "DELETE FROM records_auditseal WHERE event_id >= %(new)s",
        new=ids[4],
        old=ids[3],
    )
    seal_trail()  # an id that never committed leaves a gap; a forger fills it
    assert check().problem is None
    forge(COPY, new=ids[4], old=ids[3])
    assert check().problem == (Fault.INSERTED, 5, ids[4])
    assert "was put in" in verify()[1]


@pytest.mark.parametrize("before_the_first", [0, -5])
def test_an_event_put_before_the_first_is_named(ids: list[int], before_the_first: int) -> None:
    forge(COPY, new=before_the_first, old=ids[0])
    assert check().problem == (Fault.INSERTED, 1, before_the_first)


def test_a_forged_event_in_a_gap_is_never_sealed_later(ids: list[int]) -> None:
    forge(COPY, new=0, old=ids[0])
    assert seal_trail() == 0


def test_two_events_that_changed_places_are_named(ids: list[int]) -> None:
    first, second = ids[3], ids[7]
    forge(
        "UPDATE records_auditevent SET id = -1 WHERE id = %(first)s",
        "UPDATE records_auditevent SET id = %(first)s WHERE id = %(second)s",
        "UPDATE records_auditevent SET id = %(second)s WHERE id = -1",
        first=first,
        second=second,
    )
    assert check().problem == (Fault.CHANGED, 4, first)


def test_two_seals_that_changed_places_are_named(ids: list[int]) -> None:
    forge(
        "UPDATE records_auditseal SET number = -1 WHERE number = 4",
        "UPDATE records_auditseal SET number = 4 WHERE number = 5",
        "UPDATE records_auditseal SET number = 5 WHERE number = -1",
    )
    assert check().problem == (Fault.REORDERED, 4, ids[3])


def test_a_changed_seal_is_named(ids: list[int]) -> None:
    forge("UPDATE records_auditseal SET hash = %(hash)s WHERE number = 4", hash="0" * 64)
    assert check().problem == (Fault.CHANGED, 4, ids[3])


def test_a_deleted_seal_is_named(ids: list[int]) -> None:
    forge("DELETE FROM records_auditseal WHERE number = 4")
    assert check().problem == (Fault.UNSEALED, 4, 0)


def test_a_tail_without_its_events_is_named(ids: list[int]) -> None:
    forge("DELETE FROM records_auditevent WHERE id > %(last)s", last=ids[5])
    assert check().problem == (Fault.DELETED, 7, ids[6])


def test_a_tail_cut_off_with_its_seals_is_found_by_a_head_kept_elsewhere(ids: list[int]) -> None:
    kept = head()
    forge(
        "DELETE FROM records_auditseal WHERE number > 6",
        "DELETE FROM records_auditevent WHERE id > %(last)s",
        last=ids[5],
    )
    assert check().problem is None, "the rest is a chain of its own"
    content, said = verify(kept)
    assert not content
    assert "its tail is cut off" in said
    assert check([kept]).problem == (Fault.CUT, SEALED, 0)


def test_a_chain_sealed_anew_is_found_by_a_head_kept_elsewhere(ids: list[int]) -> None:
    kept = head()
    forge(
        "DELETE FROM records_auditseal WHERE number >= 3",
        "UPDATE records_auditevent SET action = 'people.sign_out' WHERE id = %(id)s",
        id=ids[2],
    )
    seal_trail()
    assert check().problem is None, "whoever may write may hash"
    assert check([kept]).problem == (Fault.REWRITTEN, SEALED, ids[-1])


def test_missing_triggers_are_named(ids: list[int]) -> None:
    with forging():
        assert check().problem == (Fault.UNGUARDED, SEALED, 0)
    assert check().problem is None


@pytest.mark.parametrize("chunk", [1, 3, 4, 10])
def test_every_place_is_checked_across_chunks(ids: list[int], chunk: int, monkeypatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", chunk)
    assert check().head == head()
    for place in range(SEALED):
        was = AuditEvent.objects.values_list("action", flat=True).get(pk=ids[place])
        change = "UPDATE records_auditevent SET action = %(action)s WHERE id = %(id)s"
        forge(change, id=ids[place], action="x")
        assert check().problem == (Fault.CHANGED, place + 1, ids[place])
        forge(change, id=ids[place], action=was)


def test_no_more_than_a_chunk_is_held_at_a_time(ids: list[int], monkeypatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    longest = 0
    real: Callable[..., Any] = checking._events

    def measured(*arguments: Any) -> Any:
        nonlocal longest
        found = list(real(*arguments))
        longest = max(longest, len(found))
        return iter(found)

    monkeypatch.setattr(checking, "_events", measured)
    forge("DELETE FROM records_auditseal WHERE number BETWEEN 2 AND 9")
    check()
    assert 0 < longest <= 3


@pytest.mark.parametrize("text", ["", "12", "x:y", "1:abc", f"-1:{'0' * 64}", f"１:{'0' * 64}"])
def test_a_head_that_cannot_be_understood_is_refused(db: None, text: str) -> None:
    content, said = verify(text)
    assert not content
    assert "cannot be understood" in said


def test_a_head_survives_the_scrubbing_of_logs() -> None:
    kept = Head(12_345_678, "0123456789" * 6 + "1234")
    assert Scrub.PRIVATE.sub("***", str(kept)) == str(kept)
    assert Head.of(str(kept)) == kept


# --- words beside the chain --------------------------------------------------------------


def test_words_that_are_not_those_of_the_event_are_found() -> None:
    """What people typed lies beside the event; the event has its hash."""
    lin = people.make_cast().lin
    card = people.make_card(lin)
    event = record("customers.move", by=lin, obj=card, after={"reason": "到店"})
    assert "到店" not in str(event.after)
    assert read(event, "after") == {"reason": "到店"}
    seal_trail()
    assert check().problem is None
    AuditWords.objects.filter(event=event).update(words={"after": {"reason": "没到店"}})
    assert check().problem == (Fault.REWORDED, 1, event.pk)


def test_words_that_are_gone_break_nothing() -> None:
    lin = people.make_cast().lin
    card = people.make_card(lin)
    event = record("customers.move", by=lin, obj=card, after={"reason": "到店", "level": "A"})
    seal_trail()
    assert forget_words([card.public_id], []) == 1
    assert check().problem is None
    event = AuditEvent.objects.get(pk=event.pk)
    assert read(event, "after") == {"reason": "***", "level": "A"}
