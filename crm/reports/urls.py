from django.urls import path

from crm.reports import views

app_name = "reports"
urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/rows/", views.rows, name="rows"),
    path("dashboard/figures/", views.figures, name="figures"),
    path("dashboard/compared/", views.compare, name="compared"),
    path("dashboard/origins/", views.origins, name="origins"),
    path("visit-analysis/", views.visit_analysis, name="visit_analysis"),
    path("visit-analysis/rows/", views.visit_rows, name="visit_rows"),
    path("visit-analysis/responses/new/", views.ask_team, name="ask_team"),
    path("visit-analysis/responses/<slug:public_id>/", views.response, name="response"),
    path(
        "visit-analysis/responses/<slug:public_id>/answer/", views.answer_team, name="answer_team"
    ),
    path(
        "visit-analysis/responses/<slug:public_id>/check/",
        views.check_response,
        name="check_response",
    ),
    path("complaint-report/", views.complaint_report, name="complaint_report"),
    path("complaint-report/rows/", views.complaint_rows, name="complaint_rows"),
    path("visit-reports/", views.visit_reports, name="visit_reports"),
    path("visit-reports/new/", views.make_report, name="make_report"),
    path("visit-reports/<slug:public_id>/", views.visit_report, name="visit_report"),
    path("visit-reports/<slug:public_id>/text/", views.write_report, name="write_report"),
    path("visit-reports/<slug:public_id>/sending/", views.send_report, name="send_report"),
    path("visit-reports/<slug:public_id>/measures/", views.propose_measure, name="propose_measure"),
    path("period-reports/", views.period_reports, name="period_reports"),
    path("period-reports/mail/", views.choose_report_mail, name="choose_report_mail"),
    path("period-reports/<slug:public_id>/", views.period_report, name="period_report"),
    path("period-reports/<slug:public_id>/rows/", views.report_rows, name="report_rows"),
    path("period-reports/<slug:public_id>/signature/", views.sign_report, name="sign_report"),
    path(
        "period-reports/<slug:public_id>/correction/", views.correct_report, name="correct_report"
    ),
    path("period-reports/<slug:public_id>/file/", views.take_report, name="take_report"),
    path("targets/", views.targets, name="targets"),
    path("targets/new/", views.set_target, name="set_target"),
    path("measures/", views.measures, name="measures"),
    path("measures/<slug:public_id>/", views.measure, name="measure"),
    path("measures/<slug:public_id>/decision/", views.decide_measure, name="decide_measure"),
    path("measures/<slug:public_id>/refusal/", views.decline_measure, name="decline_measure"),
    path("measures/<slug:public_id>/start/", views.begin_measure, name="begin_measure"),
    path("measures/<slug:public_id>/check/", views.check_measure, name="check_measure"),
    path("measures/<slug:public_id>/closing/", views.close_measure, name="close_measure"),
    path("effect-report/", views.effect, name="effect"),
    path("lost-report/", views.lost_report, name="lost_report"),
    path("reports/", views.reports, name="reports"),
    path("report-views/", views.save_view, name="save_view"),
    path("report-views/<slug:public_id>/", views.open_view, name="open_view"),
    path("report-views/<slug:public_id>/text/", views.change_view, name="change_view"),
    path("report-views/<slug:public_id>/removal/", views.drop_view, name="drop_view"),
    path("reports/reminders/", views.remind_assignees, name="remind_assignees"),
    path(
        "reports/planned-contacts/<slug:public_id>/reminder/",
        views.remind_assignee,
        name="remind_assignee",
    ),
]
