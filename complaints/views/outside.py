"""What customers say outside sign-in: a complaint, and whether our answer will do (CP-18, D43)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from complaints import actions, states
from complaints.forms.outside import AnswerLinkForm, ComplainForm
from complaints.models import AnswerLink, IntakeLink
from complaints.queues.answers import intake_link_behind, link_behind
from crm.customers.queues import public_salutation
from crm.notices.views.doors import by_token, notice
from crm.people.models import User
from crm.ui.forms import add_errors


def _language(link: AnswerLink) -> str:
    return link.ticket.card.customer.language if link.ticket.card else ""


def _speaks(link: IntakeLink) -> str:
    return link.card.customer.language if link.card else ""


by_answer = by_token(link_behind, actions.LinkClosed, _language)
by_intake = by_token(intake_link_behind, actions.LinkClosed, _speaks)


@by_intake
@require_http_methods(["GET", "HEAD", "POST"])
def complain_by_link(request: HttpRequest, link: IntakeLink, now: dt.datetime) -> HttpResponse:
    """A complaint in the customer's own words, once (CP-03); looking changes nothing."""
    is_post, staff = request.method == "POST", isinstance(request.user, User)
    if link.used_at is not None and not is_post:
        raise actions.LinkClosed
    sent = (request.POST, request.FILES) if is_post else ()
    form = ComplainForm(*sent, is_known=link.card is not None)
    if is_post and not staff and form.is_valid():
        try:
            ticket = actions.complain_by_link(link, now=now, **form.told())
        except ValidationError as error:
            add_errors(form, error)
        else:
            facts = {"number": ticket.ledger_no or ticket.ticket_no, "store": link.store}
            by = actions.first_word_by(ticket)
            return notice(request, "survey/complained.html", 200, by=by, now=now, **facts)
    context = {"form": form, "link": link, "store": link.store, "staff": staff and is_post}
    return notice(request, "survey/complain.html", 422 if is_post else 200, **context)


@by_answer
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_answer(request: HttpRequest, link: AnswerLink, now: dt.datetime) -> HttpResponse:
    """One question, once; nothing of the complaint is shown but that there was an answer."""
    form = AnswerLinkForm(request.POST or None)
    staff = isinstance(request.user, User)
    if request.method == "POST" and not staff and form.is_valid():
        sent = form.cleaned_data
        content = sent["content"] == "yes"
        try:
            actions.answer_by_link(link, content=content, words=sent["words"], now=now)
        except ValidationError as error:
            form.add_error("words", error.message_dict["words"])
        else:
            return notice(request, "survey/answered.html", 200, store=link.store, content=content)
    card = link.ticket.card
    context = {
        "form": form,
        "link": link,
        "store": link.store,
        "name": public_salutation(card.customer) if card else "",
        "staff": staff and form.is_bound,
        "settled": link.ticket.state in (states.VISITED, states.CLOSED),
    }
    return notice(request, "survey/answer.html", 422 if form.is_bound else 200, **context)
