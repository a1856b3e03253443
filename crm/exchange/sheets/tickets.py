"""Sheet Tickets 工单: complaints, visit problems, help requests."""

from __future__ import annotations

from collections.abc import Iterator

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import in_order, needed
from crm.exchange.sheets.definitions import Column, Flaw, Kind, Sheet, Values
from crm.exchange.sheets.saying import said as _

ENDS = ("deadline", "onsite_at", "resolved_at", "closed_at", "reopened_at")


def check_ticket(row: Values) -> Iterator[Flaw]:
    """A resolved ticket was resolved at some time, and nothing happens before the report."""
    if row.get("status") in {"resolved", "closed"} and not row.get("closed_at"):
        yield from needed(row, "resolved_at", _("a resolved ticket needs the time of it"))
    for end in ENDS:
        yield from in_order(row, "reported_at", end)


TICKETS = Sheet(
    key="Tickets",
    chinese="工单",
    main_time="reported_at",
    columns=(
        Column("ticket_no", "工单号", Kind.KEY, required=True, longest=40),
        Column("card_no", "卡号", Kind.REFERENCE, refers_to="Customers"),
        Column("kind", "类型", Kind.CHOICE, required=True, choices=choices.TICKET_KIND),
        Column("category", "分类", Kind.CHOICE, required=True, choices=choices.TICKET_CATEGORY),
        Column("reported_at", "时间", Kind.TIME, required=True),
        Column("reporter", "登记人", Kind.REFERENCE, refers_to="Staff"),
        Column("responsible", "负责人", Kind.REFERENCE, refers_to="Staff"),
        Column("lead_department", "牵头部门", longest=60),
        Column("description", "描述", longest=4000, personal=True),
        Column("deadline", "首次承诺时间", Kind.TIME),
        Column("needs_onsite", "需上门", Kind.YES_NO, default=False),
        Column("onsite_at", "上门时间", Kind.TIME),
        Column("resolved_at", "解决时间", Kind.TIME),
        Column("closed_at", "关闭时间", Kind.TIME),
        Column("reopened_at", "重开时间", Kind.TIME),
        Column("status", "状态", Kind.CHOICE, choices=choices.TICKET_STATUS, default="open"),
    ),
    check=check_ticket,
)
