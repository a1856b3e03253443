"""Addresses of follow-up: my day, plans, planned contacts, the contact log."""

from django.urls import path

from followups.views import approval, cards, contacts, day, planned, plans

app_name = "followups"
urlpatterns = [
    path("day/", day.my_day, name="my_day"),
    path("contacts/new/", contacts.choose_contact, name="choose_contact"),
    path("cards/new/", cards.open_card, name="open_card"),
    path("cards/new/draft/", cards.keep_card_draft, name="keep_card_draft"),
    path("cards/<slug:public_id>/contacts/", contacts.log_card_contact, name="log_card_contact"),
    path("cards/<slug:public_id>/draft/", contacts.keep_contact_draft, name="keep_contact_draft"),
    path("cards/<slug:public_id>/plan/", plans.begin_plan, name="begin_plan"),
    path("planned/<slug:public_id>/contacts/", contacts.log_contact, name="log_contact"),
    path("planned/<slug:public_id>/move/", planned.reschedule_planned, name="reschedule_planned"),
    path("planned/<slug:public_id>/cancellation/", planned.cancel_planned, name="cancel_planned"),
    path("plans/", plans.plans, name="plans"),
    path("plans/awaiting/", approval.approval_queue, name="approval_queue"),
    path("plans/approvals/", approval.approve_plans, name="approve_plans"),
    path("plans/<slug:public_id>/", plans.plan, name="plan"),
    path("plans/<slug:public_id>/steps/", plans.add_step, name="add_step"),
    path("plans/<slug:public_id>/submission/", plans.submit_plan, name="submit_plan"),
    path("plans/<slug:public_id>/withdrawal/", plans.take_back, name="take_back"),
    path("plans/<slug:public_id>/cancellation/", plans.cancel_plan, name="cancel_plan"),
    path("plans/<slug:public_id>/approval/", approval.approve_plan, name="approve_plan"),
    path("plans/<slug:public_id>/return/", approval.return_plan, name="return_plan"),
    path("plans/<slug:public_id>/approval/undo/", approval.undo_approval, name="undo_approval"),
    path("steps/<slug:public_id>/", plans.change_step, name="change_step"),
    path("steps/<slug:public_id>/removal/", plans.remove_step, name="remove_step"),
]
