"""The customer's questionnaire behind a token, outside sign-in (RV-21, D43, mockup 09).

Looking changes nothing, since mail scanners and messengers open links by themselves. Every token
that does not lead to a questionnaire gets one and the same page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from crm.customers.names import masked_name
from crm.notices.actions import note_wrong_link
from crm.people.middleware import client_address
from crm.people.models import User
from crm.records.queues import is_guessing
from crm.rulebook.queues import rules_for
from crm.ui import moments
from visits import actions
from visits.actions import LinkClosed
from visits.forms.survey import SurveyForm, draft_from
from visits.models import SurveyLink, Visit
from visits.queues.surveys import draw_of, link_behind, who_calls_back
from visits.survey import call_back_by

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
LANGUAGE = "l"
# Asked before anything was bought, or about an event.
WITHOUT_A_CAR = frozenset({Visit.Kind.FOLLOW_UP_FEEDBACK, Visit.Kind.EVENT})
Page = Callable[[HttpRequest, SurveyLink, dt.datetime], HttpResponse]
View = Callable[[HttpRequest, str], HttpResponse]


def by_token(page: Page) -> View:
    """A page of whoever holds a good token; to all others the same as if it were nothing."""

    @login_not_required
    @sensitive_post_parameters()
    @wraps(page)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        with translation.override(language_of(request)):
            response = answer(request, token)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    def answer(request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        if is_guessing(client_address(request), now):
            return notice(request, "survey/wait.html", 429)
        link = link_behind(token, now)
        if link is not None:
            try:
                with translation.override(language_of(request, link)):
                    return page(request, link, now)
            except LinkClosed:
                pass  # somebody was first since it was looked up
        note_wrong_link(client_address(request), now=now)
        return notice(request, "survey/closed.html", 404)

    return opened


def language_of(request: HttpRequest, link: SurveyLink | None = None) -> str:
    """The language asked for in the address, else the customer's own, else the browser's."""
    wanted = request.GET.get(LANGUAGE, "")
    if wanted in dict(settings.LANGUAGES):
        return wanted
    own = link.visit.card.customer.language if link is not None else ""
    return own or get_language() or settings.LANGUAGE_CODE


def notice(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """A page without questions."""
    context["languages"] = settings.LANGUAGES
    return render(request, template, context, status=status)


@by_token
@require_http_methods(["GET", "HEAD", "POST"])
def answer_survey(request: HttpRequest, link: SurveyLink, now: dt.datetime) -> HttpResponse:
    """The questions; a POST saves them, changes the language, or submits."""
    if request.method != "POST":
        return show(request, link, SurveyForm(link=link), now)
    form = SurveyForm(request.POST, link=link)
    if isinstance(request.user, User):
        return show(request, link, form, now, status=422, staff=True)
    draft = draft_from(request.POST, form)
    actions.save_survey(link, draft, now=now)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        return redirect(f"{request.path}?{LANGUAGE}={language}")
    if "later" in request.POST:
        return show(request, link, form, now, kept=True)
    return submit(request, link, form, now)


def submit(
    request: HttpRequest, link: SurveyLink, form: SurveyForm, now: dt.datetime
) -> HttpResponse:
    """Submit what fits; what the answers lead to is asked first."""
    if form.is_valid() and form.leads_on():
        return show(request, link, form, now, more=True)
    if form.is_valid():
        wants_call = form.cleaned_data["call"]
        try:
            done = actions.answer_survey(link, form.answers, wants_call=wants_call, now=now)
        except ValidationError as error:
            form.refuse(error)
        else:
            context = {
                "call_by": done.call_by,
                "languages": settings.LANGUAGES,
                "store": link.store,
            }
            return render(request, "survey/thanks.html", context)
    return show(request, link, form, now, status=422)


def show(
    request: HttpRequest,
    link: SurveyLink,
    form: SurveyForm,
    now: dt.datetime,
    *,
    status: int = 200,
    **more: bool,
) -> HttpResponse:
    """The page with its form: nothing of the customer but the first character of the name."""
    numbers, calendar = rules_for(link.visit.store_id)
    context = {
        "link": link,
        "form": form,
        "name": masked_name(link.visit.card.customer.name),
        "store": link.store,
        "has_car": link.visit.kind not in WITHOUT_A_CAR,
        "draw": draw_of(link, calendar.local_day(now)),
        "hours": numbers.survey_call_back_hours,
        "is_open": calendar.is_open(now),
        "call_by": call_back_by(now, numbers=numbers, calendar=calendar),
        "calls": who_calls_back(link.visit, now) is not None,
        "languages": settings.LANGUAGES,
        **more,
    }
    return render(request, "survey/survey.html", context, status=status)


@by_token
@require_POST
def save_survey(request: HttpRequest, link: SurveyLink, now: dt.datetime) -> HttpResponse:
    """Keep what has been answered so far; says when it was kept."""
    if isinstance(request.user, User):
        return JsonResponse({}, status=422)
    draft = draft_from(request.POST, SurveyForm(link=link))
    actions.save_survey(link, draft, now=now)
    return JsonResponse({"saved_at": moments.clock(now)})


@by_token
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, link: SurveyLink, now: dt.datetime) -> HttpResponse:
    """Ask once whether the customer wishes no more questionnaires; a POST is their word."""
    if request.method == "POST" and not isinstance(request.user, User):
        actions.unsubscribe(link, now=now)
        return notice(request, "survey/unsubscribed.html", 200, store=link.store)
    return notice(request, "survey/unsubscribe.html", 200, store=link.store)
