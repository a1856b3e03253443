from django.urls import path

from complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.tickets, name="list"),
    path("<slug:public_id>/", views.ticket, name="ticket"),
]
