"""The door: sign-in, sign-out, and the language before anybody is known."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from crm.people.actions import keep_language, take_code, take_code_of
from crm.people.forms import CodeForm, LanguageForm, SignInForm
from crm.people.middleware import counted_address
from crm.people.middleware.known import count_apart_if_known, count_as_code
from crm.people.models import User
from crm.people.queues import (
    demo_floor,
    demo_sign_ins,
    has_second_step,
    may_sign_in,
)
from crm.people.queues.tries import failures_from_address, too_many_codes
from crm.people.views.staying import next_page, safe_target

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Of somebody whose password was right and whose code is still asked for.
HALF, HALF_TIME_S = "half_signed_in", 300


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
    address, now = counted_address(request), timezone.now()
    if failures_from_address(address, now) >= settings.AXES_IP_FAILURE_LIMIT:
        return held_back_page(request)
    form = SignInForm(request, data=request.POST)
    if request.POST.get("code"):
        return sign_in_by_code(request, form)
    count_apart_if_known(request, form.typed_username())
    if not form.is_valid():
        is_held = getattr(request, "axes_locked_out", False)
        return held_back_page(request) if is_held else sign_in_page(request, form, status=422)
    return lead_on(request, enter(request, form.get_user(), target=next_page(request)))


def sign_in_by_code(request: HttpRequest, form: SignInForm) -> HttpResponse:
    """Who is held back and shows a code of their authenticator as well is let in (D23).

    The code comes first and is spent: without a right one no password is hashed. Whatever is wrong,
    and whether there is such an account or second step at all, the answer is one.
    """
    username, now = form.typed_username(), timezone.now()
    count_as_code(request, username, counted_address(request))
    if is_held_back(request, username) or too_many_codes(username, now):
        return held_back_page(request, tried=True)
    if not take_code_of(username, request.POST["code"], now=now):
        tell_of_failure(request, username)
        return held_back_page(request, tried=True)
    if not form.is_valid():
        return held_back_page(request, tried=True)
    request.second_step = "authenticator"  # type: ignore[attr-defined]
    login(request, form.get_user(), backend=BACKEND)
    return lead_on(request, next_page(request))


def lead_on(request: HttpRequest, page: str) -> HttpResponse:
    """On to another page, also where a script sent the form."""
    if request.headers.get("HX-Request"):
        # As `redirect` does it: a line break or a Chinese letter is no part of a header.
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(page)})
    return redirect(page)


def enter(request: HttpRequest, user: User, *, target: str) -> str:
    """Begin the session of somebody whose password is right, or ask for their code first.

    Every way in ends here. Returns the page to go on to.
    """
    if not has_second_step(user):
        login(request, user, backend=BACKEND)
        return target
    request.session.flush()
    request.session[HALF] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": int(timezone.now().timestamp()),
        "next": target,
    }
    return reverse("people:confirm_sign_in")


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_sign_in(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the authenticator or a recovery code, within five minutes."""
    posted = request.POST if request.method == "POST" else None
    user, form = half_signed_in(request), CodeForm(posted)
    is_filled = form.is_valid()  # also of a form sent again by who is in already
    if user is None:
        return redirect("people:sign_in")
    if request.method != "POST":
        return code_page(request, form)
    count_apart_if_known(request, user.username)
    if is_held_back(request, user.username):
        return held_back_page(request)
    now = timezone.now()
    way = take_code(user, form.cleaned_data["code"], now=now) if is_filled else ""
    if not way:
        tell_of_failure(request, user.username)
        form.add_error("code", _("This code is wrong or was used. Wait for the next one."))
        return code_page(request, form, status=422)
    target = request.session[HALF]["next"]
    del request.session[HALF]
    request.second_step = way  # type: ignore[attr-defined]
    login(request, user, backend=BACKEND)
    return lead_on(request, target)


def half_signed_in(request: HttpRequest) -> User | None:
    """Whose password was right a moment ago, while it still is the same."""
    half = request.session.get(HALF)
    if isinstance(request.user, User) or not half:
        return None
    if timezone.now().timestamp() - half["at"] > HALF_TIME_S:
        return None
    user = may_sign_in(half["user"])
    same = user and constant_time_compare(half["hash"], user.get_session_auth_hash())
    return user if same else None


def is_held_back(request: HttpRequest, username: str) -> bool:
    """Whether account or address failed too often; codes and passwords count together."""
    from_here = failures_from_address(counted_address(request), timezone.now())
    if from_here >= settings.AXES_IP_FAILURE_LIMIT:
        return True
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def tell_of_failure(request: HttpRequest, username: str) -> None:
    """A wrong code counts like a wrong password and reaches the trail."""
    credentials = {"username": username, "second_step": True}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def code_page(request: HttpRequest, form: CodeForm, *, status: int = 200) -> HttpResponse:
    """The page that asks for the code."""
    context = {"form": form, "languages": settings.LANGUAGES}
    return render(request, "accounts/confirm_sign_in.html", context, status=status)


def sign_in_page(
    request: HttpRequest, form: SignInForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page with its form, the languages and, on a demo floor, the people to sign in as."""
    context: dict[str, Any] = {
        **more,
        "form": form,
        "minutes": int(settings.AXES_COOLOFF_TIME.total_seconds() // 60),
        "next": safe_target(request),
        "languages": settings.LANGUAGES,
        "demo": demo_floor(),
        "demo_people": demo_sign_ins(),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def held_back_page(request: HttpRequest, *, tried: bool = False) -> HttpResponse:
    """The same page with the time to wait, a place for a code, and nothing filled in.

    `tried` where a code was shown already.
    """
    words = {"held_back": True, "tried": tried, "code_form": CodeForm()}
    return sign_in_page(request, SignInForm(request), status=429, **words)


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
