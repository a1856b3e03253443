"""Edit forms through the browser: what is refused, what is kept, what a lost race looks like."""

import pytest

from crm.customers.models import Card
from tests.customers.conftest import PHONE

NEEDS = {"version": "1", "reason": "夫人未看车，是决定人之一", "colour": "云母白"}
PROFILE = {"version": "1", "name": "张伟", "phone": "138 0013 5021"}


def path(card, part):
    return f"/customers/{card.public_id}/{part}/"


def test_lin_edits_needs_and_comes_back_to_the_card(cast, card, browser):
    lin = browser(cast.lin)
    assert lin.get(path(card, "needs")).status_code == 200

    answer = lin.post(path(card, "needs"), NEEDS | {"budget_min": "200,000", "trade_in": "on"})

    assert answer.status_code == 302
    card.refresh_from_db()
    assert (card.colour, int(card.budget_min), card.trade_in) == ("云母白", 200000, True)


def test_the_second_save_shows_both_texts_and_offers_ones_own(cast, card, browser):
    browser(cast.chen).post(path(card, "needs"), NEEDS | {"colour": "黑"})

    answer = browser(cast.lin).post(path(card, "needs"), NEEDS | {"colour": "白"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "黑" in page
    assert "白" in page
    assert "陈立新" in page
    assert 'name="version" value="2:' in page
    assert Card.objects.get().colour == "黑"

    browser(cast.lin).post(path(card, "needs"), NEEDS | {"colour": "白", "version": "2"})
    assert Card.objects.get().colour == "白"


def test_a_refused_form_keeps_what_was_typed(cast, card, browser):
    answer = browser(cast.lin).post(
        path(card, "needs"), NEEDS | {"budget_min": "300000", "budget_max": "200000"}
    )
    assert answer.status_code == 422
    assert "300000" in answer.content.decode()
    assert Card.objects.get().budget_min is None


def test_a_phone_one_digit_short_is_told_so(cast, card, browser):
    answer = browser(cast.lin).post(path(card, "profile"), PROFILE | {"phone": "1380013502"})
    assert answer.status_code == 422
    assert "11" in answer.content.decode()


def test_the_profile_keeps_the_number_as_e164(cast, card, browser):
    answer = browser(cast.lin).post(path(card, "profile"), PROFILE | {"phone2": "139-0000-2233"})
    assert answer.status_code == 302
    customer = Card.objects.get().customer
    assert (customer.phone, customer.phone2) == (PHONE, "+8613900002233")


@pytest.mark.parametrize("name", ["shen", "xu"])
def test_who_reads_a_masked_number_edits_the_profile_without_it(cast, card, browser, name):
    client = browser(getattr(cast, name))
    assert "0013" not in client.get(path(card, "profile")).content.decode()

    sent = PROFILE | {"phone": "", "occupation": "教师"}
    assert client.post(path(card, "profile"), sent).status_code == 302

    customer = Card.objects.get().customer
    assert (customer.phone, customer.occupation) == (PHONE, "教师")


@pytest.mark.parametrize("part", ["needs", "profile", "willingness", "channel", "level", "phone"])
def test_a_colleague_finds_no_such_card(cast, card, browser, part):
    assert browser(cast.zhou).get(path(card, part)).status_code == 404
    assert browser(cast.zhou).post(path(card, part), NEEDS).status_code == 404


@pytest.mark.parametrize("part", ["needs", "profile", "willingness", "channel", "level"])
def test_who_reads_but_may_not_edit_is_refused(cast, card, browser, part):
    assert browser(cast.fang).get(path(card, part)).status_code == 403
    assert browser(cast.fang).post(path(card, part), NEEDS).status_code == 403


def test_the_channel_is_not_on_any_form_of_the_salesperson(cast, card, browser):
    lin = browser(cast.lin)
    lin.post(path(card, "needs"), NEEDS | {"channel": "wechat", "owner": "1", "state": "lost"})
    card.refresh_from_db()
    assert (card.channel, card.owner, card.state) == ("朋友介绍", cast.lin, "prospect")
    assert lin.get(path(card, "channel")).status_code == 403


def test_the_supervisor_corrects_the_channel_on_the_page(cast, card, browser):
    answer = browser(cast.chen).post(
        path(card, "channel"), {"version": "1", "channel": "wechat", "reason": "客户说是微信"}
    )
    assert answer.status_code == 302
    assert Card.objects.get().channel == "wechat"


def test_level_and_willingness_have_their_forms(cast, card, browser):
    lin = browser(cast.lin)
    assert lin.post(path(card, "level"), {"version": "1", "level": "B"}).status_code == 302
    answer = lin.post(
        path(card, "willingness"), {"version": "2", "confidence": "4", "need": "5", "power": "0"}
    )
    assert answer.status_code == 302
    card.refresh_from_db()
    assert (card.level, card.confidence, card.need) == ("B", 4, 5)


HOSTILE = [
    "\x00",
    "x" * 200_000,
    "1" + "0" * 30,
    "0001-01-01",
    "９９９９９９９９９９９９",
    "\u202e",
    "NaN",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("part", ["needs", "profile", "willingness", "level"])
def test_no_value_in_any_field_gives_an_error_page(cast, card, browser, part, value):
    lin = browser(cast.lin)
    fields = [
        *("version", "reason", "colour", "budget_min", "purchase_on", "product", "trade_in_value"),
        *("name", "phone", "email", "birthday", "lunar_birthday", "gender", "confidence", "level"),
    ]
    for name in fields:
        answer = lin.post(path(card, part), NEEDS | PROFILE | {name: value, "version": "1"})
        assert answer.status_code in (302, 409, 422), (part, name)
    card.refresh_from_db()
    seen = card.version
    answer = lin.post(path(card, part), NEEDS | {"version": value})
    card.refresh_from_db()
    assert answer.status_code in (302, 409, 422)
    assert card.version == seen, "what was saved with no version of it changes nothing"
