"""The second step of a sign-in: one's own, and the page of those who see to everybody's."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.home.actions import second_steps as actions
from crm.home.actions.guards import Replayed
from crm.home.forms import SecondStepForm, SecondStepRolesForm
from crm.home.views.users import add_errors
from crm.people import codes
from crm.people.access import (
    SignedInRequest,
    can_manage_users,
    can_read_second_steps,
    can_reset_second_step,
)
from crm.people.middleware import DUE
from crm.people.models import Role, User
from crm.people.queues import (
    keys_of,
    needs_second_step,
    people_with_second_steps,
    roles_with_second_step,
    second_step_of,
)
from crm.people.views.staying import stay_signed_in
from crm.ui.qr import qr_code

# The salt of a set-up under way travels in the form, signed for its person, for an hour.
SIGNER = TimestampSigner(salt="crm.home.second_step")
SET_UP_S = 3600


@never_cache
@sensitive_post_parameters("present", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: SignedInRequest) -> HttpResponse:
    """Set up two-step sign-in, or see that it is on."""
    if request.method != "POST":
        return second_step_page(request)
    salt = salt_in(request) or new_salt()
    form = SecondStepForm(request.POST, user=request.user)
    if not form.is_valid():
        return second_step_page(request, form=form, salt=salt, status=422)
    try:
        with transaction.atomic():
            fresh = actions.begin_second_step(
                request.user,
                salt,
                form.cleaned_data["code"],
                now=timezone.now(),
                request_id=request.POST.get("request_id", ""),
            )
            request.session.pop(DUE, None)
            stay_signed_in(request)
    except ValidationError as error:
        add_errors((form,), error)
        return second_step_page(request, form=form, salt=salt, status=422)
    except Replayed:
        return redirect("home:second_step")
    return second_step_page(request, recovery_codes=fresh)


def new_salt() -> str:
    """A fresh random part of a secret."""
    return secrets.token_hex(16)


def salt_in(request: SignedInRequest) -> str:
    """The salt this form was drawn with; empty where it was tampered with or is an hour old."""
    try:
        whole = SIGNER.unsign(request.POST.get("set_up", "")[:200], max_age=SET_UP_S)
    except BadSignature:
        return ""
    user, _colon, salt = whole.partition("/")
    return salt if user == request.user.public_id else ""


def second_step_page(
    request: SignedInRequest,
    *,
    form: SecondStepForm | None = None,
    salt: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page: with the picture while it is off, with the way out while it is on."""
    user = request.user
    step = second_step_of(user)
    needed = needs_second_step(user)
    if step is not None or not needed:
        request.session.pop(DUE, None)
    context: dict[str, Any] = {
        "step": step,
        "needed": needed,
        "form": form or SecondStepForm(user=user),
        "layout": "base_signed_out.html" if request.session.get(DUE) else "base.html",
        "now": timezone.now(),
        **more,
    }
    if step is None:
        salt = salt or new_salt()
        key = keys_of(salt)[0]
        context["set_up"] = SIGNER.sign(f"{user.public_id}/{salt}")
        context["secret"] = codes.as_words(key)
        context["qr"] = qr_code(codes.address(key, issuer="Showfloor", username=user.username))
    return render(request, "accounts/second_step.html", context, status=status)


@never_cache
@sensitive_post_parameters("present", "code")
@require_POST
def renew_recovery_codes(request: SignedInRequest) -> HttpResponse:
    """Ten fresh recovery codes, shown once; password and code are asked for once more."""
    form = SecondStepForm(request.POST, user=request.user)
    if not form.is_valid():
        return second_step_page(request, form=form, status=422)
    try:
        with transaction.atomic():
            fresh = actions.renew_recovery_codes(
                request.user,
                form.cleaned_data["code"],
                now=timezone.now(),
                request_id=request.POST.get("request_id", ""),
            )
    except ValidationError as error:
        add_errors((form,), error)
        return second_step_page(request, form=form, status=422)
    except Replayed:
        return redirect("home:second_step")
    return second_step_page(request, recovery_codes=fresh)


@sensitive_post_parameters("present", "code")
@require_POST
def end_second_step(request: SignedInRequest) -> HttpResponse:
    """Go back to the password alone; password and code are asked for once more."""
    form = SecondStepForm(request.POST, user=request.user)
    if not form.is_valid():
        return second_step_page(request, form=form, status=422)
    try:
        actions.end_second_step(request.user, form.cleaned_data["code"], now=timezone.now())
    except ValidationError as error:
        add_errors((form,), error)
        return second_step_page(request, form=form, status=422)
    stay_signed_in(request)
    messages.success(request, _("Two-step sign-in is off. All other devices are signed out."))
    return redirect("home:second_step")


@require_safe
def second_steps(request: SignedInRequest) -> HttpResponse:
    """Which roles need a second step, and who has set one up."""
    return second_steps_page(request)


def second_steps_page(
    request: SignedInRequest, form: SecondStepRolesForm | None = None, status: int = 200
) -> HttpResponse:
    """The page with its form."""
    if not can_read_second_steps(request.user):
        raise PermissionDenied
    now = timezone.now()
    needed = roles_with_second_step()
    people = people_with_second_steps(request.user, timezone.localdate(now))
    context = {
        "people": people,
        "missing": people.filter(second_step=None).count(),
        "needed": [label for role, label in Role.choices if role in needed],
        "form": form or SecondStepRolesForm(initial={"roles": sorted(needed)}),
        "may_require": can_manage_users(request.user),
        "may_reset": {one.pk for one in people if can_reset_second_step(request.user, one)},
        "now": now,
    }
    return render(request, "accounts/second_steps.html", context, status=status)


@require_POST
def require_second_step(request: SignedInRequest) -> HttpResponse:
    """Choose the roles whose holders need a second step."""
    if not can_manage_users(request.user):
        raise PermissionDenied
    form = SecondStepRolesForm(request.POST)
    if not form.is_valid():
        return second_steps_page(request, form, status=422)
    now = timezone.now()
    try:
        with transaction.atomic():
            actions.require_second_step(
                form.cleaned_data["roles"],
                by=request.user,
                now=now,
                today=timezone.localdate(now),
                request_id=request.POST.get("request_id", ""),
            )
    except Replayed:
        return redirect("home:second_steps")
    messages.success(request, _("Saved. Who needs it is asked at the next sign-in."))
    return redirect("home:second_steps")


@require_POST
def reset_second_step(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take away the second step of somebody who lost phone and recovery codes."""
    if not can_read_second_steps(request.user):
        raise PermissionDenied
    user = get_object_or_404(User.objects.visible_to(request.user), public_id=public_id)
    try:
        done = actions.reset_second_step(
            user,
            by=request.user,
            now=timezone.now(),
            request_id=request.POST.get("request_id", ""),
        )
    except Replayed:
        return redirect("home:second_steps")
    if done:
        messages.success(request, _("Reset. The user and the privacy officer are told."))
    else:
        messages.info(request, _("Two-step sign-in was not on."))
    return redirect("home:second_steps")
