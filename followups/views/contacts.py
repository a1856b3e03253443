"""The contact form: opened in place, in a sheet or as a page; saved; kept as a draft (FP-08)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.customers.access import shown_name
from crm.customers.models import Card
from crm.people.access import SignedInRequest
from crm.records.actions import keep_draft
from crm.records.middleware import both_texts
from crm.records.queues import draft_of
from crm.records.states import Saved
from crm.ui import moments
from crm.ui.texts import clean_lines
from followups import access, actions
from followups.forms.contact import ContactForm
from followups.models import Contact, PlannedContact
from followups.queues import (
    Known,
    Rulebooks,
    Sent,
    next_planned,
    planned_to_log,
    saved_contact,
    sent_for,
    step_ahead,
    suggestions_for,
)
from followups.queues.next_contact import FORM as DRAFT
from followups.queues.next_contact import to_choose
from followups.views.contact_form import drawn_form

LONGEST_DRAFT = 2000


def contact_form_for(
    request: SignedInRequest,
    card: Card,
    planned: PlannedContact | None,
    *,
    now: dt.datetime,
    rulebooks: Rulebooks | None = None,
    known: Known | None = None,
    **options: Any,
) -> ContactForm | None:
    """The form for one card as this reader may fill it in; None for who only reads.

    A card that names nobody is not offered one; who sends one all the same is told why not.
    """
    gone = card.state in actions.GONE and "data" not in options
    if gone or not access.can_log(request.user, card):
        return None
    if known is None:
        draft = None if "data" in options else draft_of(request.user, DRAFT, card.public_id)
        ahead = step_ahead(card, planned, now=now)
        known = Known(shown_name(request.user, card), ahead, draft)
    offers = suggestions_for(card, planned, ahead=known.ahead, now=now, rulebooks=rulebooks)
    options = {"auto_id": f"id_{card.public_id}_%s", "name": known.name, **options}
    return ContactForm(card=card, planned=planned, offers=offers, draft=known.draft, **options)


@require_http_methods(["GET", "HEAD", "POST"])
def log_contact(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Log the contact that carries out one planned contact."""
    if request.method == "POST":
        now = timezone.now()
        sent = sent_for(request.user, public_id, now=now)
        if sent is None:
            raise Http404
        return _save(request, sent.card, sent, now=now)
    planned = get_object_or_404(planned_to_log(request.user), public_id=public_id)
    return _fill_in(request, planned.card, planned)


@require_http_methods(["GET", "HEAD", "POST"])
def log_card_contact(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Log a contact on a card; it carries out the next planned contact, if there is one."""
    rows = Card.objects.visible_to(request.user).with_case(request.user.reach)
    card = get_object_or_404(
        rows.select_related("customer", "owner", "product"), public_id=public_id
    )
    if request.method == "POST":
        return _save(request, card, Sent(card), now=timezone.now())
    return _fill_in(request, card, next_planned(request.user, card))


def _fill_in(request: SignedInRequest, card: Card, planned: PlannedContact | None) -> HttpResponse:
    form = contact_form_for(request, card, planned, now=timezone.now(), **_ids(request))
    return _show(request, form)


def _save(request: SignedInRequest, card: Card, sent: Sent, *, now: dt.datetime) -> HttpResponse:
    planned, rulebooks, typed = sent.planned, sent.rulebooks, request.POST
    form = contact_form_for(
        request, card, planned, now=now, rulebooks=rulebooks, known=sent.known, data=typed
    )
    if form is None:
        raise PermissionDenied
    if form.is_valid():
        try:
            with both_texts(form, lambda: _saved_by_other(request, card, planned)):
                contact = actions.log_contact(
                    card,
                    form.happened(now),
                    by=request.user,
                    now=now,
                    planned=planned,
                    request_id=form.cleaned_data["request_id"],
                    rulebooks=rulebooks,
                    may_have_draft=sent.has_draft,
                )
        except ValidationError as error:
            form.refuse(error)
        else:
            return _saved(request, contact, now)
    return _show(request, form, status=422)


def _saved_by_other(request: SignedInRequest, card: Card, planned: PlannedContact | None) -> Saved:
    rows = planned_to_log(request.user).select_related("moved_to")
    again = get_object_or_404(rows, pk=planned.pk) if planned else None
    return saved_contact(request.user, card, again)


def _ids(request: SignedInRequest) -> dict[str, Any]:
    """A fragment may stand beside the same form in the page: it gets ids of its own."""
    return {"auto_id": "sheet_%s"} if request.htmx else {}


def _show(request: SignedInRequest, form: ContactForm | None, status: int = 200) -> HttpResponse:
    """The bare fragment for a sheet, else the whole page."""
    if form is None:
        raise PermissionDenied
    name = "_contact_sheet" if request.htmx and request.method != "POST" else "log_contact"
    context = {
        "form": form,
        "contact_form": drawn_form(request, form, back=_back(request)),
        "card": form.card,
        "planned": form.planned,
        "now": form.offers.now,
    }
    return render(request, f"followups/{name}.html", context, status=status)


def _saved(request: SignedInRequest, contact: Contact, now: dt.datetime) -> HttpResponse:
    card = contact.card
    words = {"customer": shown_name(request.user, card)}
    if card.next_contact_at:
        words["moment"] = moments.when(card.next_contact_at, now)
        text = _("Recorded: %(customer)s. Next contact %(moment)s.") % words
    else:
        text = _("Recorded: %(customer)s.") % words
    messages.success(request, text)
    if request.POST.get("then") == "next":
        return redirect("followups:my_day")
    return HttpResponseRedirect(_back(request) or reverse("home:card", args=[card.public_id]))


def _back(request: SignedInRequest) -> str:
    """The page of ours the form was opened from."""
    url = request.POST.get("back", "") or request.GET.get("back", "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if safe and url.startswith("/") else ""


@require_POST
def keep_contact_draft(request: SignedInRequest, public_id: str) -> JsonResponse:
    """Keep what has been typed so far; says when it was kept."""
    rows = Card.objects.visible_to(request.user).with_case(request.user.reach)
    card = get_object_or_404(rows, public_id=public_id)
    if not access.can_log(request.user, card):
        raise PermissionDenied
    body = {
        name: clean_lines(str(value))[:LONGEST_DRAFT]
        for name, value in request.POST.items()
        if name in ContactForm.base_fields and name not in ("request_id", "planned_version")
    }
    draft = keep_draft(request.user, DRAFT, card.public_id, body, now=timezone.now())
    return JsonResponse({"saved_at": moments.clock(draft.saved_at)})


@require_GET
def choose_contact(request: SignedInRequest) -> HttpResponse:
    """Whom to log a contact with: what is due first, and a search over all own customers."""
    if not access.logs_contacts(request.user):
        raise PermissionDenied
    now = timezone.now()
    query = request.GET.get("q", "").strip()[:80]
    cards = to_choose(request.user, query)
    rows = [(card, shown_name(request.user, card)) for card in cards]
    context = {"now": now, "query": query, "rows": rows}
    return render(request, "followups/choose_contact.html", context)
