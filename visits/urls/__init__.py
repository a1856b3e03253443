"""Addresses of return visits."""

from django.urls import path

from visits import views

app_name = "visits"
urlpatterns = [
    path("", views.visits, name="list"),
    path("lists/new/", views.plan_list, name="plan_list"),
    path("assignments/", views.assign_visits, name="assign_visits"),
    path("visitors/", views.visitors, name="visitors"),
    path("visitors/<slug:public_id>/", views.change_visitor, name="change_visitor"),
    path("findings/", views.findings, name="findings"),
    path("opportunities/<slug:public_id>/", views.opportunity, name="opportunity"),
    path("opportunities/<slug:public_id>/taking/", views.take_opportunity, name="take_opportunity"),
    path(
        "opportunities/<slug:public_id>/dismissal/",
        views.dismiss_opportunity,
        name="dismiss_opportunity",
    ),
    path("links/", views.links, name="links"),
    path("links/revocation/", views.revoke_links, name="revoke_links"),
    path("links/<slug:public_id>/revocation/", views.revoke_link, name="revoke_link"),
    path("rules/", views.rules, name="rules"),
    path("rules/<slug:public_id>/", views.change_rule, name="change_rule"),
    path("audits/", views.audits, name="audits"),
    path("audits/samples/", views.samples, name="samples"),
    path("audits/samples/<slug:public_id>/", views.sample, name="sample"),
    path("audits/<slug:public_id>/", views.audit, name="audit"),
    path("audits/<slug:public_id>/call/", views.hear_audit, name="hear_audit"),
    path("audits/<slug:public_id>/judgement/", views.judge_audit, name="judge_audit"),
    path("audits/<slug:public_id>/tries/", views.try_audit, name="try_audit"),
    path("audits/<slug:public_id>/not-reached/", views.give_up_audit, name="give_up_audit"),
    path("audits/<slug:public_id>/appeal/", views.appeal_audit, name="appeal_audit"),
    path("audits/<slug:public_id>/settlement/", views.settle_audit, name="settle_audit"),
    path("<slug:public_id>/", views.visit, name="visit"),
    path("<slug:public_id>/call/", views.call, name="call"),
    path("<slug:public_id>/call/draft/", views.keep_call_draft, name="keep_call_draft"),
    path("<slug:public_id>/link/", views.make_link, name="make_link"),
    path("<slug:public_id>/tries/", views.try_visit, name="try_visit"),
    path("<slug:public_id>/appointment/", views.appoint_visit, name="appoint_visit"),
    path("<slug:public_id>/refusal/", views.decline_visit, name="decline_visit"),
    path("<slug:public_id>/not-reached/", views.give_up_visit, name="give_up_visit"),
    path("<slug:public_id>/preparation/", views.prepare_visit, name="prepare_visit"),
    path("<slug:public_id>/gifts/", views.log_gift, name="log_gift"),
    path("<slug:public_id>/thanks/", views.thank_customer, name="thank_customer"),
    path("<slug:public_id>/later-entry/", views.enter_later, name="enter_later"),
    path("<slug:public_id>/sheet/", views.visit_sheet, name="visit_sheet"),
    path("<slug:public_id>/cancellation/", views.cancel_visit, name="cancel_visit"),
    path("<slug:public_id>/assignment/", views.assign_visit, name="assign_visit"),
]
