"""The customer's questionnaire behind a token, outside sign-in (RV-21, D43, mockup 09).

Looking changes nothing, since mail scanners and messengers open links by themselves. Every token
that does not lead to a questionnaire gets one and the same page.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from crm.notices.views.doors import LANGUAGE, by_token, notice
from crm.people.models import User
from crm.rulebook.queues import rules_for
from crm.ui import moments
from visits import actions
from visits.actions import LinkClosed
from visits.forms.survey import SurveyForm, draft_from
from visits.models import SurveyLink, Visit
from visits.queues.surveys import draw_of, link_behind, who_calls_back
from visits.survey import call_back_by

# Asked before anything was bought, about an event, or about how a complaint was handled.
NOT_ABOUT_THE_CAR = frozenset(
    {Visit.Kind.FOLLOW_UP_FEEDBACK, Visit.Kind.EVENT, Visit.Kind.COMPLAINT}
)


def _language(link: SurveyLink) -> str:
    return link.visit.card.customer.language


by_survey = by_token(link_behind, LinkClosed, _language)


@by_survey
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
def answer_survey(request: HttpRequest, link: SurveyLink, now: dt.datetime) -> HttpResponse:
    """The questions; a POST saves them, changes the language, or submits.

    The page is sent compressed: it holds nothing but the form and a token that differs each time.
    """
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
            told = {"call_by": done.call_by, "store": link.store}
            return notice(request, "survey/thanks.html", 200, **told)
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
    """The page with its form: nothing of the customer, not even a masked name (D43)."""
    numbers, calendar = rules_for(link.visit.store_id)
    context = {
        "link": link,
        "form": form,
        "store": link.store,
        "has_car": link.visit.kind not in NOT_ABOUT_THE_CAR,
        "draw": draw_of(link, calendar.local_day(now)),
        "hours": numbers.survey_call_back_hours,
        "is_open": calendar.is_open(now),
        "call_by": call_back_by(now, numbers=numbers, calendar=calendar),
        "calls": who_calls_back(link.visit, now) is not None,
        **more,
    }
    return notice(request, "survey/survey.html", status, **context)


@by_survey
@require_POST
def save_survey(request: HttpRequest, link: SurveyLink, now: dt.datetime) -> HttpResponse:
    """Keep what has been answered so far; says when it was kept."""
    if isinstance(request.user, User):
        return JsonResponse({}, status=422)
    draft = draft_from(request.POST, SurveyForm(link=link))
    actions.save_survey(link, draft, now=now)
    return JsonResponse({"saved_at": moments.clock(now)})


@by_survey
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, link: SurveyLink, now: dt.datetime) -> HttpResponse:
    """Ask once whether the customer wishes no more questionnaires; a POST is their word."""
    if request.method == "POST" and not isinstance(request.user, User):
        actions.unsubscribe(link, now=now)
        return notice(request, "survey/unsubscribed.html", 200, store=link.store)
    return notice(request, "survey/unsubscribe.html", 200, store=link.store)
