"""Saving customers and their cards, with who owned them since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import F, Q

from crm.customers import states
from crm.customers.models import Card, Customer, LevelChange, Ownership
from crm.exchange.actions.card_changes import ownership, write_changes
from crm.exchange.actions.options import OptionCodes
from crm.exchange.actions.saving import (
    Saving,
    all_products,
    chunks,
    create,
    held_by,
    model_fields,
    new_state,
    save_rows,
    text,
)
from crm.exchange.queues.stored import in_chunks
from crm.exchange.sheets.customers import anonymised
from crm.exchange.sheets.duplicates import phones_of
from crm.exchange.sheets.names import loose
from crm.exchange.sheets.rows import Row

TEXTS = (
    *("name", "gender", "phone", "phone2", "wechat", "email", "address", "region"),
    *("lunar_birthday", "occupation"),
)
CONTACT = (*TEXTS, "birthday")


def save_customers(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update customers and cards; two cards of one person share one customer."""
    new = [row for row in rows if row.is_new]
    changed = [row for row in rows if not row.is_new and row.changed]
    customers = customers_for(saving, new)
    products = all_products()
    codes = OptionCodes("channel", "lost_reason")

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        found: dict[str, Any] = {
            key: values[key] for key in ("opened_at", "lost_at", "budget_min", "budget_max")
        }
        found |= {key: text(values[key]) for key in ("level", "source", "current_vehicle", "notes")}
        found |= {"card_no": row.key, "owner_id": saving.pk("Staff", values["owner"])}
        found |= {"channel": codes.code("channel", values["channel"])}
        found |= {"lost_reason": codes.code("lost_reason", values["lost_reason"])}
        found |= model_fields(row, products) | state_of(row) | first_owner_of(saving, row)
        if row.is_new or "owner" in row.changed:
            found["team_id"] = saving.post(values["owner"]).team_id
        found["store_id"] = saving.pk("Stores", values["store"])
        if row.is_new:
            found["customer"] = customers[row.key]
            facts = saving.new_cards.facts.get(row.key)
            found |= facts.columns() if facts else {}
            plates = facts.plates if facts else ""
            card = Card(card_no=row.key, customer=customers[row.key], plates=plates)
            found["search"] = card.searchable()
        return found

    save_rows(saving, rows, Card, fields)
    saving.later(lambda: update_contact_data(saving, changed))
    saving.later(lambda: link_referrers(saving, rows))
    write_history(saving, new)
    saving.later(lambda: write_changes(saving, changed))


def contact_data(row: Row) -> dict[str, Any]:
    """A customer's own columns."""
    return {key: text(row.values[key]) for key in TEXTS} | {"birthday": row.values["birthday"]}


def customers_for(saving: Saving, rows: Sequence[Row]) -> dict[str, Customer]:
    """Card number to its customer: one already known by name and phone, or a new one."""
    known = known_customers(rows)
    found: dict[str, Customer] = {}
    made: list[Customer] = []
    touched: dict[int, Customer] = {}
    for row in rows:
        name = loose(text(row.values["name"]))
        signs = [(name, phone) for phone in sorted(phones_of(row.values))] if name else []
        customer = next((known[sign] for sign in signs if sign in known), None)
        if customer is None:
            customer = Customer(
                **contact_data(row), store_id=saving.pk("Stores", row.values["store"])
            )
            customer.anonymised_at = saving.now if anonymised(row.values) else None
            made.append(customer)
        else:
            for key, value in contact_data(row).items():
                setattr(customer, key, value or getattr(customer, key))
            if customer.pk:
                touched[customer.pk] = customer
        known.update(dict.fromkeys(signs, customer))
        found[row.key] = customer
    create(saving, Customer, made)
    saving.later(lambda: update_customers(saving, touched))
    return found


def update_customers(saving: Saving, touched: Mapping[int, Customer]) -> None:
    """Customers that got one more card: what the file knows of them goes over what was kept."""
    saving.ledger.remember(Customer, touched)
    Customer.objects.bulk_update(touched.values(), CONTACT, batch_size=200)


def known_customers(rows: Sequence[Row]) -> dict[tuple[str, str], Customer]:
    """Stored customers by (name as compared, phone) for the phones of new cards."""
    numbers = {number for row in rows for number in phones_of(row.values)}
    known: dict[tuple[str, str], Customer] = {}
    for chunk in in_chunks(numbers):
        for customer in Customer.objects.filter(Q(phone__in=chunk) | Q(phone2__in=chunk)):
            for phone in (customer.phone, customer.phone2):
                if phone:
                    known.setdefault((loose(customer.name), phone), customer)
    return known


def state_of(row: Row) -> dict[str, str]:
    """The card's state where its status is new or has changed."""
    found = new_state(row, states.STATUS_STATES)
    if found and row.values["status"] == "open":
        if anonymised(row.values):
            return {"state": states.ANONYMISED}
        if not row.values["level"] and not row.values["owner"]:
            return {"state": states.LEAD}
        return {"state": states.state_for_level(text(row.values["level"]))}
    return found


def first_owner_of(saving: Saving, row: Row) -> dict[str, Any]:
    """Who owned the card when it was opened, with today's team and store of that person."""
    post = held_by(saving, row, "first_owner", fallback=row.values["store"], prefix="first_")
    if not post:
        return {}
    return {"first_owner_id": saving.pk("Staff", row.values["first_owner"]), **post}


def update_contact_data(saving: Saving, rows: Sequence[Row]) -> None:
    """Names, phones and the like of changed cards, on the customer they belong to."""
    changed = [row for row in rows if row.changed & set(CONTACT)]
    pks = {saving.pks["Customers"][row.key]: row for row in changed}
    customers: dict[int, int] = {}
    for chunk in chunks(sorted(pks)):
        customers.update(Card.objects.filter(pk__in=chunk).values_list("pk", "customer_id"))
    objects = [Customer(pk=customers[pk], **contact_data(row)) for pk, row in pks.items()]
    saving.ledger.remember(Customer, customers.values())
    for customer in objects:
        customer.version = F("version") + 1
    Customer.objects.bulk_update(
        {customer.pk: customer for customer in objects}.values(),
        [*CONTACT, "version"],
        batch_size=200,
    )


def link_referrers(saving: Saving, rows: Sequence[Row]) -> None:
    """Referrers last: they may be cards of the same file."""
    objects = [
        Card(
            pk=saving.pks["Customers"][row.key],
            referrer_id=saving.pk("Customers", row.values["referrer"]),
        )
        for row in rows
        if "referrer" in row.changed and (row.values["referrer"] or not row.is_new)
    ]
    saving.ledger.remember(Card, [card.pk for card in objects])
    Card.objects.bulk_update(objects, ["referrer"], batch_size=500)


def write_history(saving: Saving, rows: Sequence[Row]) -> None:
    """Owners since the opening and the first level of new cards."""
    create(saving, Ownership, first_owners(saving, rows))
    pks = saving.pks["Customers"]
    levels = (
        {
            "card_id": pks[row.key],
            "after": level,
            "at": row.values["opened_at"],
            "by_id": saving.by.pk if saving.by else None,
        }
        for row in rows
        if (level := text(row.values["level"]))
    )
    create(saving, LevelChange, levels)


def first_owners(saving: Saving, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Who owned each new card when it was opened, and who does since."""
    for row in rows:
        card, opened = saving.pks["Customers"][row.key], row.values["opened_at"]
        first, owner = row.values["first_owner"], row.values["owner"]
        if first and first != owner:
            yield ownership(saving, card, str(first), opened, until=opened)
        if owner:
            yield ownership(saving, card, str(owner), opened)
