"""Addresses of the rulebook."""

from django.urls import path

from crm.rulebook.views import numbers

app_name = "rulebook"
urlpatterns = [
    path("rulebook/", numbers.numbers, name="numbers"),
    path("rulebook/numbers/<slug:place>/<slug:key>/", numbers.number, name="number"),
    path("rulebook/numbers/<slug:place>/<slug:key>/value/", numbers.set_number, name="set_number"),
]
