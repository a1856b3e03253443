"""Sheet Payments 回款."""

from __future__ import annotations

from crm.exchange.sheets.checks import nothing_more
from crm.exchange.sheets.definitions import Column, Kind, Sheet

PAYMENTS = Sheet(
    key="Payments",
    chinese="回款",
    main_time="paid_at",
    columns=(
        Column("payment_no", "序号", Kind.KEY, required=True, longest=40),
        Column("order_no", "订单号", Kind.REFERENCE, required=True, refers_to="Orders"),
        Column("paid_at", "时间", Kind.TIME, required=True),
        Column("amount", "金额", Kind.MONEY, required=True),
        Column("method", "方式", longest=60),
        Column("handler", "经手人", Kind.REFERENCE, refers_to="Staff"),
    ),
    check=nothing_more,
)
