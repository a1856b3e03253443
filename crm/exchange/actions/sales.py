"""Saving the reception log, orders, payments and recoveries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm.customers.models import Recovery
from crm.exchange.actions.options import OptionCodes
from crm.exchange.actions.saving import (
    Saving,
    all_products,
    held_by,
    model_fields,
    new_state,
    save_rows,
    text,
)
from crm.exchange.sheets.rows import Row
from crm.orders import states
from crm.orders.models import Order, Payment
from crm.reception.models import ReceptionEntry
from crm.vehicles.vins import plain_vin


def save_reception(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update walk-ins and calls; the entry's own store counts."""
    products = all_products()

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        columns = ("kind", "arrived_at", "left_at", "party_size", "first_time", "test_drive")
        return {
            **{key: values[key] for key in columns},
            **model_fields(row, products),
            **held_by(saving, row, "staff"),
            "entry_no": row.key,
            "store_id": saving.pk("Stores", values["store"]),
            "staff_id": saving.pk("Staff", values["staff"]),
            "card_id": saving.pk("Customers", values["card_no"]),
            "notes": text(values["notes"]),
        }

    save_rows(saving, rows, ReceptionEntry, fields)


def save_orders(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update orders; they belong to who signed them."""

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        columns = ("signed_at", "delivered_at", "cancelled_at", "quantity", "amount")
        return {
            **{key: values[key] for key in columns},
            **new_state(row, states.STATUS_STATES),
            **held_by(saving, row, "staff"),
            "order_no": row.key,
            "card_id": saving.pk("Customers", values["card_no"]),
            "staff_id": saving.pk("Staff", values["staff"]),
            "product_id": saving.pk("Products", values["product"]),
            "vin": plain_vin(text(values["vin"])),
            "plate": text(values["plate"]),
        }

    save_rows(saving, rows, Order, fields)


def save_payments(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update payments."""
    codes = OptionCodes("payment_method")

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        found = {
            "payment_no": row.key,
            "order_id": saving.pk("Orders", values["order_no"]),
            "paid_at": values["paid_at"],
            "amount": values["amount"],
            "method": codes.code("payment_method", values["method"]),
            "handler_id": saving.pk("Staff", values["handler"]),
        }
        if store := held_by(saving, row, "handler"):
            found["store_id"] = store["store_id"]
        return found

    save_rows(saving, rows, Payment, fields)


def save_recoveries(saving: Saving, rows: Sequence[Row]) -> None:
    """Create and update the stages of winning customers back."""

    def fields(row: Row) -> dict[str, Any]:
        values = row.values
        return {
            "recovery_no": row.key,
            "card_id": saving.pk("Customers", values["card_no"]),
            "stage": values["stage"],
            "handler_id": saving.pk("Staff", values["handler"]),
            "opened_at": values["opened_at"],
            "closed_at": values["closed_at"],
            "order_no": text(values["order_no"]),
            **held_by(saving, row, "handler"),
        }

    save_rows(saving, rows, Recovery, fields)
