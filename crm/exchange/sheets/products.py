"""Sheet Products 车型."""

from __future__ import annotations

from crm.exchange.sheets.checks import nothing_more
from crm.exchange.sheets.definitions import Column, Kind, Sheet

PRODUCTS = Sheet(
    key="Products",
    chinese="车型",
    columns=(
        Column("code", "编号", Kind.KEY, required=True, longest=40),
        Column("name", "名称", required=True, longest=80),
        Column("line", "系列", longest=60),
        Column("price", "指导价", Kind.MONEY, least=0),
        Column("active", "在售", Kind.YES_NO, default=True),
    ),
    check=nothing_more,
)
