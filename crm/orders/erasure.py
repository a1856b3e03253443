"""What is left of a customer's rows here once the customer was erased (D48). Pure."""

from __future__ import annotations

from crm.records.fates import CODES, EMPTY, HIDE, NUMBER, Table, every

TABLES = (
    Table(
        "orders.Order",
        "card",
        {"order_no": NUMBER, "cancel_reason": HIDE, **every(EMPTY, "vin", "plate")},
    ),
    Table("orders.Payment", "order__card", {"payment_no": NUMBER, "method": CODES}),
)
