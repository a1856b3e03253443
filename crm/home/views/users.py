"""The administrator's pages on users."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.home.actions import users as actions
from crm.home.actions.guards import Replayed, StillHasWork
from crm.home.actions.mails import address_of_link, mail_link
from crm.home.forms import PersonForm, PostForm
from crm.home.queues import open_work_of
from crm.people.access import (
    SignedInRequest,
    can_edit_user,
    can_manage_users,
    can_read_users,
)
from crm.people.models import OneTimeLink, Role, Store, User
from crm.people.queues import posts_of, staff, staff_list
from crm.records.middleware import both_texts
from crm.records.states import Saved
from crm.ui.asked import version_of
from crm.ui.texts import clean_line

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def users(request: SignedInRequest) -> HttpResponse:
    """The staff this person may read, with filters; 50 a page."""
    if not can_read_users(request.user):
        raise PermissionDenied
    now = timezone.now()
    words = clean_line(request.GET.get("q", "")[:60])
    stores = Store.objects.visible_to(request.user)
    rows = staff(request.user, timezone.localdate(now)).matching(words)
    context = {
        "listing": staff_list(stores).show(rows, request.GET),
        "stores": stores,
        "roles": Role.choices,
        "words": words,
        "can_manage": can_manage_users(request.user),
        "now": now,
    }
    return render(request, "accounts/users.html", context)


@require_http_methods(FORM_METHODS)
def create_user(request: SignedInRequest) -> HttpResponse:
    """Somebody new, with a first role and a one-time invitation."""
    if not can_manage_users(request.user):
        raise PermissionDenied
    person = PersonForm(request.POST or None)
    post = PostForm(request.POST or None, viewer=request.user)
    if request.method == "POST" and person.is_valid() & post.is_valid():
        now = timezone.now()
        try:
            user, token = actions.create_user(
                person.facts(),
                post.post(),
                by=request.user,
                now=now,
                today=timezone.localdate(now),
                request_id=request.POST.get("request_id", ""),
            )
        except ValidationError as error:
            add_errors((person, post), error)
        except Replayed:
            return redirect("home:users")
        else:
            return user_with_link(request, user, token, OneTimeLink.Kind.INVITATION)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/user_new.html", {"form": person, "post": post}, status=status)


def add_errors(forms: tuple[Any, ...], error: ValidationError) -> None:
    """Put each message of a verb beside the field it is about, in whichever form has it."""
    parts = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, texts in parts.items():
        form = next((one for one in forms if name in one.fields), forms[0])
        form.add_error(name if name in form.fields else None, texts)


def find_user(request: SignedInRequest, public_id: str) -> User:
    """A user this person may read; 403 without the right, 404 outside the scope."""
    if not can_read_users(request.user):
        raise PermissionDenied
    return get_object_or_404(User.objects.visible_to(request.user), public_id=public_id)


def find_to_edit(request: SignedInRequest, public_id: str) -> User:
    """A user this person may administer; nobody themselves."""
    if not can_manage_users(request.user):
        raise PermissionDenied
    user = find_user(request, public_id)
    if not can_edit_user(request.user, user):
        raise PermissionDenied
    return user


def draw_user(request: SignedInRequest, user: User, status: int = 200, **more: Any) -> HttpResponse:
    """A user's page: who they are, what they may, and what the administrator can do."""
    now = timezone.now()
    today = timezone.localdate(now)
    may_edit = can_edit_user(request.user, user)
    context: dict[str, Any] = {
        "person": user,
        "posts": posts_of(user, today),
        "waiting": user.grants.waiting().select_related("store", "asked_by"),
        "may_edit": may_edit,
        "is_self": user.pk == request.user.pk,
        "work": open_work_of(user) if may_edit else None,
        "today": today,
        "now": now,
        **more,
    }
    if may_edit and "post" not in context:
        context["post"] = PostForm(viewer=request.user)
    return render(request, "accounts/user.html", context, status=status)


def user_with_link(
    request: SignedInRequest, user: User, token: str, kind: OneTimeLink.Kind
) -> HttpResponse:
    """The user's page with a fresh link on it, this once; mailed too where mail is set up."""
    link = {"url": address_of_link(token), "kind": kind, "mailed": mail_link(user, token, kind)}
    return draw_user(request, user, link=link)


@never_cache
@require_safe
def user_page(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One user."""
    return draw_user(request, find_user(request, public_id))


@require_http_methods(FORM_METHODS)
def change_user(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Correct name, username, phone and mail."""
    user = find_to_edit(request, public_id)
    form = PersonForm(request.POST or None, initial=known_of(user))
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: saved_user(request, public_id)):
                actions.change_user(user, form.facts(), **sent(request))
        except Replayed:
            return redirect("home:user_page", user.public_id)
        except ValidationError as error:
            add_errors((form,), error)
        else:
            messages.success(request, _("Saved."))
            return redirect("home:user_page", user.public_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "person": user}
    return render(request, "accounts/user_details.html", context, status=status)


def known_of(user: User) -> dict[str, str]:
    """What the form of a user shows."""
    return {name: getattr(user, name) for name in ("name", "username", "phone", "email")}


def saved_user(request: SignedInRequest, public_id: str) -> Saved:
    """A user as they stand now, for the form that came second."""
    user = find_to_edit(request, public_id)
    return Saved(known_of(user), resend={"version": user.version}, link=request.path)


def sent(request: SignedInRequest) -> dict[str, Any]:
    """Who sends a form that changes a row, which version they saw, and the form's own id."""
    return {
        "by": request.user,
        "version": version_of(request.POST),
        "now": timezone.now(),
        "request_id": request.POST.get("request_id", ""),
    }


@require_POST
def invite_user(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A fresh invitation, shown once."""
    return hand_out(request, public_id, OneTimeLink.Kind.INVITATION)


@require_POST
def reset_user(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A one-time reset link to hand over, shown once."""
    return hand_out(request, public_id, OneTimeLink.Kind.RESET)


def hand_out(request: SignedInRequest, public_id: str, kind: OneTimeLink.Kind) -> HttpResponse:
    """Make a link of this kind and show it; a repeat of the same form shows none."""
    user = find_to_edit(request, public_id)
    verb = actions.reset_user if kind == OneTimeLink.Kind.RESET else actions.invite_user
    request_id = request.POST.get("request_id", "")
    try:
        token = verb(user, by=request.user, now=timezone.now(), request_id=request_id)
    except Replayed:
        messages.info(request, _("This link was shown before. Make a new one if it is lost."))
        return redirect("home:user_page", user.public_id)
    except ValidationError as error:
        return draw_user(request, user, problem=" ".join(error.messages), status=422)
    return user_with_link(request, user, token, kind)


@require_POST
def deactivate_user(request: SignedInRequest, public_id: str) -> HttpResponse:
    """End a user's sign-in, unless open work would be left behind."""
    user = find_to_edit(request, public_id)
    try:
        actions.deactivate_user(user, **sent(request))
    except Replayed:
        return redirect("home:user_page", user.public_id)
    except StillHasWork as error:
        return draw_user(request, user, blocked_by=error.work, status=422)
    messages.success(request, _("Deactivated. All sessions of this user have ended."))
    return redirect("home:user_page", user.public_id)


@require_POST
def reactivate_user(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Let a user sign in again."""
    user = find_to_edit(request, public_id)
    try:
        actions.reactivate_user(user, **sent(request))
    except Replayed:
        return redirect("home:user_page", user.public_id)
    messages.success(request, _("Reactivated."))
    return redirect("home:user_page", user.public_id)
