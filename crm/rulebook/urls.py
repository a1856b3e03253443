"""Addresses of the rulebook."""

from django.urls import path

from crm.rulebook.views import calendar, numbers

app_name = "rulebook"
urlpatterns = [
    path("rulebook/", numbers.numbers, name="numbers"),
    path("rulebook/numbers/<slug:place>/<slug:key>/", numbers.number, name="number"),
    path("rulebook/numbers/<slug:place>/<slug:key>/value/", numbers.set_number, name="set_number"),
    path("rulebook/calendar/", calendar.calendar, name="calendar"),
    path("rulebook/calendar/days/", calendar.set_day, name="set_day"),
    path(
        "rulebook/calendar/<slug:place>/<slug:day>/removal/", calendar.remove_day, name="remove_day"
    ),
    path("rulebook/hours/<slug:place>/", calendar.set_hours, name="set_hours"),
]
