"""Words planted in every column of one customer are nowhere once the customer was erased (D48)."""

from __future__ import annotations

import pytest
from django.apps import apps

from crm.home.actions import erasures as actions
from crm.home.models import Erasure
from crm.home.queues.erasures import TABLES
from crm.records.audit import check, record, seal_trail
from crm.records.models import Draft
from tests import people
from tests.home.erasing import CANARY, everywhere, is_wordy, plant
from tests.people import NOW, Cast

OF_A_CUSTOMER = [table.model for table in TABLES if table.card and table.model != "home.Erasure"]


@pytest.fixture
def cast(db: None) -> Cast:
    return people.make_cast()


def carried_out(cast: Cast, card: object) -> Erasure:
    wish = actions.ask_erasure(card, by=cast.wu, ground="withdrawn", heard="in_writing", now=NOW)
    actions.approve_erasure(wish, by=cast.pan, version=1, now=NOW)
    actions.erase_customer(wish, by=cast.xu, version=wish.version, now=NOW)
    return wish


def test_every_column_that_may_hold_words_has_a_fate() -> None:
    declared: dict[str, set[str]] = {}
    for table in TABLES:
        declared.setdefault(table.model, set()).update(table.fates)
    missing = [
        f"{model._meta.label}.{column.name}"
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for column in model._meta.local_concrete_fields
        if is_wordy(column) and column.name not in declared.get(model._meta.label, set())
    ]
    assert missing == []


def test_no_fate_is_for_a_column_that_is_gone() -> None:
    stray = []
    for table in TABLES:
        names = {column.name for column in apps.get_model(table.model)._meta.concrete_fields}
        stray += [f"{table.model}.{name}" for name in table.fates if name not in names]
    assert stray == []


def test_nothing_planted_is_left_anywhere(cast: Cast) -> None:
    card = plant(cast, OF_A_CUSTOMER)
    Draft.objects.create(user=cast.lin, form="open_card", body={"name": card.customer.name})
    record("customers.reveal_phone", by=cast.wu, obj=card, after={"reason": f"{CANARY}why"})
    seal_trail()
    carried_out(cast, card)
    left = list(everywhere(CANARY))
    assert left == [], "\n".join(left)
    assert list(everywhere("13877665544")) == []
    assert list(everywhere("13566778899")) == []
    seal_trail()
    assert check().problem is None
