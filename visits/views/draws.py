"""Draws of prizes among those who answered: announced, drawn, repeated from the seed (RV-21)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.customers.access import shown_name
from crm.people.access import SignedInRequest
from crm.ui.asked import version_of
from crm.ui.forms import add_errors
from crm.ui.lists import PAGE_SIZE, page_number
from visits import access, actions
from visits.forms.draws import DrawForm
from visits.queues import draws as queues


@require_safe
def draws(request: SignedInRequest) -> HttpResponse:
    """The draws of one's stores, the latest first."""
    if not access.can_see_draws(request.user):
        raise PermissionDenied
    page = Paginator(queues.draws_of(request.user), PAGE_SIZE).get_page(page_number(request.GET))
    announces = access.draws_in(request.user) is not None
    return render(request, "visits/draws.html", {"page": page, "announces": announces})


@require_http_methods(["GET", "HEAD", "POST"])
def announce_draw(request: SignedInRequest) -> HttpResponse:
    """Announce prizes for answering a questionnaire."""
    if access.draws_in(request.user) is None:
        raise PermissionDenied
    form = DrawForm(request.POST or None, sheets=queues.sheets_to_draw(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            actions.announce_draw(by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The draw is announced on the questionnaire."))
            return redirect("visits:draws")
    status = 422 if form.is_bound else 200
    return render(request, "visits/announce_draw.html", {"form": form}, status=status)


@require_safe
def draw(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One draw: its seed, who took part, who won, and whether the seed says so again."""
    found = get_object_or_404(queues.draws_of(request.user), public_id=public_id)
    winners = queues.winners_of(found)
    rows = [(winner, shown_name(request.user, winner.response.visit.card)) for winner in winners]
    context = {
        "draw": found,
        "rows": rows,
        "entries": found.entries if found.drawn_at else len(queues.entries_of(found)),
        "repeats": bool(found.seed) and queues.repeats(found, winners),
        "draws": access.can_draw(request.user, found)
        and found.drawn_at is None
        and timezone.localdate() > found.until,
    }
    return render(request, "visits/draw.html", context)


@require_POST
def draw_winners(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Draw the winners."""
    found = get_object_or_404(queues.draws_of(request.user), public_id=public_id)
    try:
        actions.draw_winners(
            found,
            by=request.user,
            version=version_of(request.POST),
            now=timezone.now(),
            request_id=request.POST.get("request_id", ""),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("visits:draw", found.public_id)
