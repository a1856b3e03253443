"""Addresses of the screen's own helpers."""

from django.urls import path

from crm.ui import views

app_name = "ui"
urlpatterns = [path("moments/", views.read_moment, name="read_moment")]
