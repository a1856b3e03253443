"""What is left of a customer's rows here once the customer was erased (D48). Pure."""

from __future__ import annotations

from crm.records.fates import HIDE, NUMBER, Table, every

TABLES = (
    Table(
        "reception.ReceptionEntry",
        "card",
        {"entry_no": NUMBER, **every(HIDE, "model_text", "notes")},
    ),
)
