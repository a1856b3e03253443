"""What the walk trusts to tell a written row: one is counted, one of the trail is not."""

import pytest
from django.db import transaction

from crm.people.models import Store
from crm.records.audit.writing import record
from tests.harness.digest import digest, rows_written
from tests.people import NOW

pytestmark = pytest.mark.django_db


def test_a_row_made_changed_or_dropped_is_counted() -> None:
    counts = [rows_written()]
    store = Store.objects.create(code="SH01", name="浦东店")
    counts.append(rows_written())
    Store.objects.update(name="浦西店")
    counts.append(rows_written())
    store.delete()
    counts.append(rows_written())
    assert counts == sorted(set(counts))


def test_a_row_taken_back_is_counted_and_leaves_the_tables_as_they_were() -> None:
    before, count = digest(), rows_written()
    with transaction.atomic():
        Store.objects.create(code="SH01", name="浦东店")
        assert digest() != before
        transaction.set_rollback(True)
    assert rows_written() > count
    assert digest() == before


def test_a_refusal_on_the_trail_is_not_counted() -> None:
    before, count = digest(), rows_written()
    record("records.refuse_access", by=None, subject_id="", after={"page": "x"}, at=NOW)
    assert (digest(), rows_written()) == (before, count)
