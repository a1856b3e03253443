"""The address a customer confirms an answer by; outside sign-in, kept out of every log (D43)."""

from django.urls import path

from complaints import views

app_name = "answer"
urlpatterns = [path("<str:token>/", views.confirm_answer, name="confirm_answer")]
