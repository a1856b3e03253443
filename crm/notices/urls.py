from django.urls import path

from crm.notices import views

app_name = "notices"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/seen/", views.mark_all_seen, name="mark_all_seen"),
    path("inbox/<slug:public_id>/", views.digest, name="digest"),
    path("inbox/<slug:public_id>/visit/", views.open_notice, name="open_notice"),
    path("inbox/<slug:public_id>/seen/", views.mark_seen, name="mark_seen"),
    path("inbox/<slug:public_id>/snooze/", views.snooze_notice, name="snooze_notice"),
]
