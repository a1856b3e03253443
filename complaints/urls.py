"""Addresses of tickets, of what departments do for them, and of the case library."""

from django.urls import path

from complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.tickets, name="list"),
    path("help/<slug:public_id>/", views.ask_for_help, name="ask_for_help"),
    path("new/", views.lodge_complaint, name="lodge_complaint"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/<slug:public_id>/acceptance/", views.accept_task, name="accept_task"),
    path("tasks/<slug:public_id>/refusal/", views.refuse_task, name="refuse_task"),
    path("tasks/<slug:public_id>/progress/", views.report_progress, name="report_progress"),
    path("tasks/<slug:public_id>/outcome/", views.complete_task, name="complete_task"),
    path("tasks/<slug:public_id>/cancellation/", views.call_off_task, name="call_off_task"),
    path("stages/<slug:public_id>/completion/", views.complete_stage, name="complete_stage"),
    path("cases/", views.cases, name="cases"),
    path("cases/<slug:public_id>/", views.case, name="case"),
    path("cases/<slug:public_id>/text/", views.edit_case, name="edit_case"),
    path("cases/<slug:public_id>/submission/", views.submit_case, name="submit_case"),
    path("cases/<slug:public_id>/decision/", views.decide_case, name="decide_case"),
    path("cases/<slug:public_id>/retirement/", views.retire_case, name="retire_case"),
    path("next/", views.next_ticket, name="next_ticket"),
    path("causes/", views.causes, name="causes"),
    path("causes/tickets/", views.cause_tickets, name="cause_tickets"),
    path("<slug:public_id>/", views.ticket, name="ticket"),
    path("<slug:public_id>/sheet/", views.complaint_sheet, name="complaint_sheet"),
    path("<slug:public_id>/contacts/", views.contact_customer, name="contact_customer"),
    path("<slug:public_id>/site-visit/", views.visit_site, name="visit_site"),
    path("<slug:public_id>/site-visit/waiver/", views.waive_visit, name="waive_visit"),
    path("<slug:public_id>/pause/", views.pause_clocks, name="pause_clocks"),
    path("<slug:public_id>/pause/end/", views.resume_clocks, name="resume_clocks"),
    path("<slug:public_id>/opinion/", views.answer_opinion, name="answer_opinion"),
    path("<slug:public_id>/merger/", views.merge_ticket, name="merge_ticket"),
    path("<slug:public_id>/routing/", views.route_ticket, name="route_ticket"),
    path("<slug:public_id>/departments/", views.ask_department, name="ask_department"),
    path("<slug:public_id>/stages/", views.plan_stage, name="plan_stage"),
    path("<slug:public_id>/answer/", views.tell_customer, name="tell_customer"),
    path("<slug:public_id>/confirmation/", views.confirm_ticket, name="confirm_ticket"),
    path("<slug:public_id>/notes/", views.note_ticket, name="note_ticket"),
    path("<slug:public_id>/claim/", views.claim_ticket, name="claim_ticket"),
    path("<slug:public_id>/handover/", views.offer_ticket, name="offer_ticket"),
    path("<slug:public_id>/handover/acceptance/", views.take_ticket, name="take_ticket"),
    path("<slug:public_id>/handover/refusal/", views.decline_ticket, name="decline_ticket"),
    path("<slug:public_id>/case/", views.draft_case, name="draft_case"),
]
