"""Addresses of imports and exports."""

from django.urls import path

from crm.exchange import views

app_name = "exchange"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/new/", views.upload_import, name="upload_import"),
    path("imports/<slug:public_id>/", views.import_job, name="import"),
    path("imports/<slug:public_id>/progress/", views.import_progress, name="import_progress"),
    path("imports/<slug:public_id>/headers/", views.name_headers, name="name_headers"),
    path("imports/<slug:public_id>/errors/", views.errors, name="import_errors"),
    path("imports/<slug:public_id>/confirmation/", views.confirm_import, name="confirm_import"),
    path("imports/<slug:public_id>/approval/", views.approve_import, name="approve_import"),
    path("imports/<slug:public_id>/return/", views.return_import, name="return_import"),
    path("imports/<slug:public_id>/cancellation/", views.cancel_import, name="cancel_import"),
    path("imports/<slug:public_id>/undo/", views.undo_import, name="undo_import"),
    path("target-files/new/", views.open_targets, name="open_targets"),
    path("target-files/import/", views.import_targets, name="import_targets"),
    path("target-files/csv/", views.take_targets, name="take_targets"),
    path("exports/", views.exports, name="exports"),
    path("exports/new/", views.new_export, name="new_export"),
    path("exports/<slug:public_id>/", views.export, name="export"),
    path("exports/<slug:public_id>/progress/", views.export_progress, name="export_progress"),
    path("exports/<slug:public_id>/approval/", views.approve_export, name="approve_export"),
    path("exports/<slug:public_id>/refusal/", views.refuse_export, name="refuse_export"),
    path("exports/<slug:public_id>/download/", views.download_export, name="download_export"),
]
