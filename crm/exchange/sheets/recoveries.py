"""Sheet Recoveries 挽单: one row is one stage of winning a customer back."""

from __future__ import annotations

from collections.abc import Iterator

from crm.exchange.sheets.checks import in_order
from crm.exchange.sheets.definitions import Column, Flaw, Kind, Sheet, Values


def check_recovery(row: Values) -> Iterator[Flaw]:
    """A case closes after it opens."""
    yield from in_order(row, "opened_at", "closed_at")


RECOVERIES = Sheet(
    key="Recoveries",
    chinese="挽单",
    main_time="opened_at",
    columns=(
        Column("recovery_no", "序号", Kind.KEY, required=True, longest=40),
        Column("card_no", "卡号", Kind.REFERENCE, required=True, refers_to="Customers"),
        Column("stage", "阶段", Kind.WHOLE, required=True, least=1, most=2),
        Column("handler", "负责人", Kind.REFERENCE, required=True, refers_to="Staff"),
        Column("opened_at", "开始时间", Kind.TIME, required=True),
        Column("closed_at", "结束时间", Kind.TIME),
        Column("order_no", "订单号", Kind.REFERENCE, refers_to="Orders"),
    ),
    check=check_recovery,
)
