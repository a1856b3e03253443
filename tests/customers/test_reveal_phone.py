"""Numbers in full: shown to who calls, revealed with a reason to a few, kept each time."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.customers import access, actions
from crm.customers.models import Card, PhoneView
from crm.customers.queues import card_for_page, card_head
from crm.notices.models import Notice
from crm.people.models import reach_of
from crm.rulebook.models import Number
from tests.customers.conftest import PHONE
from tests.people import NOW, give_case


def head(user, card):
    return card_head(user, card_for_page(user).get(pk=card.pk))


@pytest.mark.parametrize(
    ("who", "shown", "dial", "name"),
    [
        ("lin", "138 0013 5021", PHONE, "张伟"),
        ("chen", "138 0013 5021", PHONE, "张伟"),
        ("shen", "138****5021", "", "张伟"),
        ("xu", "138****5021", "", "张伟"),
        ("bai", "138****5021", "", "张伟"),
        ("wu", "138****5021", "", "张**"),
        ("fang", "138****5021", "", "张**"),
        ("pan", "138****5021", "", "张**"),
    ],
)
def test_what_each_reader_of_the_card_gets(cast, card, who, shown, dial, name):
    found = head(getattr(cast, who), card)
    assert (found["numbers"][0].shown, found["numbers"][0].dial) == (shown, dial)
    assert found["name"] == name


def test_an_agent_reads_the_name_while_she_works_on_a_case(cast, card):
    give_case(card, user=cast.wu)
    found = head(cast.wu, card)
    assert (found["name"], found["can_reveal"]) == ("张伟", True)


def test_a_handler_reads_a_masked_name_and_may_reveal_on_the_case(cast, card):
    give_case(card, department=cast.technical)
    found = head(cast.tang, card)
    assert (found["name"], found["can_reveal"]) == ("张**", True)


def test_a_reveal_is_kept_with_its_reason(cast, card):
    assert actions.reveal_phone(card, by=cast.xu, reason="回访", now=NOW) == [PHONE]
    view = PhoneView.objects.get()
    assert (view.user, view.kind, view.reason) == (cast.xu, "revealed", "回访")


def test_a_reveal_needs_a_reason(cast, card):
    with pytest.raises(ValidationError):
        actions.reveal_phone(card, by=cast.xu, reason=" ", now=NOW)


@pytest.mark.parametrize("who", ["fang", "pan", "wu", "lin", "otto"])
def test_who_may_not_or_need_not_reveal(cast, card, who):
    found = Card.objects.with_case(getattr(cast, who).reach).get()
    with pytest.raises(PermissionDenied):
        actions.reveal_phone(found, by=getattr(cast, who), reason="看看", now=NOW)


def test_over_the_budget_nothing_is_shown_and_two_people_are_told(cast, card):
    Number.objects.create(key="reveals_a_day_service", value="2")
    for _time in range(2):
        actions.reveal_phone(card, by=cast.xu, reason="回访", now=NOW)

    with pytest.raises(actions.TooManyReveals):
        actions.reveal_phone(card, by=cast.xu, reason="回访", now=NOW)

    assert PhoneView.objects.count() == 2
    told = Notice.objects.filter(kind="reveals_over_budget")
    assert "pan" in set(told.values_list("recipient__username", flat=True))


def test_many_reveals_in_a_row_raise_the_alarm(cast, card):
    Number.objects.create(key="reveals_alarm_in_ten_minutes", value="2")
    for _time in range(2):
        actions.reveal_phone(card, by=cast.xu, reason="回访", now=NOW)
    assert Notice.objects.filter(kind="reveals_in_a_row").exists()


def test_numbers_shown_are_kept_once_a_day_and_card(cast, card):
    for _time in range(3):
        actions.note_phones_shown([card], by=cast.lin, now=NOW)
    actions.note_phones_shown([card], by=cast.wu, now=NOW)
    assert PhoneView.objects.get().user == cast.lin


def test_the_page_asks_why_and_then_shows_the_number(cast, card, browser):
    xu, path = browser(cast.xu), f"/customers/{card.public_id}/phone/"
    assert "13800135021" not in xu.get(path).content.decode()
    assert xu.post(path, {"reason": ""}).status_code == 422

    page = xu.post(path, {"reason": "客户要求回电"}).content.decode()
    assert f"tel:{PHONE}" in page


def test_the_deputy_of_the_owner_dials(cast, card):
    cast.zhou.deputises.create(user=cast.lin, starts_on=NOW.date(), ends_on=NOW.date())
    cast.zhou.reach = reach_of(cast.zhou, NOW.date())
    assert access.dials(cast.zhou, card)
