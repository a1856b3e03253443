"""The board of KPIs: each by its key, with the function that reads it and its definition in words.

The words stand beside every figure (口径); docs/kpis.md says more. Order is that of kpi.md.
"""

from __future__ import annotations

from crm.reports.kpis.answers import ANSWERS, BRAND, REASON, brand_figure, reason_figure
from crm.reports.kpis.board import BESIDE, COUNTS, KPIS
from crm.reports.kpis.complaints import CLASS, COMPLAINTS, class_figure
from crm.reports.kpis.funnel import FUNNEL
from crm.reports.kpis.kinds import Kpi, Unit
from crm.reports.kpis.levels import LEVELS, MOVE, move_figure
from crm.reports.kpis.lost import LOSSES, LOST, lost_figure
from crm.reports.kpis.sources import source_of

SHOWN = {**KPIS, **COUNTS, **BESIDE, **ANSWERS, **FUNNEL, **LEVELS, **COMPLAINTS, **LOSSES}
# Figures of which there is one for each reason, brand, move, class: what their keys begin with.
ONE_EACH = {
    REASON: reason_figure,
    BRAND: brand_figure,
    MOVE: move_figure,
    CLASS: class_figure,
    LOST: lost_figure,
}

__all__ = [
    "ANSWERS",
    "BRAND",
    "CLASS",
    "FUNNEL",
    "KPIS",
    "MOVE",
    "REASON",
    "SHOWN",
    "Kpi",
    "Unit",
    "find_kpi",
    "kpi_of",
    "source_of",
    "subject_of",
]


def find_kpi(key: str) -> Kpi | None:
    """The figure of that key, that of one reason or brand as well; None where there is none."""
    for prefix, figure in ONE_EACH.items():
        if key.startswith(prefix):
            return figure(key.removeprefix(prefix))
    return SHOWN.get(key)


def kpi_of(key: str) -> Kpi:
    """The figure of that key; raises KeyError where there is none."""
    if (found := find_kpi(key)) is None:
        raise KeyError(key)
    return found


def subject_of(key: str, prefix: str) -> str:
    """The reason or brand a key is about; empty for any other key."""
    return key.removeprefix(prefix) if key.startswith(prefix) else ""
