"""Sheet PlannedContacts 计划联系."""

from __future__ import annotations

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import nothing_more
from crm.exchange.sheets.definitions import Column, Kind, Sheet

PLANNED_CONTACTS = Sheet(
    key="PlannedContacts",
    chinese="计划联系",
    main_time="due_at",
    columns=(
        Column("planned_no", "序号", Kind.KEY, required=True, longest=40),
        Column("plan_no", "计划号", Kind.REFERENCE, required=True, refers_to="Plans"),
        Column("due_at", "应跟进时间", Kind.TIME, required=True),
        Column("method", "方式", Kind.CHOICE, required=True, choices=choices.METHOD),
        Column("content", "内容", longest=300, personal=True),
        Column(
            "status",
            "状态",
            Kind.CHOICE,
            choices=choices.PLANNED_CONTACT_STATUS,
            default="planned",
        ),
        Column("assignee", "跟进人", Kind.REFERENCE, refers_to="Staff"),
    ),
    check=nothing_more,
)
