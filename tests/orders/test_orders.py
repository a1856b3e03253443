"""An order is signed, delivered, cancelled; the card follows and the rooms above are told."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from crm.customers.access import shown_plate
from crm.customers.models import Card, TimelineEntry
from crm.orders import actions
from crm.orders.models import Order
from crm.orders.queues import orders_of
from crm.orders.signals import order_cancelled, order_delivered, order_signed
from crm.records.models import AuditEvent
from crm.records.states import Stale
from tests.people import NOW, Cast, make_card, make_order, make_product

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def heard():
    """The news sent while a test runs."""
    news: list[tuple[str, Order]] = []
    listeners = []
    for name, signal in (
        ("signed", order_signed),
        ("delivered", order_delivered),
        ("cancelled", order_cancelled),
    ):

        def listen(sender, order, name=name, **_more):
            news.append((name, order))

        signal.connect(listen, weak=False)
        listeners.append((signal, listen))
    yield news
    for signal, listen in listeners:
        signal.disconnect(listen)


def sign(cast, card, by=None, **fields):
    fields = {
        "product": make_product(),
        "amount": Decimal(239800),
        "signed_at": NOW - HOUR,
        "now": NOW,
    } | fields
    return actions.sign_order(card, by=by or cast.lin, **fields)


def test_a_signed_order_counts_for_its_salesperson_and_moves_the_card(cast, card, heard):
    order = sign(cast, card)

    assert (order.staff, order.team, order.store) == (cast.lin, cast.team_one, cast.pudong)
    assert (order.state, order.order_no) == ("signed", "DD-2026-0001")
    assert Card.objects.get().state == "ordered"
    assert heard == [("signed", order)]
    assert TimelineEntry.objects.get(kind="order_signed").data["order_no"] == order.order_no
    assert AuditEvent.objects.filter(action="orders.order_signed").count() == 1


def test_a_form_sent_twice_is_one_order(cast, card):
    sign(cast, card, request_id="r1")
    assert sign(cast, card, request_id="r1") is None
    assert Order.objects.count() == 1


def test_an_order_number_is_used_once(cast, card):
    sign(cast, card, order_no="X-1")
    with pytest.raises(ValidationError) as refused:
        sign(cast, card, order_no="X-1")
    assert "order_no" in refused.value.message_dict


def test_an_order_is_not_signed_in_the_future(cast, card):
    with pytest.raises(ValidationError):
        sign(cast, card, signed_at=NOW + HOUR)


@pytest.mark.parametrize("state", ["lost", "pool", "merged"])
def test_a_closed_card_takes_no_order(cast, state):
    other = make_card(cast.lin, name="李娜")
    closed = make_card(cast.lin)
    Card.objects.filter(pk=closed.pk).update(
        state=state, lost_at=NOW, merged_into=other if state == "merged" else None
    )
    closed.refresh_from_db()
    with pytest.raises(ValidationError):
        sign(cast, closed)


@pytest.mark.parametrize("who", ["zhou", "chen", "shen", "wu", "bai"])
def test_only_the_owner_signs(cast, card, who):
    with pytest.raises(PermissionDenied):
        sign(cast, card, by=getattr(cast, who))


def deliver(cast, order, **fields):
    fields = {
        "version": order.version,
        "delivered_at": NOW,
        "now": NOW,
        "vin": "LSVAA4182E2184847",
        "plate": "沪A12345",
    } | fields
    actions.deliver_order(order, by=fields.pop("by", cast.lin), **fields)


def test_the_handover_delivers_the_card_and_makes_it_findable_by_plate(cast, card, heard):
    order = sign(cast, card)
    deliver(cast, order)

    found = Card.objects.found_by("沪A12345").get()
    assert (found.state, order.state, order.delivered_at) == ("delivered", "delivered", NOW)
    assert heard[-1] == ("delivered", order)
    assert not Card.objects.found_by("沪A123").exists()


@pytest.mark.parametrize(
    "typed", ["lsva a418 2e21 84847", "LSVAA-4182E2-184847", "ＬＳＶＡＡ４１８２Ｅ２１８４８４７"]
)
def test_a_vin_is_kept_as_one_however_it_was_typed(cast, card, typed):
    order = sign(cast, card)
    deliver(cast, order, vin=typed)
    assert order.vin == "LSVAA4182E2184847"


def test_the_card_waits_for_the_last_of_two_cars(cast, card):
    first, second = sign(cast, card), sign(cast, card)
    deliver(cast, first)
    assert Card.objects.get().state == "ordered"
    deliver(cast, second)
    assert Card.objects.get().state == "delivered"


def test_a_handover_before_the_signature_is_refused(cast, card):
    order = sign(cast, card)
    with pytest.raises(ValidationError):
        deliver(cast, order, delivered_at=NOW - 2 * HOUR)


def test_two_handovers_of_one_order_have_one_winner(cast, card):
    order = sign(cast, card)
    version = order.version
    deliver(cast, order)
    with pytest.raises(Stale):
        deliver(cast, order, version=version)


def cancel(cast, order, by=None, **fields):
    fields = {
        "version": order.version,
        "cancelled_at": NOW,
        "reason": "贷款未批",
        "now": NOW,
    } | fields
    actions.cancel_order(order, by=by or cast.chen, **fields)


def test_the_supervisor_cancels_and_the_customer_is_followed_up_again(cast, card, heard):
    order = sign(cast, card)
    cancel(cast, order)

    assert (order.state, order.cancel_reason) == ("cancelled", "贷款未批")
    assert Card.objects.get().state == "prospect"
    assert not Order.objects.all().signed().exists()
    assert heard[-1] == ("cancelled", order)


def test_another_order_keeps_the_card_ordered(cast, card):
    first, _second = sign(cast, card), sign(cast, card)
    cancel(cast, first)
    assert Card.objects.get().state == "ordered"


@pytest.mark.parametrize("who", ["lin", "zhou", "he", "wu", "bai"])
def test_neither_the_salesperson_nor_outsiders_cancel(cast, card, who):
    with pytest.raises(PermissionDenied):
        cancel(cast, sign(cast, card), by=getattr(cast, who))


def test_a_delivered_order_is_not_cancelled(cast, card):
    order = sign(cast, card)
    deliver(cast, order)
    with pytest.raises(Stale):
        cancel(cast, order)


def test_a_cancellation_needs_a_reason(cast, card):
    with pytest.raises(ValidationError):
        cancel(cast, sign(cast, card), reason=" ")


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        *[(who, True) for who in ("lin", "chen", "shen", "bai")],
        *[(who, False) for who in ("zhou", "he", "wu", "xu", "fang", "vera", "pan", "otto")],
    ],
)
def test_orders_are_sales_business(cast, card, who, sees):
    make_order(card, NOW)
    assert Order.objects.visible_to(getattr(cast, who)).exists() is sees


# --- through the pages -------------------------------------------------------------------


def test_lin_signs_an_order_on_the_page(cast, card, browser):
    product = make_product("青岚 S7")
    lin, path = browser(cast.lin), f"/customers/{card.public_id}/orders/"
    assert "青岚 S7" in lin.get(path).content.decode()

    answer = lin.post(
        path,
        {
            "version": card.version,
            "product": product.public_id,
            "amount": "239,800",
            "quantity": "1",
            "signed_at": "2026-03-01 10:00",
            "order_no": "",
        },
    )
    assert answer.status_code == 302
    assert Order.objects.get().amount == Decimal(239800)


@pytest.mark.parametrize(
    "values",
    [
        {"amount": "1e30"},
        {"amount": "9" * 400},
        {"quantity": "٣"},
        {"quantity": "99999999999999999999999"},
        {"signed_at": "0001-01-01 00:00"},
        {"order_no": "x\x00" * 99},
        {"product": "\x00"},
        {"amount": "-1"},
    ],
)
def test_hostile_values_are_sent_back_beside_their_field(cast, card, browser, values):
    product = make_product()
    good = {
        "product": product.public_id,
        "amount": "1",
        "quantity": "1",
        "signed_at": "2026-03-01 10:00",
    }
    path = f"/customers/{card.public_id}/orders/"
    assert browser(cast.lin).post(path, good | values).status_code == 422
    assert not Order.objects.exists()


def test_the_supervisor_cancels_on_the_page_and_a_colleague_finds_nothing(cast, card, browser):
    order = make_order(card, NOW)
    Card.objects.update(state="ordered")
    path = f"/orders/{order.public_id}/cancellation/"
    assert browser(cast.zhou).get(path).status_code == 404
    assert browser(cast.lin).get(path).status_code == 403

    answer = browser(cast.chen).post(
        path, {"version": 1, "reason": "贷款未批", "cancelled_at": "2026-03-13 10:00"}
    )
    assert answer.status_code == 302
    assert Order.objects.get().state == "cancelled"


def test_who_reads_the_name_masked_reads_the_end_of_the_plate(cast: Cast) -> None:
    card = make_card(cast.lin)
    make_order(card, NOW, plate="沪A12345")
    plates = {
        user.username: [row.plate for row in orders_of(user, card)["orders"]]
        for user in (cast.lin, cast.chen, cast.tang)
    }
    assert plates == {"lin": ["沪A12345"], "chen": ["沪A12345"], "tang": []}
    assert shown_plate(cast.tang, card, "沪A12345") == "**2345"
    assert shown_plate(cast.tang, card, "") == ""
