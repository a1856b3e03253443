"""Addresses of the walk-in and call log."""

from django.urls import path

from crm.reception import views

app_name = "reception"
urlpatterns = [
    path("receptions/", views.log, name="log"),
    path("receptions/new/", views.log_reception, name="log_reception"),
    path("receptions/for-owner/", views.receive_for_owner, name="receive_for_owner"),
]
