"""The addresses customers answer by; outside sign-in, kept out of every log (D43)."""

from django.urls import path

from visits import views

app_name = "survey"
urlpatterns = [
    path("<str:token>/", views.answer_survey, name="answer_survey"),
    path("<str:token>/draft/", views.save_survey, name="save_survey"),
    path("<str:token>/unsubscribe/", views.unsubscribe, name="unsubscribe"),
]
