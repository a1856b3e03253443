"""Where each room answers. Rooms are named as text, so that this file imports none of them."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("complaints/", include("complaints.urls")),
    path("followups/", include("followups.urls")),
    path("visits/", include("visits.urls")),
    path("s/", include("visits.urls.survey")),
    path("links/", include("complaints.urls.outside")),
    path("", include("crm.ui.urls")),
    path("", include("crm.notices.urls")),
    path("", include("crm.customers.urls")),
    path("", include("crm.reception.urls")),
    path("", include("crm.promises.urls")),
    path("", include("crm.orders.urls")),
    path("", include("crm.reports.urls")),
    path("", include("crm.exchange.urls")),
    path("", include("crm.people.urls")),
    path("", include("crm.records.urls")),
    path("", include("crm.rulebook.urls")),
    path("", include("crm.home.urls")),
]

handler500 = "crm.records.middleware.server_error"
