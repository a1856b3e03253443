"""First pages, search, and the administration of people."""

from django.urls import path

from crm.home.views import (
    accounts,
    cards,
    devices,
    first_pages,
    grants,
    places,
    search,
    second_steps,
    users,
)

app_name = "home"
urlpatterns = [
    path("", first_pages.first_page, name="first_page"),
    path("search/", search.search, name="search"),
    path("customers/<slug:public_id>/", cards.card, name="card"),
    path("accounts/settings/", accounts.my_settings, name="my_settings"),
    path("accounts/preferences/", accounts.save_preferences, name="save_preferences"),
    path("accounts/absences/", accounts.plan_absence, name="plan_absence"),
    path("accounts/absences/<slug:public_id>/end/", accounts.end_absence, name="end_absence"),
    path("accounts/sessions/end/", accounts.end_other_sessions, name="end_other_sessions"),
    path("accounts/devices/", devices.devices, name="devices"),
    path("accounts/devices/<slug:public_id>/end/", devices.end_device, name="end_device"),
    path("accounts/second-step/", second_steps.second_step, name="second_step"),
    path("accounts/second-step/end/", second_steps.end_second_step, name="end_second_step"),
    path("accounts/second-steps/", second_steps.second_steps, name="second_steps"),
    path(
        "accounts/second-steps/roles/",
        second_steps.require_second_step,
        name="require_second_step",
    ),
    path(
        "accounts/users/<slug:public_id>/second-step/end/",
        second_steps.reset_second_step,
        name="reset_second_step",
    ),
    path("accounts/password/", accounts.change_password, name="change_password"),
    path("accounts/reset/", accounts.request_reset, name="request_reset"),
    path("accounts/links/<str:token>/", accounts.use_link, name="use_link"),
    path("accounts/users/", users.users, name="users"),
    path("accounts/users/new/", users.create_user, name="create_user"),
    path("accounts/users/<slug:public_id>/", users.user_page, name="user_page"),
    path("accounts/users/<slug:public_id>/details/", users.change_user, name="change_user"),
    path("accounts/users/<slug:public_id>/invitation/", users.invite_user, name="invite_user"),
    path("accounts/users/<slug:public_id>/reset/", users.reset_user, name="reset_user"),
    path(
        "accounts/users/<slug:public_id>/deactivation/",
        users.deactivate_user,
        name="deactivate_user",
    ),
    path(
        "accounts/users/<slug:public_id>/reactivation/",
        users.reactivate_user,
        name="reactivate_user",
    ),
    path("accounts/users/<slug:public_id>/roles/", grants.add_membership, name="add_membership"),
    path(
        "accounts/roles/<slug:public_id>/end/",
        grants.end_membership,
        name="end_membership",
    ),
    path("accounts/grants/", grants.grants, name="grants"),
    path("accounts/grants/<slug:public_id>/approval/", grants.approve_grant, name="approve_grant"),
    path("accounts/grants/<slug:public_id>/refusal/", grants.refuse_grant, name="refuse_grant"),
    path("accounts/stores/", places.stores, name="stores"),
    path("accounts/stores/new/", places.create_store, name="create_store"),
    path("accounts/stores/<slug:public_id>/", places.change_store, name="change_store"),
    path("accounts/teams/", places.teams, name="teams"),
    path("accounts/teams/new/", places.create_team, name="create_team"),
    path("accounts/teams/<slug:public_id>/", places.change_team, name="change_team"),
    path("accounts/departments/", places.departments, name="departments"),
    path("accounts/departments/new/", places.create_department, name="create_department"),
    path(
        "accounts/departments/<slug:public_id>/",
        places.change_department,
        name="change_department",
    ),
]
