"""The customer says whether the answer to their complaint will do, outside sign-in (CP-18, D43)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from complaints import actions
from complaints.forms.outside import AnswerLinkForm
from complaints.models import AnswerLink
from complaints.queues.answers import link_behind
from crm.customers.names import masked_name
from crm.notices.views.doors import by_token, notice
from crm.people.models import User


def _language(link: AnswerLink) -> str:
    return link.ticket.card.customer.language if link.ticket.card else ""


by_answer = by_token(link_behind, actions.LinkClosed, _language)


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
        "name": masked_name(card.customer.name) if card else "",
        "staff": staff and form.is_bound,
    }
    return notice(request, "survey/answer.html", 422 if form.is_bound else 200, **context)
