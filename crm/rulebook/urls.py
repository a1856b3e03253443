"""Addresses of the rulebook."""

from django.urls import path

from crm.rulebook.views import calendar, numbers, options

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
    path("rulebook/options/", options.options, name="options"),
    path("rulebook/options/choices/", options.add_option, name="add_option"),
    path("rulebook/options/<slug:public_id>/", options.option, name="option"),
    path("rulebook/options/<slug:public_id>/words/", options.rename_option, name="rename_option"),
    path(
        "rulebook/options/<slug:public_id>/retirement/", options.retire_option, name="retire_option"
    ),
    path(
        "rulebook/options/<slug:public_id>/return/",
        options.bring_back_option,
        name="bring_back_option",
    ),
    path("rulebook/options/<slug:public_id>/place/", options.move_option, name="move_option"),
]
