"""The database refuses every change of the trail, whoever asks and however (D44)."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from crm.records.audit import record, seal_trail
from crm.records.models import AuditEvent, AuditSeal
from tests import people
from tests.people import Cast

pytestmark = pytest.mark.django_db
CHANGES = (
    "UPDATE records_auditevent SET action = 'people.sign_out'",
    "DELETE FROM records_auditevent",
    "UPDATE records_auditseal SET hash = ''",
    "DELETE FROM records_auditseal",
)
OTHERS = {
    "postgresql": (
        "TRUNCATE records_auditevent",
        "TRUNCATE records_auditseal",
        "INSERT INTO records_auditseal (number, event_id, hash, sealed_at)"
        " SELECT number, event_id, 'x', sealed_at FROM records_auditseal"
        " ON CONFLICT (number) DO UPDATE SET hash = excluded.hash",
    ),
    "sqlite": (
        "UPDATE OR REPLACE records_auditevent SET id = id + 1",
        "INSERT OR REPLACE INTO records_auditseal (number, event_id, hash, sealed_at)"
        " SELECT number, event_id, 'x', sealed_at FROM records_auditseal",
        "INSERT OR REPLACE INTO records_auditevent (id, at, action, subject, subject_id,"
        " before, after) SELECT id, at, 'x', subject, subject_id, before, after"
        " FROM records_auditevent",
    ),
}


@pytest.fixture
def cast(db: None) -> Cast:
    cast = people.make_cast()
    record("people.sign_in", by=cast.lin, obj=cast.lin)
    seal_trail()
    connection.check_constraints()  # PostgreSQL truncates no table with checks still to come
    return cast


def rows() -> list[object]:
    return [*AuditEvent.objects.values_list().order_by("id"), *AuditSeal.objects.values_list()]


def test_plain_sql_can_neither_change_nor_remove_a_row(cast: Cast) -> None:
    before = rows()
    for statement in (*CHANGES, *OTHERS[connection.vendor]):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert rows() == before, statement


def test_the_orm_refuses_before_it_asks(cast: Cast) -> None:
    events = AuditEvent.objects.all()
    for change in (events.delete, AuditSeal.objects.all().delete):
        with pytest.raises(TypeError, match="append-only"):
            change()
    with pytest.raises(TypeError, match="append-only"):
        events.update(action="x")
    with pytest.raises(TypeError, match="append-only"):
        events.bulk_update([], ["action"])


def test_an_event_at_hand_can_be_neither_saved_again_nor_deleted(cast: Cast) -> None:
    event = AuditEvent.objects.get()
    event.action = "people.sign_out"
    for change in (event.save, event.delete):
        with pytest.raises((IntegrityError, TypeError), match="append-only"), transaction.atomic():
            change()
    assert AuditEvent.objects.get().action == "people.sign_in"


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:Overriding setting")
def test_the_product_cannot_be_emptied_by_command(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("tests.conftest.disarming", lambda _connection: ())
    monkeypatch.setattr("tests.conftest.rearming", lambda _connection: ())
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    assert AuditEvent.objects.count() == 1
