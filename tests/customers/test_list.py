"""The list of customers: whose cards, which filters, what a search finds and what it hides."""

import datetime as dt

import pytest
from django.utils import timezone

from crm.customers.models import Card
from crm.customers.queues import card_list
from crm.records.models import AuditEvent
from tests.customers.conftest import PHONE
from tests.people import NOW, make_card

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def names(user, now=NOW, **query):
    found = card_list(user, query, now=now)
    return [card.customer_name for card in found.listing.page]


def chip(user, key, **query):
    found = card_list(user, query, now=NOW)
    return next(c.count for c in found.listing.chips if c.key == key)


@pytest.fixture
def floor(cast):
    """Five of Lin's cards with different next contacts, one of Zhou's, one sold, one elsewhere."""
    make_card(cast.lin, "逾期", level="B", next_contact_at=NOW - HOUR)
    make_card(cast.lin, "今天", level="H", next_contact_at=NOW + HOUR)
    make_card(cast.lin, "后天", level="A", next_contact_at=NOW + 2 * DAY, source="event")
    make_card(cast.lin, "下月", level="C", next_contact_at=NOW + 30 * DAY)
    make_card(cast.lin, "没有", level="H")
    make_card(cast.lin, "已交车", level="H", state="delivered")
    make_card(cast.zhou, "别人", level="H", next_contact_at=NOW + HOUR)
    make_card(cast.otto, "外店", level="H", next_contact_at=NOW + HOUR)
    return cast


def test_what_is_due_first_stands_on_top_and_undated_cards_at_the_end(floor):
    assert names(floor.lin) == ["逾期", "今天", "后天", "下月", "没有"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"show": "overdue"}, ["逾期"]),
        ({"show": "today"}, ["今天"]),
        ({"show": "week"}, ["今天", "后天"]),
        ({"show": "none"}, ["没有"]),
        ({"level": "H"}, ["今天", "没有"]),
        ({"level": "H", "show": "none"}, ["没有"]),
        ({"source": "event"}, ["后天"]),
        ({"status": "delivered"}, ["已交车"]),
        ({"sort": "level"}, ["今天", "没有", "后天", "逾期", "下月"]),
        ({"sort": "-next"}, ["下月", "后天", "今天", "逾期", "没有"]),
        ({"level": "Z", "show": "x", "sort": "owner__password", "status": "\x00"}, None),
    ],
)
def test_filters_and_sorts_come_from_the_address_and_nonsense_is_ignored(floor, query, found):
    assert names(floor.lin, **query) == (found or names(floor.lin))


def test_chips_say_how_many_they_would_show(floor):
    assert [chip(floor.lin, key) for key in ("all", "overdue", "today", "week", "none")] == [
        *(5, 1, 1, 2, 1)
    ]
    levels = card_list(floor.lin, {}, now=NOW).listing.facets["level"]
    assert [(c.key, c.count) for c in levels] == [("H", 2), ("A", 1), ("B", 1), ("C", 1)]


@pytest.mark.parametrize("level", ["", "H", "A"])
@pytest.mark.parametrize("source", ["", "event"])
def test_a_managers_chips_count_exactly_what_each_of_them_shows(floor, level, source):
    """Over whole stores, without a filter but a level, they are counted another way."""
    make_card(floor.lin, "无级别", level="", next_contact_at=NOW + HOUR)
    asked = {"level": level, "source": source}
    for key, shown in (("all", 7), ("overdue", 1), ("today", 3), ("week", 4), ("none", 1)):
        found = card_list(floor.shen, {**asked, "show": key}, now=NOW).listing
        assert {c.key: c.count for c in found.chips}[key] == len(found.page)
        assert level or source or len(found.page) == shown
        for facet in found.facets["level"]:
            beside = card_list(floor.shen, {**asked, "level": facet.key, "show": key}, now=NOW)
            assert facet.count == beside.listing.total == len(beside.listing.page)


@pytest.mark.parametrize("asked", [{}, {"level": "H"}, {"source": "event"}, {"sort": "-level"}])
def test_the_chips_of_a_search_count_exactly_what_each_of_them_shows(floor, asked):
    for days, (level, source) in enumerate([("H", "event"), ("H", ""), ("", "event"), ("B", "")]):
        due = {"next_contact_at": NOW + (days * 4 - 1) * DAY} if days else {}
        make_card(floor.lin, f"王{days}", level=level, source=source, **due)
    for key in ("all", "overdue", "today", "week", "none"):
        words = {"q": "王", **asked, "show": key}
        found = card_list(floor.shen, words, now=NOW).listing
        assert {c.key: c.count for c in found.chips}[key] == found.total == len(found.page)
        for facet in found.facets["level"]:
            beside = card_list(floor.shen, {**words, "level": facet.key}, now=NOW).listing
            assert facet.count == beside.total == len(beside.page)
    assert card_list(floor.shen, {"q": "王"}, now=NOW).listing.total == 4


def test_a_search_has_pages_and_one_beyond_the_end_is_the_last(floor):
    for number in range(52):
        make_card(floor.lin, f"王{number}", level="H", next_contact_at=NOW + number * HOUR)
    make_card(floor.lin, "王早", next_contact_at=NOW - HOUR)
    asked = {"q": "王", "show": "week"}
    assert names(floor.shen, **asked) == [f"王{number}" for number in range(50)]
    assert names(floor.shen, **asked, page="2") == ["王50", "王51"]
    assert names(floor.shen, **asked, page="9") == ["王50", "王51"]
    assert names(floor.shen, **{**asked, "show": "overdue"}, page="2") == ["王早"]


def test_a_supervisor_chooses_among_the_owners_of_the_team(floor):
    found = card_list(floor.chen, {"owner": floor.zhou.public_id}, now=NOW)
    assert [name for _key, name in found.owners] == ["周启航", "林晓彤", "陈立新"]
    assert [card.owner_id for card in found.listing.page] == [floor.zhou.pk]
    assert card_list(floor.lin, {}, now=NOW).owners == []


def test_the_address_keeps_words_and_status_when_a_chip_is_tapped(floor):
    found = card_list(floor.lin, {"q": "a", "status": "all", "level": "H"}, now=NOW)
    assert all("q=a" in c.href and "status=all" in c.href for c in found.listing.chips)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        *[(who, True) for who in ("lin", "chen", "shen", "wu", "xu", "fang", "bai", "pan")],
        *[(who, False) for who in ("zhou", "ma", "he", "tang", "vera", "mia", "mona", "otto")],
        ("adele", False),
    ],
)
def test_whose_card_is_whose_to_see(cast, card, who, sees):
    assert Card.objects.visible_to(getattr(cast, who)).filter(pk=card.pk).exists() is sees


def test_a_deputy_sees_the_cards_of_who_is_away(cast, card):
    today = timezone.localdate()
    cast.zhou.deputises.create(user=cast.lin, starts_on=today, ends_on=today)
    assert Card.objects.visible_to(cast.zhou).get() == card


def test_a_merged_card_is_on_no_list(cast, card):
    other = make_card(cast.lin, "李娜")
    Card.objects.filter(pk=card.pk).update(state="merged", merged_into=other)
    assert list(Card.objects.visible_to(cast.lin)) == [other]


def test_a_contact_at_any_time_of_its_day_shows_no_clock(cast, browser):
    due = timezone.localtime(timezone.now() + 3 * DAY).replace(hour=23, minute=59, second=59)
    make_card(cast.lin, next_contact_at=due)
    page = browser(cast.lin).get("/customers/").content.decode().split('id="main"')[1]
    assert "23:59" not in page


# --- the page ----------------------------------------------------------------------------


def test_lists_mask_numbers_even_for_the_owner(cast, card, browser):
    page = browser(cast.lin).get("/customers/").content.decode()
    assert "张伟" in page
    assert "138****5021" in page
    assert "0013" not in page


@pytest.mark.parametrize("who", ["wu", "fang", "pan"])
def test_masked_scopes_read_a_masked_name(cast, card, browser, who):
    page = browser(getattr(cast, who)).get("/customers/").content.decode()
    assert "张**" in page
    assert "张伟" not in page


@pytest.mark.parametrize("words", ["张伟", "zw", "zhangwei", "5021", "138 0013 5021"])
def test_one_hit_opens_the_card(cast, card, browser, words):
    answer = browser(cast.lin).get("/customers/", {"q": words})
    assert answer.status_code == 302
    assert card.public_id in answer["Location"]


def test_a_whole_number_beyond_ones_scope_says_who_holds_it_and_is_kept(cast, card, browser):
    page = browser(cast.ma).get("/customers/", {"q": "13800135021"}).content.decode()
    assert "林晓彤" in page
    assert "一组" in page
    assert "张" not in page.split('id="main"')[1].split("</main>")[0]
    assert AuditEvent.objects.filter(action="customers.check_duplicate").count() == 1


def test_the_last_digits_find_nothing_beyond_ones_scope(cast, card, browser):
    page = browser(cast.ma).get("/customers/", {"q": "5021"}).content.decode()
    assert "林晓彤" not in page


def test_the_other_store_learns_nothing_of_a_number(cast, card, browser):
    page = browser(cast.otto).get("/customers/", {"q": PHONE}).content.decode()
    assert "林晓彤" not in page


@pytest.mark.parametrize("who", ["adele", "mona"])
def test_who_has_no_cards_has_no_list(cast, browser, who):
    assert browser(getattr(cast, who)).get("/customers/").status_code == 403


HOSTILE = ["\x00", "%", "_", "'", "\\", "x" * 200_000, "٣", "1e999", "\u202e", "-1", "🚗", "[]"]


@pytest.mark.parametrize("value", HOSTILE)
def test_no_value_in_the_address_breaks_the_list(cast, card, browser, value):
    lin = browser(cast.lin)
    for name in ("q", "level", "show", "sort", "page", "owner", "source", "status"):
        assert lin.get("/customers/", {name: value}).status_code in (200, 302)


def test_thirty_cards_cost_what_one_costs(cast, card, browser, django_assert_max_num_queries):
    for number in range(30):
        make_card(cast.lin, f"客户{number}", next_contact_at=NOW)
    lin = browser(cast.lin)
    lin.get("/customers/")
    with django_assert_max_num_queries(12):
        assert lin.get("/customers/").status_code == 200


def test_fifty_cards_make_a_page(cast, browser):
    for number in range(51):
        make_card(cast.lin, f"客户{number}")
    found = card_list(cast.lin, {"page": "2"}, now=NOW)
    assert (len(found.listing.page), found.listing.total) == (1, 51)
