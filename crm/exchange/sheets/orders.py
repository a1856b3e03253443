"""Sheet Orders 订单."""

from __future__ import annotations

from collections.abc import Iterator

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import in_order, needed
from crm.exchange.sheets.definitions import Column, Flaw, Kind, Sheet, Values
from crm.exchange.sheets.saying import said as _


def check_order(row: Values) -> Iterator[Flaw]:
    """A signed or delivered order was signed at some time, and nothing ends before that."""
    if row.get("status") in {"signed", "delivered"}:
        yield from needed(row, "signed_at", _("a signed order needs the time of signing"))
    yield from in_order(row, "signed_at", "delivered_at")
    yield from in_order(row, "signed_at", "cancelled_at")


ORDERS = Sheet(
    key="Orders",
    chinese="订单",
    main_time="signed_at",
    columns=(
        Column("order_no", "订单号", Kind.KEY, required=True, longest=40),
        Column("card_no", "卡号", Kind.REFERENCE, required=True, refers_to="Customers"),
        Column("staff", "销售", Kind.REFERENCE, required=True, refers_to="Staff"),
        Column("signed_at", "签订时间", Kind.TIME),
        Column("product", "车型编号", Kind.REFERENCE, required=True, refers_to="Products"),
        Column("quantity", "数量", Kind.WHOLE, default=1, least=1, most=32767),
        Column("amount", "金额", Kind.MONEY),
        Column("status", "状态", Kind.CHOICE, choices=choices.ORDER_STATUS, default="draft"),
        Column("delivered_at", "交付时间", Kind.TIME),
        Column("cancelled_at", "取消时间", Kind.TIME),
        Column("vin", "车架号", longest=20, personal=True),
        Column("plate", "车牌", longest=12, personal=True),
    ),
    check=check_order,
)
