"""The audit trail."""

from django.urls import path

from crm.records import views

app_name = "records"
urlpatterns = [
    path("audit-events/", views.trail, name="trail"),
    path("audit-events/exports/", views.export_trail, name="export_trail"),
    path("accounts/sign-ins/", views.sign_ins, name="sign_ins"),
]
