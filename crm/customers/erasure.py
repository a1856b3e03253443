"""What is left of a customer's rows here once the customer was erased (D48). Pure."""

from __future__ import annotations

from crm.records.fates import CODE, CODES, EMPTY, HIDE, NUMBER, Table, every, keep, of_nobody

TABLES = (
    Table(
        "customers.Customer",
        "cards",
        {
            **every(EMPTY, "name", "gender", "phone", "phone2", "wechat", "email", "address"),
            **every(EMPTY, "region", "birthday", "lunar_birthday", "age_band", "occupation"),
            **every(EMPTY, "employer", "best_time", "language"),
        },
    ),
    Table(
        "customers.Card",
        "pk",
        {
            "card_no": NUMBER,
            **every(EMPTY, "search", "plates", "decision_maker"),
            **every(HIDE, "reason", "colour", "configuration", "purpose", "rivals", "notes"),
            **every(HIDE, "lost_to", "model_text", "current_vehicle", "charging"),
            **every(HIDE, "confidence_words", "need_words", "power_words"),
            **every(CODES, "channel", "lost_reason"),
        },
    ),
    Table("customers.Consent", "customer__cards", {"channel": CODE, "words": HIDE}),
    Table("customers.LevelChange", "card", every(CODE, "before", "after")),
    Table(
        "customers.Assessment",
        "card",
        every(HIDE, "confidence_words", "need_words", "power_words"),
    ),
    Table("customers.TimelineEntry", "card", {"kind": CODE, "data": CODES}),
    Table("customers.PhoneView", "card", {"reason": HIDE}),
    Table("customers.Recovery", "card", every(NUMBER, "recovery_no", "order_no")),
    Table("customers.Ownership", "card", {"reason": HIDE}),
    Table("customers.OwnershipConflict", "card", every(HIDE, "claim", "reason")),
    Table("customers.CaseAccess", "card", {}),
    Table("customers.HeldNumber", "customer__cards", {"digest": keep("goes with its row")}),
    of_nobody("customers.NumberKey", "secret"),
)
