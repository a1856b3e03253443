"""The board of KPIs: each by its key, with the function that reads it and its definition in words.

The words stand beside every figure (口径); docs/kpis.md says more. Order is that of kpi.md.
"""

from __future__ import annotations

from crm.reports.kpis.answers import ANSWERS, REASON, reason_figure
from crm.reports.kpis.board import BESIDE, COUNTS, KPIS
from crm.reports.kpis.kinds import Kpi, Unit

SHOWN = {**KPIS, **COUNTS, **BESIDE, **ANSWERS}

__all__ = ["ANSWERS", "KPIS", "REASON", "SHOWN", "Kpi", "Unit", "is_figure", "kpi_of"]


def kpi_of(key: str) -> Kpi:
    """The figure of that key, of one reason customers name as well; raises KeyError for none."""
    if key.startswith(REASON) and (found := reason_figure(key.removeprefix(REASON))):
        return found
    return SHOWN[key]


def is_figure(key: str) -> bool:
    """Whether there is a figure of that key."""
    return key in SHOWN or (
        key.startswith(REASON) and reason_figure(key.removeprefix(REASON)) is not None
    )
