"""Addresses of promises."""

from django.urls import path

from crm.promises import views

app_name = "promises"
urlpatterns = [
    path("promises/", views.promises, name="list"),
    path("promises/<slug:public_id>/", views.promise, name="promise"),
    path("promises/<slug:public_id>/answer/", views.answer_promise, name="answer_promise"),
    path("promises/<slug:public_id>/date/", views.move_promise, name="move_promise"),
]
