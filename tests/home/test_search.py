"""The search box: customers by words, and whatever bears a number by its number."""

import pytest
from django.utils import timezone

from tests.people import Cast, make_card, make_order, make_ticket, make_visit


def answer_to(client, user, words: str) -> str:
    client.force_login(user)
    answer = client.get("/search/", {"q": words})
    assert answer.status_code == 302
    return answer.url


def test_a_ticket_a_card_and_a_visit_are_found_by_their_numbers(client, cast: Cast) -> None:
    card = make_card(cast.lin, "孙海燕")
    ticket = make_ticket(card, timezone.now())
    visit = make_visit(card, timezone.localdate())
    assert answer_to(client, cast.wu, ticket.ticket_no) == f"/complaints/{ticket.public_id}/"
    assert answer_to(client, cast.wu, f" {ticket.ticket_no.lower()} ").endswith(
        f"/{ticket.public_id}/"
    )
    assert answer_to(client, cast.wu, visit.visit_no) == f"/visits/{visit.public_id}/"
    assert answer_to(client, cast.lin, card.card_no) == f"/customers/{card.public_id}/"


def test_the_number_of_what_is_out_of_scope_says_nothing(client, cast: Cast) -> None:
    ticket = make_ticket(make_card(cast.otto, "外地人"), timezone.now())
    assert answer_to(client, cast.wu, ticket.ticket_no) == f"/customers/?q={ticket.ticket_no}"


@pytest.mark.parametrize("words", ["孙海燕", "sunhy", "0042", "13800001120", "T\0S-1", "a" * 200])
def test_words_go_to_the_customer_list(client, cast: Cast, words: str) -> None:
    assert answer_to(client, cast.lin, words).startswith("/customers/?q=")


def test_a_car_is_found_by_its_vin_by_sales_its_card_and_by_service_its_ticket(
    client, cast: Cast
) -> None:
    card = make_card(cast.lin, "孙海燕")
    make_order(card, timezone.now(), vin="LSGKB54U8EA012345")
    ticket = make_ticket(card, timezone.now())
    assert answer_to(client, cast.lin, "lsgkb54u8ea012345") == f"/customers/{card.public_id}/"
    assert answer_to(client, cast.wu, "LSGK B54U 8EA0 12345") == f"/complaints/{ticket.public_id}/"
    assert answer_to(client, cast.otto, "LSGKB54U8EA012345").startswith("/customers/?q=")
