"""What every request of a signed-in person passes: limits of the session, their language."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from crm.people import roles
from crm.people.actions import touch_device
from crm.people.browsers import network_of
from crm.people.middleware.known import remember_browser
from crm.people.models import User

BEGUN, SEEN, DUE = "begun", "seen", "second_step_due"
# All that somebody reaches who must set up a second step first.
OPEN_BEFORE = frozenset({"home:second_step", "people:sign_out", "people:choose_language"})
Handler = Callable[[HttpRequest], HttpResponseBase]


class Sessions:
    """Ends a session that idled too long or is too old; touches a live one every 5 minutes."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User):
            # The person, no longer asked for lazily: a list looks at them hundreds of times.
            request.user = user = getattr(request, "_cached_user", user)
            now = int(timezone.now().timestamp())
            if is_over(user, request.session, now):
                logout(request)
            elif needs_touch(request, now):
                touch(request, now)
        response = self.get_response(request)
        signed_in = getattr(request, "signed_in_now", None)
        if signed_in is not None:
            remember_browser(request, response, signed_in)
        if isinstance(user, User) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["HX-Request"])
        return response


def is_attended(request: HttpRequest) -> bool:
    """Whether somebody did something; a page that stands open and asks by itself says otherwise."""
    return "Unattended" not in request.headers


def needs_touch(request: HttpRequest, now: int) -> bool:
    """Whether it is time to note that somebody is here."""
    since = now - request.session.get(SEEN, 0)
    return is_attended(request) and bool(since >= settings.SESSION_TOUCH_S)


def touch(request: HttpRequest, now: int) -> None:
    """Note that the person is here; while an import holds the database the next request does."""
    request.session[SEEN] = now
    with suppress(OperationalError):
        request.session.save()
        touch_device(request.session, now=timezone.now())
    request.session.modified = False


def is_over(user: User, session: Any, now: int) -> bool:
    """Whether a session has outlived its 12 hours, or lay idle beyond the limit of the roles."""
    begun, seen = session.get(BEGUN, 0), session.get(SEEN, 0)
    if now - begun > settings.SESSION_COOKIE_AGE:
        return True
    idle = now - seen
    if idle <= settings.SESSION_IDLE_SENIOR_S:
        return False
    return idle > settings.SESSION_IDLE_S or user.reach.has(*roles.SENIOR)


class PersonalLanguage:
    """The user's own language goes before the browser's and the installation's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class SignInFirst(LoginRequiredMiddleware):
    """Closed by default. Back to the page after sign-in, also where a save found it expired."""

    def handle_no_permission(  # type: ignore[override]
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],  # noqa: ARG002
    ) -> HttpResponseBase:
        page = page_of(request)
        if request.headers.get("HX-Request") == "true":
            # The htmx answer would land in the middle of the page: the browser goes instead.
            if not is_attended(request):
                return HttpResponse(status=401)  # what is being typed there stays
            query = urlencode({REDIRECT_FIELD_NAME: page})
            return HttpResponse(
                status=401, headers={"HX-Redirect": f"{settings.LOGIN_URL}?{query}"}
            )
        return redirect_to_login(page, settings.LOGIN_URL, REDIRECT_FIELD_NAME)


class SecondStepFirst:
    """Whose role asks for a second step sets it up before anything else (ASVS 6.3.3)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Lead to the set-up; pages nobody has to sign in for stay open."""
        if not isinstance(request.user, User) or not request.session.get(DUE):
            return None
        match = request.resolver_match
        is_open = not getattr(view, "login_required", True)
        if is_open or (match is not None and match.view_name in OPEN_BEFORE):
            return None
        page = reverse("home:second_step")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401, headers={"HX-Redirect": page})
        return redirect(page)


def page_of(request: HttpRequest) -> str:
    """The page a person looks at: this one, or for a form or fragment the one it stands on."""
    is_page = request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request")
    if is_page:
        return request.get_full_path()
    source = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(source, hosts, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(source)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def client_address(request: HttpRequest) -> str:
    """The network address of the person: a proxy's word counts only where it is trusted (D29)."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if address not in settings.TRUSTED_PROXIES:
        return address
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        candidate = hop.strip()
        if not is_address(candidate):
            break
        if candidate not in settings.TRUSTED_PROXIES:
            return candidate
    return address


def counted_address(request: HttpRequest) -> str:
    """Under which address failed sign-ins are counted: of IPv6 the first of the guest's network.

    One guest has 2^64 of them and could try each once.
    """
    return network_of(client_address(request)).partition("/")[0]


def is_address(text: str) -> bool:
    """Whether `text` is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
