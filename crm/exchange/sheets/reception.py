"""Sheet Reception 来店来电登记: the walk-in and call log."""

from __future__ import annotations

from collections.abc import Iterator

from crm.exchange.sheets import choices
from crm.exchange.sheets.checks import in_order
from crm.exchange.sheets.definitions import Column, Flaw, Kind, Sheet, Values


def check_entry(row: Values) -> Iterator[Flaw]:
    """Nobody leaves before they come."""
    yield from in_order(row, "arrived_at", "left_at")


RECEPTION = Sheet(
    key="Reception",
    chinese="来店来电登记",
    main_time="arrived_at",
    columns=(
        Column("entry_no", "序号", Kind.KEY, required=True, longest=40),
        Column("kind", "来店或来电", Kind.CHOICE, required=True, choices=choices.RECEPTION_KIND),
        Column("arrived_at", "到店时间", Kind.TIME, required=True),
        Column("left_at", "离店时间", Kind.TIME),
        Column("party_size", "人数", Kind.WHOLE, least=0, most=32767),
        Column("store", "门店", Kind.REFERENCE, refers_to="Stores"),
        Column("staff", "接待销售", Kind.REFERENCE, refers_to="Staff"),
        Column("model", "意向车型", longest=80),
        Column("first_time", "首次", Kind.YES_NO, default=True),
        Column("test_drive", "试驾", Kind.YES_NO, default=False),
        Column("card_no", "卡号", Kind.REFERENCE, refers_to="Customers"),
        Column("notes", "备注", personal=True),
    ),
    check=check_entry,
)
