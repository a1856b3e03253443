"""Pages of figures: the dashboard, the analysis of return visits, and the rows behind them."""

from crm.reports.views.analysis import visit_analysis, visit_rows
from crm.reports.views.board import dashboard, remind_assignee, remind_assignees, rows

__all__ = [
    "dashboard",
    "remind_assignee",
    "remind_assignees",
    "rows",
    "visit_analysis",
    "visit_rows",
]
