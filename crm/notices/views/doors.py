"""Pages outside sign-in, for whoever holds a good token (D43).

Looking changes nothing, since mail scanners and messengers open links by themselves. Every token
that leads nowhere gets one and the same page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters

from crm.notices.actions import note_sent, note_wrong_link
from crm.people.middleware import client_address
from crm.people.models import Store
from crm.records.queues import has_to_wait, is_guessing
from crm.rulebook.queues import house_name

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
LANGUAGE = "l"
Link = TypeVar("Link")
Page = Callable[[HttpRequest, Link, dt.datetime], HttpResponse]
View = Callable[[HttpRequest, str], HttpResponse]


def by_token(
    find: Callable[[str, dt.datetime], Link | None],
    closed: type[Exception],
    speaks: Callable[[Link], str],
) -> Callable[[Page[Link]], View]:
    """A page of whoever holds a token that `find` knows; to all others as if it were nothing.

    `closed` is what an action raises where somebody was first since the token was looked up;
    `speaks` says which language the customer wishes, if any.
    """

    def door(page: Page[Link]) -> View:
        def spoken(request: HttpRequest, link: Link, now: dt.datetime) -> HttpResponse:
            with translation.override(language_of(request, speaks(link))):
                return page(request, link, now)

        @login_not_required
        @sensitive_post_parameters()
        @wraps(page)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            with translation.override(language_of(request)):
                response = _behind(request, token, spoken, find, closed)
            for name, value in HEADERS.items():
                response[name] = value
            return response

        return opened

    return door


def _behind(
    request: HttpRequest,
    token: str,
    page: Page[Link],
    find: Callable[[str, dt.datetime], Link | None],
    closed: type[Exception],
) -> HttpResponse:
    now, address = timezone.now(), client_address(request)
    if has_to_wait(address, token, now):
        if is_guessing(address, now):
            note_wrong_link(address, now=now)
        return notice(request, "survey/wait.html", 429)
    link = find(token, now)
    if link is not None:
        if request.method == "POST":
            note_sent(address, token, now=now)
        try:
            return page(request, link, now)
        except closed:
            pass  # somebody was first since it was looked up
    note_wrong_link(address, now=now)
    return notice(request, "survey/closed.html", 404)


def language_of(request: HttpRequest, own: str = "") -> str:
    """The language asked for in the address, else the customer's own, else the browser's."""
    wanted = request.GET.get(LANGUAGE, "")
    if wanted in dict(settings.LANGUAGES):
        return wanted
    return own or get_language() or settings.LANGUAGE_CODE


def notice(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """A page of a few words, headed by the house as customers hear it (RV-18)."""
    if isinstance(store := context.get("store"), Store):
        context["house"] = house_name(store)
    context["languages"] = settings.LANGUAGES
    return render(request, template, context, status=status)
