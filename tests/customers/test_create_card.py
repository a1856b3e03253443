"""A card is opened: what it must have, what it records, and whose number it may not take."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.customers.actions import PhoneTaken, create_card
from crm.customers.models import Card, Customer, LevelChange, Ownership, TimelineEntry
from crm.records.models import AuditEvent
from tests.people import NOW, make_card

PERSON = {"name": "王芳", "phone": "+8613900001120"}
PURCHASE = {
    "source": "walk_in",
    "channel": "showroom",
    "reason": "看中 S7，想带家人试驾",
    "level": "A",
}


def open_card(cast, by=None, *, person=(), purchase=(), **fields):
    return create_card(
        by=by or cast.lin,
        owner=fields.pop("owner", cast.lin),
        customer=PERSON | dict(person),
        card=PURCHASE | dict(purchase),
        now=NOW,
        **fields,
    )


def test_a_card_belongs_to_its_owner_team_and_store_from_its_first_moment(cast):
    card = open_card(cast)

    assert (card.owner, card.team, card.store) == (cast.lin, cast.team_one, cast.pudong)
    assert (card.first_owner, card.first_team, card.first_store) == (
        cast.lin,
        cast.team_one,
        cast.pudong,
    )
    assert (card.state, card.opened_at) == ("prospect", NOW)
    assert Ownership.objects.get().since == NOW
    assert LevelChange.objects.get().after == "A"
    assert TimelineEntry.objects.get().kind == "card_opened"
    event = AuditEvent.objects.get(action="customers.create_card")
    assert "13900001120" not in str(event.after)


def test_card_numbers_run_on_through_the_year(cast):
    first = open_card(cast)
    second = open_card(cast, person={"phone": "+8613900001121"})

    assert first.card_no == "KH-2026-0001"
    assert second.card_no == "KH-2026-0002"


def test_numbers_brought_in_from_elsewhere_are_stepped_behind(cast):
    for number in ("KH-2026-0001", "KH-2026-0300", "KH-2026-x", "KH-2026-²"):
        make_card(cast.lin, card_no=number)

    assert open_card(cast).card_no == "KH-2026-0301"
    assert open_card(cast, person={"phone": "+8613900001121"}).card_no == "KH-2026-0302"


def test_without_a_level_the_customer_is_a_potential_one(cast):
    assert open_card(cast, purchase={"level": ""}).state == "potential"


def test_a_new_card_is_found_by_pinyin_and_last_digits(cast):
    card = open_card(cast)

    for words in ("wangfang", "wf", "1120", "13900001120", card.card_no):
        assert Card.objects.found_by(words).get() == card


@pytest.mark.parametrize(
    ("person", "purchase", "field"),
    [
        ({"name": ""}, {}, "name"),
        ({"phone": ""}, {}, "phone"),
        ({}, {"channel": ""}, "channel"),
        ({}, {"source": ""}, "source"),
        ({}, {"reason": " \u200b "}, "reason"),
    ],
)
def test_name_contact_source_channel_and_reason_are_needed(cast, person, purchase, field):
    with pytest.raises(ValidationError) as refused:
        open_card(cast, person=person, purchase=purchase)

    assert field in refused.value.message_dict
    assert not Customer.objects.exists()


def test_another_way_of_contact_stands_in_for_the_phone(cast):
    assert open_card(cast, person={"phone": "", "wechat": "wf-88"}).customer.wechat == "wf-88"


def test_a_number_held_by_a_colleague_is_refused_with_who_holds_it(cast, card):
    with pytest.raises(PhoneTaken) as refused:
        open_card(cast, by=cast.zhou, owner=cast.zhou, person={"phone": card.customer.phone})

    held = refused.value.duplicate
    assert (held.owner_name, held.team_name, held.since) == ("林晓彤", "一组", card.opened_at)
    assert held.is_held


def test_a_second_number_counts_as_well(cast, card):
    with pytest.raises(PhoneTaken):
        open_card(cast, owner=cast.zhou, person={"phone2": card.customer.phone})


def test_the_other_store_knows_nothing_of_the_number(cast, card):
    made = open_card(cast, by=cast.otto, owner=cast.otto, person={"phone": card.customer.phone})
    assert made.store == cast.chaoyang


def test_a_buyer_who_comes_back_gets_a_second_card_of_the_same_customer(cast):
    sold = make_card(cast.lin, "王芳", phone=PERSON["phone"], state="delivered")

    again = open_card(cast)

    assert again.customer == sold.customer
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("who", ["wu", "tang", "vera", "shen", "bai", "pan", "adele", "mona"])
def test_who_does_not_sell_or_receive_opens_no_card(cast, who):
    with pytest.raises(PermissionDenied):
        open_card(cast, by=getattr(cast, who))


def test_somebody_without_a_store_cannot_own_a_card(cast):
    with pytest.raises(ValidationError) as refused:
        open_card(cast, owner=cast.bai)
    assert "owner" in refused.value.message_dict


@pytest.mark.parametrize(
    ("person", "purchase"),
    [
        ({"name": "长" * 200_000}, {}),
        ({"phone": "+86" + "1" * 40}, {}),
        ({"birthday": dt.date(1, 1, 1), "email": "no mail"}, {}),
        ({}, {"level": "Z"}),
        ({}, {"budget_max": 10**30}),
    ],
)
def test_what_does_not_fit_its_column_is_refused_on_every_database(cast, person, purchase):
    with pytest.raises(ValidationError):
        open_card(cast, person=person, purchase=purchase)
    assert not Card.objects.exists()


def test_control_characters_do_not_reach_the_row(cast):
    made = open_card(cast, person={"name": "王\x00芳\u202e"}, purchase={"notes": "a\x00b"})
    assert (made.customer.name, made.notes) == ("王芳", "ab")
