"""The audit trail, and files of rows."""

from django.urls import path

from crm.records import views

app_name = "records"
urlpatterns = [
    path("attachments/<slug:public_id>/", views.attachment, name="attachment"),
    path("attachments/<slug:public_id>/original/", views.take_original, name="take_original"),
    path(
        "attachments/<slug:public_id>/removal/", views.remove_attachment, name="remove_attachment"
    ),
    path("audit-events/", views.trail, name="trail"),
    path("audit-events/exports/", views.export_trail, name="export_trail"),
    path("accounts/sign-ins/", views.sign_ins, name="sign_ins"),
]
