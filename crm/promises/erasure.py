"""What is left of a customer's rows here once the customer was erased (D48). Pure."""

from __future__ import annotations

from crm.records.fates import CODE, HIDE, Table, every, keep

TABLES = (
    Table(
        "promises.Promise",
        "card",
        {
            **every(HIDE, "what", "answer"),
            **every(CODE, "source_room", "source_model"),
            **every(CODE, "kept_room", "kept_model"),
            "kept_id": keep("the random id of another row"),
            "source_id": keep("the random id of another row"),
        },
    ),
)
