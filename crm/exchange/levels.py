"""Who must approve an export, by its size and what it shows (security matrix row 16). Pure."""

from __future__ import annotations

from collections.abc import Collection

from crm.people import roles

ROWS_A_DAY = 200
ROWS_WITHOUT_GENERAL_MANAGER = 2_000


def approver_of(held: Collection[str], *, rows: int, today: int, unmasked: bool) -> str:
    """The lowest role that may approve; empty where the person's own right is enough.

    `held` are the roles of who asks, `today` the rows they took out on their own right today.
    The approver stands above who asks; beyond 2,000 rows it is a general manager. Somebody
    with no one above them is seconded by another of their rank.
    """
    if not unmasked and rows + today <= ROWS_A_DAY:
        return ""
    high = {roles.MANAGER, roles.GENERAL_MANAGER} & set(held)
    if rows > ROWS_WITHOUT_GENERAL_MANAGER or high:
        return roles.GENERAL_MANAGER
    if held and not set(held) - {roles.SALESPERSON}:
        return roles.SALES_SUPERVISOR
    return roles.MANAGER
