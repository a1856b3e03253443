from django.urls import path

from crm.notices.views import channels, health, inbox, sends

app_name = "notices"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/seen/", inbox.mark_all_seen, name="mark_all_seen"),
    path("inbox/<slug:public_id>/", inbox.digest, name="digest"),
    path("inbox/<slug:public_id>/visit/", inbox.open_notice, name="open_notice"),
    path("inbox/<slug:public_id>/seen/", inbox.mark_seen, name="mark_seen"),
    path("inbox/<slug:public_id>/snooze/", inbox.snooze_notice, name="snooze_notice"),
    path("deliveries/", sends.failures, name="failures"),
    path("deliveries/release/", sends.release_deliveries, name="release_deliveries"),
    path("deliveries/<slug:public_id>/resend/", sends.resend_delivery, name="resend_delivery"),
    path("deliveries/<slug:public_id>/arrival/", sends.confirm_arrival, name="confirm_arrival"),
    path(
        "deliveries/<slug:public_id>/cancellation/", sends.cancel_delivery, name="cancel_delivery"
    ),
    path("reminders/<slug:public_id>/retry/", sends.retry_reminder, name="retry_reminder"),
    path("reminders/<slug:public_id>/cancellation/", sends.cancel_reminder, name="cancel_reminder"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<slug:name>/", channels.change_channel, name="change_channel"),
    path("channels/<slug:name>/resume/", channels.resume_channel, name="resume_channel"),
]
