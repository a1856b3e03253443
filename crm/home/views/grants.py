"""Giving and ending roles, and the second person's decisions on senior ones."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.home.actions import grants as actions
from crm.home.actions.guards import Replayed, StillHasWork
from crm.home.forms import PostForm
from crm.home.views.users import add_errors, draw_user, find_to_edit, sent
from crm.people.access import (
    SignedInRequest,
    can_decide_grant,
    can_decide_grants,
    can_manage_users,
    can_read_grants,
)
from crm.people.models import Membership, RoleGrant
from crm.people.queues import grants_for
from crm.records.queues import sent_before


@require_POST
def add_membership(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One more role, at once or after a second person's approval."""
    user, now = find_to_edit(request, public_id), timezone.now()
    form = PostForm(request.POST, viewer=request.user)
    if not form.is_valid():
        return draw_user(request, user, post=form, status=422)
    today, request_id = timezone.localdate(now), request.POST.get("request_id", "")
    try:
        given = actions.add_membership(
            user, form.post(), by=request.user, now=now, today=today, request_id=request_id
        )
    except ValidationError as error:
        add_errors((form,), error)
        return draw_user(request, user, post=form, status=422)
    except Replayed:
        return redirect("home:user_page", user.public_id)
    if isinstance(given, RoleGrant):
        messages.info(request, _("A general manager or privacy officer now has to approve it."))
    else:
        messages.success(request, _("Role given."))
    return redirect("home:user_page", user.public_id)


@require_POST
def end_membership(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take a role away from today on."""
    if not can_manage_users(request.user):
        raise PermissionDenied
    posts = Membership.objects.visible_to(request.user).select_related("user")
    membership = posts.filter(public_id=public_id).first()
    if membership is None:
        # A post that never counted goes with its row: the second click finds none.
        if sent_before(request.user, "end_membership", request.POST.get("request_id", "")):
            return redirect("home:users")
        raise Http404
    user, given = membership.user, sent(request)
    try:
        actions.end_membership(membership, today=today_of(given), **given)
    except Replayed:
        return redirect("home:user_page", user.public_id)
    except StillHasWork as error:
        return draw_user(request, user, blocked_by=error.work, status=422)
    messages.success(request, _("Role ended."))
    return redirect("home:user_page", user.public_id)


def today_of(given: dict[str, Any]) -> dt.date:
    """The store's local date at the moment a form was sent."""
    return timezone.localdate(given["now"])


@require_safe
def grants(request: SignedInRequest) -> HttpResponse:
    """Senior roles asked for, those still waiting first."""
    if not can_read_grants(request.user):
        raise PermissionDenied
    rows = list(grants_for(request.user)[:200])
    mine = {grant.pk for grant in rows if can_decide_grant(request.user, grant)}
    context = {
        "waiting": [grant for grant in rows if grant.state == RoleGrant.State.WAITING],
        "decided": [grant for grant in rows if grant.state != RoleGrant.State.WAITING],
        "mine": mine,
        "can_decide": can_decide_grants(request.user),
        "now": timezone.now(),
    }
    return render(request, "accounts/grants.html", context)


def find_grant(request: SignedInRequest, public_id: str) -> RoleGrant:
    """A grant to decide on; 403 for whoever is not a second person."""
    if not can_decide_grants(request.user):
        raise PermissionDenied
    rows = RoleGrant.objects.visible_to(request.user).select_related("user", "asked_by")
    return get_object_or_404(rows, public_id=public_id)


@require_POST
def approve_grant(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Second a senior role."""
    grant, given = find_grant(request, public_id), sent(request)
    try:
        actions.approve_grant(grant, today=today_of(given), **given)
    except Replayed:
        return redirect("home:grants")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Approved. The role counts from now on."))
    return redirect("home:grants")


@require_POST
def refuse_grant(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Decline a senior role."""
    grant = find_grant(request, public_id)
    try:
        actions.refuse_grant(grant, **sent(request))
    except Replayed:
        return redirect("home:grants")
    messages.success(request, _("Refused."))
    return redirect("home:grants")
