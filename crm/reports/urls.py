from django.urls import path

from crm.reports import views

app_name = "reports"
urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/rows/", views.rows, name="rows"),
    path("visit-analysis/", views.visit_analysis, name="visit_analysis"),
    path("visit-analysis/rows/", views.visit_rows, name="visit_rows"),
    path("reports/reminders/", views.remind_assignees, name="remind_assignees"),
    path(
        "reports/planned-contacts/<slug:public_id>/reminder/",
        views.remind_assignee,
        name="remind_assignee",
    ),
]
