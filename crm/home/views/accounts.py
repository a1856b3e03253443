"""One's own account: settings, deputy, password, sessions, and the one-time link."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_q.tasks import async_task

from crm.home.actions import accounts as actions
from crm.home.actions.guards import Replayed
from crm.home.actions.mails import mail_is_set_up
from crm.home.forms import (
    AbsenceForm,
    ChangePasswordForm,
    NewPasswordForm,
    ResetForm,
    SettingsForm,
)
from crm.notices import actions as notices
from crm.notices.channels.names import push_server
from crm.notices.forms import PreferenceForm
from crm.notices.queues import preference_of
from crm.people import roles
from crm.people.access import SignedInRequest
from crm.people.actions import LinkSpent
from crm.people.middleware import client_address
from crm.people.queues import (
    absences_of,
    is_known_link,
    open_link,
    people_to_reset,
    possible_deputies,
    posts_of,
    second_step_of,
)
from crm.people.views import enter
from crm.people.views.staying import stay_signed_in
from crm.records.queues import is_guessing, sent_before
from crm.ui.asked import version_of

OPEN_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(OPEN_METHODS)
def my_settings(request: SignedInRequest) -> HttpResponse:
    """Language, theme, shortcuts; who stands in; password and sessions."""
    user = request.user
    kept = {name: getattr(user, name) for name in ("language", "theme", "shortcuts_on")}
    if request.method != "POST":
        return settings_page(request, form=SettingsForm(initial=kept))
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return settings_page(request, form=form, status=422)
    request_id = request.POST.get("request_id", "")
    actions.save_settings(user, **form.cleaned_data, now=timezone.now(), request_id=request_id)
    messages.success(request, _("Settings saved."))
    return redirect("home:my_settings")


def settings_page(
    request: SignedInRequest,
    *,
    form: SettingsForm | None = None,
    absence: AbsenceForm | None = None,
    telling: PreferenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with its forms."""
    user, now = request.user, timezone.now()
    today = timezone.localdate(now)
    deputies = possible_deputies(user, today)
    kept = {name: getattr(user, name) for name in ("language", "theme", "shortcuts_on")}
    chosen = preference_of(user)
    context: dict[str, Any] = {
        "telling": telling or PreferenceForm(user=user, initial=PreferenceForm.kept(chosen)),
        "preference": chosen,
        "push_server": push_server(),
        "form": form or SettingsForm(initial=kept),
        "absence_form": absence or AbsenceForm(deputies=deputies, initial={"starts_on": today}),
        "may_be_away": bool(roles.deputies_of(user.reach.roles)),
        "has_deputies": deputies.exists(),
        "absences": absences_of(user, today),
        "posts": posts_of(user, today),
        "step": second_step_of(user),
        "today": today,
        "now": now,
    }
    return render(request, "accounts/settings.html", context, status=status)


@require_POST
def save_preferences(request: SignedInRequest) -> HttpResponse:
    """Keep channels, lead times and quiet hours."""
    form = PreferenceForm(request.POST, user=request.user)
    if not form.is_valid():
        return settings_page(request, telling=form, status=422)
    notices.save_preferences(
        request.user,
        **form.cleaned_data,
        version=version_of(request.POST),
        now=timezone.now(),
        request_id=request.POST.get("request_id", ""),
    )
    messages.success(request, _("Settings saved."))
    return redirect("home:my_settings")


@require_POST
def plan_absence(request: SignedInRequest) -> HttpResponse:
    """Name a deputy for some days."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = AbsenceForm(request.POST, deputies=possible_deputies(request.user, today))
    if not form.is_valid():
        return settings_page(request, absence=form, status=422)
    try:
        request_id = request.POST.get("request_id", "")
        facts = {**form.cleaned_data, "request_id": request_id}
        actions.plan_absence(request.user, **facts, now=now, today=today)
    except ValidationError as error:
        form.add_error(None, error)
        return settings_page(request, absence=form, status=422)
    messages.success(request, _("Deputy named."))
    return redirect("home:my_settings")


@require_POST
def end_absence(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Be back, or not go after all."""
    now, request_id = timezone.now(), request.POST.get("request_id", "")
    today = timezone.localdate(now)
    absence = absences_of(request.user, today).filter(public_id=public_id).first()
    if absence is None:
        # The other of two presses ended it: asked for after the row, or it may come between.
        if sent_before(request.user, "end_absence", request_id):
            return redirect("home:my_settings")
        raise Http404
    try:
        actions.end_absence(absence, by=request.user, now=now, today=today, request_id=request_id)
    except Replayed:
        return redirect("home:my_settings")
    messages.success(request, _("Nobody stands in any more."))
    return redirect("home:my_settings")


@require_POST
def end_other_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere, or everywhere but here."""
    everywhere = request.POST.get("where") == "everywhere"
    request_id = request.POST.get("request_id", "")
    try:
        with transaction.atomic():
            actions.end_other_sessions(request.user, now=timezone.now(), request_id=request_id)
            if everywhere:
                logout(request)
            else:
                stay_signed_in(request)
    except Replayed:
        return redirect("home:devices")
    if everywhere:
        return redirect("people:sign_in")
    messages.success(request, _("Signed out on all other devices."))
    return redirect("home:devices")


@sensitive_post_parameters("present", "password")
@require_http_methods(OPEN_METHODS)
def change_password(request: SignedInRequest) -> HttpResponse:
    """A new password; all other sessions end."""
    form = ChangePasswordForm(request.POST or None, user=request.user)
    is_fine, request_id = form.is_valid(), request.POST.get("request_id", "")
    if sent_before(request.user, "change_password", request_id):
        # The password typed as the present one is the old one by now, and that is no mistake.
        return redirect("home:my_settings")
    if not is_fine:
        status = 422 if request.method == "POST" else 200
        return render(request, "accounts/change_password.html", {"form": form}, status=status)
    password = form.cleaned_data["password"]
    try:
        with transaction.atomic():
            actions.change_password(
                request.user, password, now=timezone.now(), request_id=request_id
            )
            stay_signed_in(request)
    except Replayed:
        return redirect("home:my_settings")
    messages.success(request, _("Password changed. All other devices are signed out."))
    return redirect("home:my_settings")


@login_not_required
@never_cache
@require_http_methods(OPEN_METHODS)
def request_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a reset link by mail; the answer is the same whoever asks for whomever (D24)."""
    by_mail = mail_is_set_up()
    form = ResetForm(request.POST or None)
    is_sent = request.method == "POST" and by_mail
    context = {"form": form, "by_mail": by_mail, "is_sent": is_sent and form.is_valid()}
    if is_sent and not context["is_sent"]:
        return render(request, "accounts/request_reset.html", context, status=422)
    if is_sent:
        # The worker looks, links and mails, so that this answer takes as long for nobody.
        async_task("crm.home.tasks.mail_reset_links", people_to_reset(form.cleaned_data["who"]))
    return render(request, "accounts/request_reset.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(OPEN_METHODS)
def use_link(request: HttpRequest, token: str) -> HttpResponse:
    """Set a password by a one-time link and go on signed in. Looking changes nothing (D43)."""
    now = timezone.now()
    if is_guessing(client_address(request), now):
        notices.note_wrong_link(client_address(request), now=now)
        return render(request, "accounts/too_many_links.html", status=429)
    link = open_link(token, now)
    if link is None:
        return link_spent(request, token, now)
    form = NewPasswordForm(request.POST or None, user=link.user)
    context = {"form": form, "person": link.user, "kind": link.kind}
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "accounts/use_link.html", context, status=status)
    try:
        user = actions.use_link(token, form.cleaned_data["password"], now=now)
    except LinkSpent:
        return link_spent(request, token, now)
    return redirect(enter(request, user, target=reverse("home:first_page")))


def link_spent(request: HttpRequest, token: str, now: dt.datetime) -> HttpResponse:
    """One page for every link that is wrong, used or expired; a guess is counted."""
    if not is_known_link(token):
        notices.note_wrong_link(client_address(request), now=now)
    return render(request, "accounts/link_spent.html", status=404)
