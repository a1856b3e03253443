"""Giving out visits: several at once, and who the visitors are (RV-23..25)."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from crm.people.access import SignedInRequest
from crm.people.models import User
from crm.records.middleware import both_texts
from crm.rulebook.queues import numbers_for
from crm.ui.asked import ticked
from crm.ui.lists import PAGE_SIZE
from visits import access, actions
from visits.forms import AssignManyForm, VisitorForm
from visits.queues import assigning as queues


@require_http_methods(["GET", "HEAD", "POST"])
def assign_visits(request: SignedInRequest) -> HttpResponse:
    """Tick visits and give them to one visitor, or to whom each suits best."""
    user, today = request.user, timezone.localdate()
    if not access.can_plan_visits(user):
        raise PermissionDenied
    stores = queues.stores_led(user)
    form = AssignManyForm(request.POST or None, visitors=queues.visitors_to_choose(stores, today))
    chosen = ticked(request.POST.getlist("visit"), PAGE_SIZE)
    if request.method == "POST" and form.is_valid():
        if not chosen:
            form.add_error(None, _("Tick at least one visit."))
        else:
            try:
                return _give(request, form, chosen)
            except ValidationError as error:
                form.refuse(error)
    listing = queues.assign_list(today).show(queues.to_assign(user), request.GET)
    context = {
        "listing": listing,
        "lines": queues.lines_of(user, list(listing.page), today),
        "loads": queues.loads_of(stores, today),
        "days": [today + dt.timedelta(days=ahead) for ahead in range(queues.DAYS_SHOWN)],
        "form": form,
        "chosen": chosen,
    }
    return render(request, "visits/assign.html", context, status=422 if form.is_bound else 200)


def _give(request: SignedInRequest, form: AssignManyForm, chosen: dict[str, int]) -> HttpResponse:
    rows = queues.to_assign(request.user).filter(public_id__in=chosen)
    pairs = [(visit, chosen[visit.public_id]) for visit in rows]
    given = actions.assign_visits(
        pairs,
        to=form.cleaned_data["to"],
        by=request.user,
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
        anyway=form.cleaned_data["anyway"],
        request_id=form.cleaned_data["request_id"],
    )
    words = ngettext("%(count)d visit assigned.", "%(count)d visits assigned.", given)
    messages.success(request, words % {"count": given})
    if left := len(chosen) - given:
        words = ngettext(
            "%(count)d stayed as it was: nobody has room that day, or it was theirs already.",
            "%(count)d stayed as they were: nobody has room that day, or they were theirs already.",
            left,
        )
        messages.warning(request, words % {"count": left})
    return redirect("visits:assign_visits")


@require_safe
def visitors(request: SignedInRequest) -> HttpResponse:
    """Who visits, where, in which languages, and what their next days hold."""
    user, today = request.user, timezone.localdate()
    if not access.can_see_visitors(user):
        raise PermissionDenied
    people = queues.visitors_seen(user, today)
    loads = {one.visitor.user_id: one for one in queues.loads_of(queues.stores_of(user), today)}
    rows = [(person, queues.profile_of(person), loads.get(person.pk)) for person in people]
    context = {
        "rows": rows,
        "days": [today + dt.timedelta(days=ahead) for ahead in range(queues.DAYS_SHOWN)],
        "may_edit": access.can_edit_visitors(user),
    }
    return render(request, "visits/visitors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_visitor(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What is known of one visitor."""
    now = timezone.now()
    today = timezone.localdate(now)

    def found() -> User:
        person: User = get_object_or_404(
            queues.visitors_seen(request.user, today), public_id=public_id
        )
        return person

    visitor = found()
    if not access.can_edit_visitor(request.user, visitor, today):
        raise PermissionDenied
    main = visitor.reach.main
    usual = numbers_for(main.store_id if main else None).visits_a_day
    form = VisitorForm(request.POST or None, profile=queues.profile_of(visitor), usual=usual)
    if request.method == "POST" and form.is_valid():
        try:
            with both_texts(form, lambda: queues.saved_profile(queues.profile_of(found()))):
                actions.change_visitor(visitor, by=request.user, now=now, **form.told())
            messages.success(request, _("Saved."))
            return redirect("visits:visitors")
        except ValidationError as error:
            form.refuse(error)
    context = {"visitor": visitor, "form": form, "profile": queues.profile_of(visitor)}
    return render(request, "visits/visitor.html", context, status=422 if form.is_bound else 200)
