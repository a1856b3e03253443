"""The board lines up the KPIs of all rooms.

`read` is the one place where figures become numbers; dashboard, command and drill-down all call
it. What a great group is asked for many days is counted from kept rows (`kept.py`) where they are
whole, all else from the rows of the business (`live.py`); both count the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from crm.reports.board.kept import may_be_kept, one_snapshot, read_kept
from crm.reports.board.live import Asked, read_live
from crm.reports.board.numbers import Answer, Group, Number

__all__ = ["Answer", "Asked", "Group", "Number", "read"]


def read(asked: Sequence[Asked]) -> list[Answer]:
    """An answer for each KPI key and question, in order.

    Where kept rows may answer, everything is read as of one moment: marks of what has changed,
    the kept rows without those, and the rows of the business for those.
    """
    wanted = [number for number, one in enumerate(asked) if may_be_kept(*one)]
    if not wanted:
        return read_live(asked)
    with one_snapshot() as is_one:
        found = read_kept({number: asked[number] for number in wanted}) if is_one else {}
        rest = [number for number in range(len(asked)) if number not in found]
        live = dict(zip(rest, read_live([asked[number] for number in rest]), strict=True))
    return [found[n] if n in found else live[n] for n in range(len(asked))]
