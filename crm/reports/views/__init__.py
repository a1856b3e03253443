"""Pages of figures, of reports on return visits and of the measures that follow them."""

from crm.reports.views.analysis import visit_analysis, visit_rows
from crm.reports.views.board import dashboard, remind_assignee, remind_assignees, rows
from crm.reports.views.complaints import complaint_report, complaint_rows
from crm.reports.views.figures import compare, figures, origins
from crm.reports.views.measures import (
    begin_measure,
    check_measure,
    close_measure,
    decide_measure,
    decline_measure,
    measure,
    measures,
    propose_measure,
)
from crm.reports.views.periodic import (
    choose_report_mail,
    correct_report,
    period_report,
    period_reports,
    report_rows,
    sign_report,
    take_report,
)
from crm.reports.views.reports import (
    make_report,
    send_report,
    visit_report,
    visit_reports,
    write_report,
)
from crm.reports.views.responses import answer_team, ask_team, check_response, response
from crm.reports.views.sales import effect, lost_report
from crm.reports.views.saved_views import (
    change_view,
    drop_view,
    open_view,
    reports,
    save_view,
)
from crm.reports.views.targets import set_target, targets

__all__ = [
    "answer_team",
    "ask_team",
    "begin_measure",
    "change_view",
    "check_measure",
    "check_response",
    "choose_report_mail",
    "close_measure",
    "compare",
    "complaint_report",
    "complaint_rows",
    "correct_report",
    "dashboard",
    "decide_measure",
    "decline_measure",
    "drop_view",
    "effect",
    "figures",
    "lost_report",
    "make_report",
    "measure",
    "measures",
    "open_view",
    "origins",
    "period_report",
    "period_reports",
    "propose_measure",
    "remind_assignee",
    "remind_assignees",
    "report_rows",
    "reports",
    "response",
    "rows",
    "save_view",
    "send_report",
    "set_target",
    "sign_report",
    "take_report",
    "targets",
    "visit_analysis",
    "visit_report",
    "visit_reports",
    "visit_rows",
    "write_report",
]
