"""The door: sign-in, sign-out, and the language before anybody is known."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from crm.people.actions import keep_language
from crm.people.forms import LanguageForm, SignInForm
from crm.people.middleware import client_address
from crm.people.models import User
from crm.people.queues import demo_floor, demo_sign_ins, failures_from_address


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form; a person who is signed in already goes on."""
    if isinstance(request.user, User):
        return redirect(next_page(request))
    if request.method != "POST":
        return sign_in_page(request, SignInForm(request))
    address, now = client_address(request), timezone.now()
    if failures_from_address(address, now) >= settings.AXES_IP_FAILURE_LIMIT:
        return held_back_page(request)
    form = SignInForm(request, data=request.POST)
    if not form.is_valid():
        is_held = getattr(request, "axes_locked_out", False)
        return held_back_page(request) if is_held else sign_in_page(request, form, status=422)
    login(request, form.get_user())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": next_page(request)})
    return redirect(next_page(request))


def sign_in_page(
    request: HttpRequest, form: SignInForm, *, held_back: bool = False, status: int = 200
) -> HttpResponse:
    """The page with its form, the languages and, on a demo floor, the people to sign in as."""
    context: dict[str, Any] = {
        "form": form,
        "held_back": held_back,
        "minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60),
        "next": safe_target(request),
        "languages": settings.LANGUAGES,
        "demo": demo_floor(),
        "demo_people": demo_sign_ins(),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def held_back_page(request: HttpRequest) -> HttpResponse:
    """The same page with the time to wait and nothing filled in."""
    return sign_in_page(request, SignInForm(request), held_back=True, status=429)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, _credentials: Any = None
) -> HttpResponse:
    """What the sign-in limits answer, wherever they struck."""
    if response is not None and response.status_code == 429:
        return response
    return held_back_page(request)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session; drafts the browser kept go, too."""
    logout(request)
    response = redirect("people:sign_in")
    response["Clear-Site-Data"] = '"storage"'
    return response


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Read on in another language: kept for the user, or in a cookie before sign-in."""
    form = LanguageForm(request.POST, languages=settings.LANGUAGES)
    response = redirect(next_page(request, fallback="/accounts/login/"))
    if not form.is_valid():
        return response
    language = form.cleaned_data["language"]
    if isinstance(request.user, User):
        keep_language(request.user, language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def safe_target(request: HttpRequest) -> str:
    """Where the form leads after sign-in: an address of ours, or nothing (D18)."""
    target = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure())
    return target if is_ours and len(target) <= 500 else ""


def next_page(request: HttpRequest, *, fallback: str = "/") -> str:
    """The page to go on to: the one that was asked for, else `fallback`."""
    return safe_target(request) or fallback
