"""What is left of a customer's rows here once the customer was erased (D48). Pure."""

from __future__ import annotations

from crm.records.fates import CODE, CODES, HIDE, NUMBER, Table, every

TABLES = (
    Table(
        "followups.Plan",
        "card",
        {"plan_no": NUMBER, **every(HIDE, "exception_reason", "review_comment")},
    ),
    Table(
        "followups.PlanDecision",
        "plan__card",
        {"comment": HIDE, **every(CODE, "criteria", "checks")},
    ),
    Table("followups.PlanRevision", "plan__card", {"steps": CODES}),
    Table(
        "followups.PlannedContact",
        "card",
        {"planned_no": NUMBER, **every(HIDE, "content", "reason", "closed_reason")},
    ),
    Table(
        "followups.Contact",
        "card",
        {
            "contact_no": NUMBER,
            **every(HIDE, "feedback", "problem", "analysis", "next_step"),
            "level_after": CODE,
        },
    ),
)
