"""Addresses of customers. The card page and the form of a new card are in rooms above."""

from django.urls import path

from crm.customers import views

app_name = "customers"
urlpatterns = [
    path("customers/", views.cards, name="list"),
    path("customers/phone-checks/", views.check_phone, name="check_phone"),
    path("customers/<slug:public_id>/needs/", views.update_needs, name="update_needs"),
    path("customers/<slug:public_id>/profile/", views.update_profile, name="update_profile"),
    path(
        "customers/<slug:public_id>/willingness/",
        views.assess_willingness,
        name="assess_willingness",
    ),
    path("customers/<slug:public_id>/channel/", views.correct_channel, name="correct_channel"),
    path("customers/<slug:public_id>/referrer/", views.name_referrer, name="name_referrer"),
    path("customers/<slug:public_id>/level/", views.judge_level, name="judge_level"),
    path("customers/<slug:public_id>/phone/", views.reveal_phone, name="reveal_phone"),
    path("conflicts/", views.conflicts, name="conflicts"),
    path("conflicts/new/", views.report_duplicate, name="report_duplicate"),
    path("conflicts/<slug:public_id>/", views.conflict, name="conflict"),
    path("conflicts/<slug:public_id>/ruling/", views.rule_conflict, name="rule_conflict"),
]
