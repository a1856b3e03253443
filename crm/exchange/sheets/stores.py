"""Sheet Stores 门店."""

from __future__ import annotations

from crm.exchange.sheets.checks import nothing_more
from crm.exchange.sheets.definitions import Column, Kind, Sheet

STORES = Sheet(
    key="Stores",
    chinese="门店",
    columns=(
        Column("code", "编号", Kind.KEY, required=True, longest=20),
        Column("name", "名称", required=True, longest=60),
        Column("region", "区域", longest=60),
    ),
    check=nothing_more,
)
