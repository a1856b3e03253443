"""What following up achieved, and whom it did not keep (RP-11, RP-13)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.people.access import SignedInRequest
from crm.reports.forms import PeriodForm
from crm.reports.queues.asked import EFFECT, LOST
from crm.reports.queues.effect import follow_up_effect
from crm.reports.queues.filters import filters_of
from crm.reports.queues.lost import WAYS, lines_of, lost_cards, picked_cards
from crm.reports.queues.lost import lost_report as read_lost
from crm.reports.queues.pages import compared_with, kinds_of
from crm.reports.views.asking import asked_by
from crm.ui.lists import PAGE_SIZE, page_number

KEY_AT_MOST = 120


@require_safe
def effect(request: SignedInRequest) -> HttpResponse:
    """Follow-up by salesperson, beside the period before (RP-11)."""
    form = PeriodForm(request.GET)
    asked = asked_by(request, form, EFFECT)
    context = {
        "asked": asked,
        "form": form,
        "page": follow_up_effect(asked),
        "now": asked.now,
        "kinds": kinds_of(asked),
        "filters": filters_of(asked),
        "compared": compared_with(asked),
    }
    return render(request, "reports/effect.html", context)


@require_safe
def lost_report(request: SignedInRequest) -> HttpResponse:
    """The lost of a period by reason, person, source, level and model, and their cards (RP-13)."""
    form = PeriodForm(request.GET)
    asked = asked_by(request, form, LOST)
    picked = picked_by(request)
    cards = Paginator(lost_cards(asked, picked), PAGE_SIZE).get_page(page_number(request.GET))
    context = {
        "asked": asked,
        "form": form,
        "report": read_lost(asked, picked),
        "cards": cards,
        "hidden": picked_cards(asked, picked).count() - cards.paginator.count,
        "picked": picked,
        "lines": lines_of(cards, request.user),
        "now": asked.now,
        "kinds": kinds_of(asked),
        "filters": filters_of(asked),
        "here": asked.chip(asked.kind),
    }
    return render(request, "reports/lost_report.html", context)


def picked_by(request: SignedInRequest) -> dict[str, str]:
    """The lines of tables whose cards the address asks for."""
    sent = {name: request.GET.get(name, "").replace("\0", "")[:KEY_AT_MOST] for name in WAYS}
    return {name: key for name, key in sent.items() if key}
