"""A number entered in a store is held for one customer, by the database itself (D20)."""

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from crm.customers import actions
from crm.customers.actions.erasing import mark_anonymised
from crm.customers.actions.held_numbers import hold_numbers
from crm.customers.models import Card, Customer, HeldNumber
from crm.people.models import User
from tests.people import NOW, Cast, make_card, make_cast

PHONE, OTHER = "+8613900003301", "+8613900003302"
FIELDS = {"source": "walk_in", "channel": "showroom", "reason": "看中 S7，想试驾"}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def opened(by: User, name: str = "王芳", phone: str = PHONE) -> Card:
    person = {"name": name, "phone": phone}
    return actions.create_card(by=by, owner=by, customer=person, card=FIELDS, now=NOW)


def enter(card: Card, by: User, **fields: str) -> None:
    version = card.customer.version
    actions.update_profile(card, by=by, version=version, fields=fields, now=NOW)


def holders() -> list[Customer]:
    return [row.customer for row in HeldNumber.objects.select_related("customer").order_by("pk")]


def test_the_database_holds_a_number_once_a_store_and_not_in_clear(cast: Cast) -> None:
    opened(cast.lin)
    held = HeldNumber.objects.get()
    assert PHONE.removeprefix("+86") not in held.digest
    again = HeldNumber(store=held.store, digest=held.digest, customer=make_card(cast.ma).customer)
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    opened(cast.otto)
    assert HeldNumber.objects.count() == 2


def test_who_looked_a_moment_too_early_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(cast.lin)
    beside = make_card(cast.ma, "李雷")
    find, looked = actions.edits.duplicates.find, iter([True])

    def late(*args: object, **options: object) -> object:
        """Sees nothing the first time, as if the other had not been saved yet."""
        return None if next(looked, False) else find(*args, **options)

    monkeypatch.setattr(actions.edits.duplicates, "find", late)
    with pytest.raises(actions.PhoneTaken), transaction.atomic():
        enter(beside, cast.ma, phone=PHONE)
    beside.customer.refresh_from_db()
    assert beside.customer.phone != PHONE


def test_a_new_key_of_the_installation_frees_no_number(cast: Cast) -> None:
    card = opened(cast.lin)
    other = make_card(cast.ma).customer
    with override_settings(SECRET_KEY="another one", SECRET_KEY_FALLBACKS=[]):
        assert not hold_numbers(other, card.store_id, [PHONE])


def test_a_number_given_up_is_free_for_the_next(cast: Cast) -> None:
    card = opened(cast.lin)
    enter(card, cast.lin, phone=OTHER)
    assert HeldNumber.objects.count() == 1
    assert opened(cast.ma, "李雷").customer in holders()


def test_a_number_whose_card_left_the_store_goes_to_the_next(cast: Cast) -> None:
    card = opened(cast.lin)
    actions.hand_over(card, to=cast.otto, by=cast.bai, reason="搬家", now=NOW)
    assert holders() == [card.customer]
    after = opened(cast.ma, "李雷")
    assert holders() == [after.customer]


def test_an_own_buyer_buys_again_under_the_same_number(cast: Cast) -> None:
    first = opened(cast.lin)
    Card.objects.filter(pk=first.pk).update(state="delivered")
    assert opened(cast.lin).customer == first.customer
    assert holders() == [first.customer]


def test_an_import_may_bring_one_number_twice(cast: Cast) -> None:
    """The dealership's past is as it is: such rows come with a warning and hold nothing."""
    for owner, name in ((cast.lin, "王芳"), (cast.ma, "李雷")):
        make_card(owner, name, phone=PHONE)
    with pytest.raises(actions.PhoneTaken):
        opened(cast.zhou)
    assert holders() == []


def test_of_an_erased_customer_no_hash_is_left(cast: Cast) -> None:
    card = opened(cast.lin)
    mark_anonymised(card.customer, now=NOW)
    assert holders() == []
