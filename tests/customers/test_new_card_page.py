"""The form of a new card: short, prefilled, and clear about a number that is taken."""

import pytest

from crm.customers.models import Card, OwnershipConflict
from crm.records.models import AuditEvent
from followups.models import PlannedContact
from tests.people import make_product

PATH = "/followups/cards/new/"
TYPED = {
    "name": "王芳",
    "phone": "139 0000 1120",
    "source": "walk_in",
    "channel": "showroom",
    "reason": "看中 S7，想带家人试驾",
    "first_at": "2030-03-14 10:00",
    "first_method": "phone",
}


def test_five_fields_make_a_card_with_its_first_contact(cast, browser):
    answer = browser(cast.lin).post(PATH, TYPED)

    card = Card.objects.get()
    assert answer.status_code == 302
    assert card.public_id in answer["Location"]
    assert (card.owner, card.customer.phone) == (cast.lin, "+8613900001120")
    first = PlannedContact.objects.get()
    assert (first.card, first.method, first.reason) == (card, "phone", TYPED["reason"])


def test_the_first_contact_comes_filled_in(cast, browser):
    page = browser(cast.lin).get(PATH).content.decode()
    field = page.split('name="first_at"')[1][:200]
    assert 'value="20' in field
    assert 'value="phone"' in page.split('name="first_method"')[1][:100]


def test_a_double_click_makes_one_card(cast, browser):
    lin = browser(cast.lin)
    for _time in range(2):
        assert lin.post(PATH, TYPED | {"request_id": "r1"}).status_code == 302
    assert Card.objects.count() == 1


@pytest.mark.parametrize("name", ["name", "phone", "source", "channel", "reason", "first_at"])
def test_what_is_missing_is_said_beside_its_field_and_the_rest_kept(cast, browser, name):
    answer = browser(cast.lin).post(PATH, TYPED | {name: ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "aria-invalid" in page
    kept = "看中 S7" if name != "reason" else "王芳"
    assert kept in page
    assert not Card.objects.exists()


def test_a_reason_of_one_word_is_sent_back(cast, browser):
    assert browser(cast.lin).post(PATH, TYPED | {"reason": "看车"}).status_code == 422


def test_a_first_contact_in_the_past_is_sent_back(cast, browser):
    answer = browser(cast.lin).post(PATH, TYPED | {"first_at": "2020-01-01 10:00"})
    assert answer.status_code == 422


def test_a_taken_number_shows_its_owner_and_the_two_moves_and_nothing_else(cast, card, browser):
    answer = browser(cast.zhou).post(PATH, TYPED | {"phone": "13800135021"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "林晓彤" in page
    assert "/receptions/for-owner/" in page
    assert "/conflicts/new/" in page
    assert "张伟" not in page
    assert card.public_id not in page
    assert card.card_no not in page


def test_the_number_is_checked_on_leaving_the_field(cast, card, browser):
    zhou = browser(cast.zhou)
    taken = zhou.post("/customers/phone-checks/", {"phone": "13800135021"})
    free = zhou.post("/customers/phone-checks/", {"phone": "13900009999"})
    assert "林晓彤" in taken.content.decode()
    assert "林晓彤" not in free.content.decode()
    assert AuditEvent.objects.filter(action="customers.check_duplicate").count() == 2


def test_ones_own_customer_is_linked(cast, card, browser):
    page = browser(cast.lin).post("/customers/phone-checks/", {"phone": "13800135021"})
    assert card.public_id in page.content.decode()


def test_after_twenty_checks_an_hour_nothing_more_is_told(cast, card, browser):
    zhou = browser(cast.zhou)
    for number in range(20):
        zhou.post("/customers/phone-checks/", {"phone": f"139000010{number:02d}"})
    for path in ("/customers/phone-checks/", "/conflicts/new/"):
        page = zhou.post(path, {"phone": "13800135021"}).content.decode()
        assert "林晓彤" not in page


@pytest.mark.parametrize("value", ["", "\x00", "138", "x" * 200_000, "1" * 30])
def test_half_a_number_is_answered_gently(cast, browser, value):
    answer = browser(cast.lin).post("/customers/phone-checks/", {"phone": value})
    assert answer.status_code in (200, 422)


def test_the_second_move_asks_for_a_ruling_from_what_was_typed(cast, card, browser):
    zhou = browser(cast.zhou)
    page = zhou.post("/conflicts/new/", TYPED | {"phone": "13800135021"}).content.decode()
    assert TYPED["reason"] in page
    assert not OwnershipConflict.objects.exists()

    answer = zhou.post("/conflicts/new/", {"phone": "13800135021", "claim": "先接待的是我"})
    assert answer.status_code == 302
    assert OwnershipConflict.objects.get().claimant == cast.zhou


def test_a_free_number_cannot_be_claimed(cast, browser):
    answer = browser(cast.zhou).post("/conflicts/new/", {"phone": "13900009999", "claim": "我的"})
    assert answer.status_code == 422


def test_the_front_desk_opens_a_card_for_a_salesperson_of_the_store(cast, browser):
    fang = browser(cast.fang)
    assert fang.post(PATH, TYPED).status_code == 422
    assert fang.post(PATH, TYPED | {"owner": cast.otto.public_id}).status_code == 422

    assert fang.post(PATH, TYPED | {"owner": cast.ma.public_id}).status_code == 302
    assert Card.objects.get().owner == cast.ma


def test_a_salesperson_opens_cards_for_herself_alone(cast, browser):
    browser(cast.lin).post(PATH, TYPED | {"owner": cast.zhou.public_id, "state": "lost"})
    assert (Card.objects.get().owner, Card.objects.get().state) == (cast.lin, "potential")


@pytest.mark.parametrize("who", ["wu", "tang", "vera", "shen", "bai", "pan", "adele"])
def test_who_opens_no_cards_has_no_form(cast, browser, who):
    client = browser(getattr(cast, who))
    assert client.get(PATH).status_code == 403
    assert client.post(PATH, TYPED).status_code == 403


@pytest.mark.parametrize("value", ["\x00", "x" * 200_000, "1" + "0" * 30, "\u202e\u200b", "<b>"])
@pytest.mark.parametrize(
    "name",
    [
        *("name", "phone", "source", "channel", "reason", "level", "product", "first_at"),
        *("first_method", "first_content", "wechat", "email", "gender", "notes", "request_id"),
    ],
)
def test_no_value_in_any_field_gives_an_error_page(cast, browser, name, value):
    make_product()
    assert browser(cast.lin).post(PATH, TYPED | {name: value}).status_code in (302, 422)


def test_what_was_typed_and_not_saved_comes_back_and_goes_with_the_card(cast, browser):
    lin = browser(cast.lin)
    kept = lin.post(f"{PATH}draft/", {"name": "王芳\x00", "reason": "看中 S7", "owner": "x"})
    assert kept.json()["saved_at"]
    page = lin.get(PATH).content.decode()
    assert 'value="王芳"' in page
    assert "看中 S7" in page
    assert "王芳" not in browser(cast.zhou).get(PATH).content.decode()

    lin.post(PATH, TYPED)
    assert 'value="王芳"' not in lin.get(PATH).content.decode()


def test_a_marketer_hands_a_customer_to_sales_and_stays_at_the_form(cast, browser):
    answer = browser(cast.mia).post(PATH, TYPED | {"owner": cast.lin.public_id})
    assert (answer.status_code, answer["Location"]) == (302, PATH)
    assert Card.objects.get().owner == cast.lin
