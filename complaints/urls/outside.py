"""Addresses in customers' hands; outside sign-in, kept out of every log (D43)."""

from django.urls import path

from complaints import views

app_name = "answer"
urlpatterns = [
    path("<str:token>/", views.confirm_answer, name="confirm_answer"),
    path("<str:token>/complaint/", views.complain_by_link, name="complain_by_link"),
]
