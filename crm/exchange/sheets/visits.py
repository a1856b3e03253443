"""Sheet Visits 回访."""

from __future__ import annotations

from collections.abc import Iterator

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import needed
from crm.exchange.sheets.definitions import Column, Flaw, Kind, Sheet, Values
from crm.exchange.sheets.saying import said as _


def check_visit(row: Values) -> Iterator[Flaw]:
    """Only a completed visit has a rating, and who declined to rate gave none."""
    completed = row.get("status") == "completed"
    if completed:
        yield from needed(row, "completed_at", _("a completed visit needs its time"))
    if row.get("satisfaction") is not None and not completed:
        yield Flaw("satisfaction", _("only a completed visit can have a rating"))
    if row.get("satisfaction") is not None and row.get("declined"):
        yield Flaw("declined", _("a visit cannot be rated and its rating declined"))


VISITS = Sheet(
    key="Visits",
    chinese="回访",
    main_time="due_on",
    columns=(
        Column("visit_no", "回访号", Kind.KEY, required=True, longest=40),
        Column("card_no", "卡号", Kind.REFERENCE, required=True, refers_to="Customers"),
        Column("kind", "类型", Kind.CHOICE, required=True, choices=choices.VISIT_KIND),
        Column("due_on", "应回访日期", Kind.DATE, required=True),
        Column("assignee", "回访人", Kind.REFERENCE, refers_to="Staff"),
        Column("owner", "当时归属销售", Kind.REFERENCE, refers_to="Staff"),
        Column("completed_at", "完成时间", Kind.TIME),
        Column("method", "方式", Kind.CHOICE, choices=choices.METHOD),
        Column("satisfaction", "满意度", Kind.WHOLE, choices=choices.SATISFACTION, least=1, most=5),
        Column("declined", "拒绝评价", Kind.YES_NO, default=False),
        Column("repurchase", "再购意愿", Kind.YES_NO),
        Column("recommend", "推荐意愿", Kind.WHOLE, least=0, most=10),
        Column("status", "状态", Kind.CHOICE, choices=choices.VISIT_STATUS, default="due"),
        Column("audit", "抽查结果", Kind.CHOICE, choices=choices.AUDIT),
        Column("notes", "备注", longest=4000, personal=True),
        Column("ticket_no", "对应工单", Kind.REFERENCE, refers_to="Tickets"),
    ),
    check=check_visit,
)
