"""A list of customers brought by hand (RV-14, RV-15)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.customers.models import Card
from crm.people.access import SignedInRequest
from visits import access, actions
from visits.actions import Planned
from visits.forms import ListForm
from visits.queues import events_of_list, preview_of
from visits.queues.rules import rules_by_hand


@require_http_methods(["GET", "HEAD", "POST"])
def plan_list(request: SignedInRequest) -> HttpResponse:
    """Have the customers of a list visited."""
    user = request.user
    if not access.can_plan_visits(user):
        raise PermissionDenied
    cards = Card.objects.visible_to(user)
    form = ListForm(request.POST or None, rules=rules_by_hand(user), cards=cards)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        if request.POST.get("then") == "preview":
            return _previewed(request, form)
        try:
            planned = actions.plan_list(
                sent["rule"],
                sent["customers"],
                by=user,
                on=sent["on"],
                now=timezone.now(),
                request_id=sent["request_id"],
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, done_words(planned))
            return redirect("visits:list")
    status = 422 if form.is_bound else 200
    return render(request, "visits/plan_list.html", {"form": form}, status=status)


def _previewed(request: SignedInRequest, form: ListForm) -> HttpResponse:
    """What the list would make, before anything is written (RV-15)."""
    sent = form.cleaned_data
    if not access.can_plan_list(request.user, sent["rule"]):
        raise PermissionDenied
    events = events_of_list(sent["rule"], sent["customers"], sent["on"])
    preview = preview_of(sent["rule"], events, now=timezone.now())
    context = {"form": form, "preview": preview, "listed": len(events)}
    return render(request, "visits/plan_list.html", context)


def done_words(planned: Planned) -> str:
    """What became of a list."""
    return _("%(made)d visits planned, %(merged)d merged, %(refused)d not wished.") % {
        "made": len(planned.visits),
        "merged": planned.merged,
        "refused": planned.refused,
    }
