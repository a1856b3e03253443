"""Sheet Plans 跟进计划."""

from __future__ import annotations

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import nothing_more
from crm.exchange.sheets.definitions import Column, Kind, Sheet

PLANS = Sheet(
    key="Plans",
    chinese="跟进计划",
    main_time="created_at",
    columns=(
        Column("plan_no", "计划号", Kind.KEY, required=True, longest=40),
        Column("card_no", "卡号", Kind.REFERENCE, required=True, refers_to="Customers"),
        Column("author", "制定人", Kind.REFERENCE, required=True, refers_to="Staff"),
        Column("created_at", "制定时间", Kind.TIME, required=True),
        Column("status", "状态", Kind.CHOICE, choices=choices.PLAN_STATUS, default="draft"),
        Column("reviewer", "审核人", Kind.REFERENCE, refers_to="Staff"),
        Column("reviewed_at", "审核时间", Kind.TIME),
        Column("review_comment", "审核意见", longest=1000, personal=True),
        Column("interval_days", "间隔天数", Kind.WHOLE, least=0, most=32767),
    ),
    check=nothing_more,
)
