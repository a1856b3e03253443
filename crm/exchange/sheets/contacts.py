"""Sheet Contacts 跟进记录."""

from __future__ import annotations

from collections.abc import Iterator

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import needed
from crm.exchange.sheets.definitions import Column, Flaw, Kind, Sheet, Values
from crm.exchange.sheets.saying import said as _


def check_contact(row: Values) -> Iterator[Flaw]:
    """Whoever called out knows how it went; an inbound contact was reached by itself."""
    if row.get("direction") != "in":
        yield from needed(row, "outcome", _("an outbound contact needs an outcome"))


CONTACTS = Sheet(
    key="Contacts",
    chinese="跟进记录",
    main_time="occurred_at",
    columns=(
        Column("contact_no", "记录号", Kind.KEY, required=True, longest=40),
        Column("card_no", "卡号", Kind.REFERENCE, required=True, refers_to="Customers"),
        Column("staff", "跟进人", Kind.REFERENCE, required=True, refers_to="Staff"),
        Column("occurred_at", "时间", Kind.TIME, required=True),
        Column("method", "方式", Kind.CHOICE, required=True, choices=choices.METHOD),
        Column("direction", "方向", Kind.CHOICE, choices=choices.DIRECTION, default="out"),
        Column("outcome", "结果", Kind.CHOICE, choices=choices.OUTCOME),
        Column("feedback", "客户反馈", personal=True),
        Column("problem", "问题", longest=1000, personal=True),
        Column("next_step", "下一步", longest=300, personal=True),
        Column("level_after", "跟进后级别", Kind.CHOICE, choices=choices.LEVEL),
        Column("planned_no", "对应计划", Kind.REFERENCE, refers_to="PlannedContacts"),
        Column("purpose", "目的", Kind.CHOICE, choices=choices.PURPOSE, default="sales"),
    ),
    check=check_contact,
)
